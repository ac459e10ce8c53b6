"""Scripts, styles and pictures, served under names that change with their content."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from reference.errors import not_found

if TYPE_CHECKING:
    from reference.assembly import Platform

FOLDER = Path(__file__).parent / "assets"
FOREVER = "public, max-age=31536000, immutable"
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served: *hashed* is its name in URLs, *kind* its media type."""

    name: str
    hashed: str
    kind: str
    content: bytes


class Assets:
    """Holds the files of the assets folder."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform
        self._files = {path.name: _asset(path) for path in sorted(FOLDER.iterdir()) if path.is_file()}

    def url(self, name: str) -> str:
        """Return the path under which the asset of that name is served; KeyError for an unknown one."""
        return f"/assets/{self._files[name].hashed}"

    def find(self, hashed: str) -> Asset | None:
        """Return the asset with that hashed name, or None (also for the hash of an older content)."""
        return next((asset for asset in self._files.values() if asset.hashed == hashed), None)

    async def one(self, request: Request) -> Response:
        """Answer an asset, to be kept for a year."""
        asset = self.find(request.path_params["name"])
        if asset is None:
            raise not_found("file")
        return Response(asset.content, media_type=asset.kind, headers={"cache-control": FOREVER})


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:HASH_LENGTH]
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind == "application/javascript":
        kind = "text/javascript"
    return Asset(path.name, f"{path.stem}.{digest}{path.suffix}", kind, content)
