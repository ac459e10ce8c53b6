"""Ready-made probes; any other function of a `Served` that returns JSON will do as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults.served import Answer, Served

SEES: dict[str, Callable[[Answer], object]] = {
    "status": lambda answer: answer.status,
    "json": lambda answer: answer.json(),
    "text": lambda answer: answer.text,
}
"""What a probe may look at, besides a header by its name."""


def get(path: str, *, see: str = "status", as_: str | None = "admin", **headers: str) -> Callable[[Served], object]:
    """Looks at one answer: its status, its text, its json, or the header that `see` names."""

    def seen(served: Served) -> object:
        answer = served.get(path, as_=as_, **headers)
        return SEES[see](answer) if see in SEES else answer.headers.get(see)

    return seen


def start(served: Served) -> dict[str, object]:
    """Whether the platform has started, and what it ended with."""
    return {"started": served.started, "code": served.code}
