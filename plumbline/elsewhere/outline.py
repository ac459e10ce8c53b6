"""What may be told of a target whose data may be real: the shape of an exchange and of a failure, no content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.judging.failure import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

    from plumbline.asking.exchange import Exchange

WITHHELD = "«withheld»"

WHY = (
    "withheld: what this target holds may be real people's, so evidence is shape only"
    " (say remote.synthetic = true in the profile where it is made up)"
)

PLAIN = {"content-type", "content-length", "cache-control", "server", "date", "retry-after", "x-request-id"}
"""Headers that say how, not what."""


def outlined(exchange: Exchange) -> Exchange:
    """An exchange of the suite's own with its status and the names of its headers; its question is our own words."""
    return replace(
        exchange,
        headers=tuple(_names(exchange.headers)),
        body=f"({len(exchange.body)} bytes, {WITHHELD})".encode() if exchange.body else b"",
    )


def outlined_whole(exchange: Exchange) -> Exchange:
    """The same of an exchange of a page's, which asks in its own words."""
    return replace(
        outlined(exchange),
        url=exchange.url.partition("?")[0],
        request_headers=dict(_names(exchange.request_headers.items())),
        request_body=WITHHELD if exchange.request_body else "",
    )


def _names(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, value if name.lower() in PLAIN else WITHHELD) for name, value in headers)


def failure(excinfo: pytest.ExceptionInfo[BaseException], check: Path) -> tuple[str, str]:
    """Where a check failed: the statement of it that did, in one line, and a text that shows it in its place.

    An assertion's own message has both sides' values in it; a statement is the suite's own words.
    """
    entries = [entry for entry in excinfo.traceback if Path(str(entry.path)) == check]
    name = type(excinfo.value).__name__
    if not entries:
        return f"{name} {WITHHELD}", f"{name}\n{WHY}"
    last = entries[-1]
    statement = " ".join(str(last.statement).split())
    return printable(statement)[:300], f"{check.name}:{last.lineno + 1}: {name}\n>   {statement}\n{WHY}"
