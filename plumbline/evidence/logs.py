"""What each copy of the platform has logged since the check began, also of one that has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.minted import learn_from
from plumbline.deadlines import wait_until

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.evidence.scene import Copy, Scene

LATE = 2.0
"""Seconds for the line of a request that was answered just now to be written."""

MOST = 1_000_000
"""Bytes of a slice that are kept: its end."""


def slices(scene: Scene, exchanges: Sequence[Exchange]) -> dict[str, str]:
    """Copy's name → its slice with a head that says what it is and whether it is whole; masked."""
    wanted = {copy.name: _ids(copy, exchanges) for copy in scene.copies}
    wait_until(lambda: not any(_missing(copy, wanted[copy.name]) for copy in scene.copies), within=LATE)
    known = {scene.trace_id, *(exchange.request_id for exchange in exchanges if exchange.request_id)}
    found = {copy.name: _slice(copy, wanted[copy.name], known) for copy in scene.copies}
    for name, text in found.items():
        learn_from(text, f"{name}'s log", scene.secrets)
    return {name: scene.masked(text) for name, text in found.items()}


def _ids(copy: Copy, exchanges: Iterable[Exchange]) -> dict[str, str]:
    """Request id → the line of the exchange, for what this copy has answered."""
    asked = [exchange for exchange in exchanges if copy.url and exchange.url.startswith(f"{copy.url}/")]
    return {exchange.request_id: exchange.line() for exchange in asked if exchange.status and exchange.request_id}


def _missing(copy: Copy, wanted: Iterable[str]) -> list[str]:
    text, _ = tail(copy.log, copy.since, MOST)
    return [request_id for request_id in wanted if request_id not in text]


def _slice(copy: Copy, wanted: dict[str, str], known: set[str]) -> str:
    text, cut = tail(copy.log, copy.since, MOST)
    lines = text.splitlines()
    head = [f"{copy.name}, {copy.url or 'no address'}: {copy.state}", _whole(copy, wanted)]
    if copy.shared:
        head.append("other checks of this run ask it too; lines marked > carry an id of this check's requests")
    else:
        head.append("lines marked > carry an id of this check's requests")
    if cut:
        head.append(f"the first {cut} bytes of the check's time are left out")
    marked = (f"{'>' if any(one in line for one in known) else ' '} {line}" for line in lines)
    return "\n".join([*head, "", *(marked if lines else ["(nothing was logged in the check's time)"])]) + "\n"


def _whole(copy: Copy, wanted: dict[str, str]) -> str:
    missing = _missing(copy, wanted)
    if not wanted:
        return "no request of this check was answered here"
    if len(missing) == len(wanted):
        return f"none of the ids of {len(wanted)} answered requests is in it; platforms that log none are like that"
    if missing:
        lacking = "; ".join(f"{one} ({wanted[one]})" for one in missing)
        return f"the lines of {len(wanted) - len(missing)} of {len(wanted)} answered requests are in it, not: {lacking}"
    return f"whole: the lines of all {len(wanted)} answered requests are in it"


def tail(path: Path, since: int, most: int) -> tuple[str, int]:
    """What a file holds from byte `since` on, at most its last `most` bytes, and how many of it are left out."""
    try:
        with path.open("rb") as log:
            size = log.seek(0, 2)
            start = max(since if since <= size else 0, size - most)
            log.seek(start)
            return log.read().decode("utf-8", "replace"), start - (since if since <= size else 0)
    except FileNotFoundError:
        return "", 0
