"""One trace a check, a span a request (W3C Trace Context, level 1), by which a platform's log lines are picked."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from uuid import uuid4


@dataclass(frozen=True)
class Trace:
    """What the requests of one check have in common."""

    id: str = field(default_factory=lambda: os.urandom(16).hex())

    def headers(self) -> dict[str, str]:
        """The headers of one more request: a span of its own, and a request id of its own."""
        return {"traceparent": f"00-{self.id}-{os.urandom(8).hex()}-01", "X-Request-ID": uuid4().hex}
