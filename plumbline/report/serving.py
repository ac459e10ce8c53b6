"""A run's folder over HTTP, for this machine alone; a trace that is opened is shown by Playwright's own viewer."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

HERE = "127.0.0.1"
VIEWER = "/trace-viewer/"


def viewer() -> Path | None:
    """The viewer's files, which come with Playwright; None where it is not installed."""
    found = find_spec("playwright")
    if found is None or found.origin is None:
        return None
    files = Path(found.origin).parent / "driver" / "package" / "lib" / "vite" / "traceViewer"
    return files if files.is_dir() else None


def serve(handler: Callable[..., SimpleHTTPRequestHandler], port: int = 0) -> ThreadingHTTPServer:
    """A server on 127.0.0.1, not yet serving."""
    return ThreadingHTTPServer((HERE, port), handler)


class Handler(SimpleHTTPRequestHandler):
    """Gives out the files of one folder, and of the viewer, to pages and people of this machine."""

    def __init__(self, *given: Any, folder: Path, viewer: Path | None) -> None:  # noqa: ANN401 - the server's
        self.viewer = viewer
        super().__init__(*given, directory=str(folder))

    def send_head(self) -> Any:  # noqa: ANN401 - a file, or None
        """Refuses what another site's name leads here; shows a trace that a person has opened."""
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {HERE, "localhost"}:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST, "ask 127.0.0.1")
            return None
        if self._is_opened_trace():
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", f"{VIEWER}index.html?trace={quote(self.path, safe='')}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return super().send_head()

    def _is_opened_trace(self) -> bool:
        """Whether a person follows the link; the viewer itself fetches the same file."""
        opened = self.headers.get("Sec-Fetch-Dest") == "document"
        return self.viewer is not None and opened and urlsplit(self.path).path.endswith("/trace.zip")

    def translate_path(self, path: str) -> str:
        """The file of a path: the viewer's below its own."""
        if self.viewer is None or not path.startswith(VIEWER):
            return super().translate_path(path)
        kept, self.directory = self.directory, str(self.viewer)
        try:
            return super().translate_path(path[len(VIEWER) - 1 :])
        finally:
            self.directory = kept

    def end_headers(self) -> None:
        """Nothing is kept: the next run's report has the same address."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""
