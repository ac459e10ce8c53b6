"""What HEAD may not differ in from GET (RFC 9110, 9.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.likeness import TIMINGS

if TYPE_CHECKING:
    from plumbline.client import Client
    from plumbline.exchange import Answer

AS_IS = {"Accept-Encoding": "identity"}
"""Compressing is done to bodies: many platforms leave it, and its headers, out of HEAD."""

BY_NATURE = {"date", "age", "set-cookie", "x-request-id", "connection", "keep-alive", "transfer-encoding"}
"""Headers of one answer or one connection alone."""

BODY_S_OWN = "content-length"
"""HEAD may leave it out; if it says it, it says what GET does."""


def head_faults(caller: Client, path: str) -> list[str]:
    """In what HEAD differs from GET there, a sentence each.

    GET is asked before and after: where these two differ from each other, a difference says nothing.
    """
    before = caller.get(path, headers=AS_IS)
    head = caller.head(path, headers=AS_IS)
    after = caller.get(path, headers=AS_IS)
    if before.status != after.status:
        return []
    shown = f"HEAD {path} as {caller.who}"
    if head.status != before.status:
        return [f"{shown} is {head.status}, GET {before.status}"]
    body = [f"{shown} has a body of {len(head.exchange.body)} bytes"] if head.exchange.body else []
    differing = _differing(head, before, after)
    return body + [f"{shown} has {name}: {there}, GET {wanted}" for name, there, wanted in differing]


def _differing(head: Answer, before: Answer, after: Answer) -> list[tuple[str, str | None, str | None]]:
    """The headers in which HEAD differs from GETs that are alike."""
    timings = {name.removeprefix("header ") for name in TIMINGS}
    names = sorted((before.headers.keys() | head.headers.keys()) - BY_NATURE - timings)
    found = []
    for name in names:
        wanted, there = before.headers.get(name), head.headers.get(name)
        if name == BODY_S_OWN:
            if there is None or before.exchange.body != after.exchange.body:
                continue
            wanted = wanted or str(len(before.exchange.body))
        if after.headers.get(name) == before.headers.get(name) and there != wanted:
            found.append((name, there, wanted))
    return found
