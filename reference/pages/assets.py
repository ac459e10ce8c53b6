"""Scripts, styles and pictures, served under names that change with their content."""

import hashlib
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

KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""Media types of what may lie in the folder; the machine's own table differs from one to the next."""


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
        self._files = {path.name: _asset(path) for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}

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
    return Asset(path.name, f"{path.stem}.{digest}{path.suffix}", KINDS[path.suffix], content)
