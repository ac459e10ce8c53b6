"""What HEAD may not differ in from GET (RFC 9110, 9.3.2)."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from plumbline.asking.client import DEADLINE, NoAnswer
from plumbline.asking.exchange import Answer, Exchange
from plumbline.asking.frames import connected
from plumbline.asking.likeness import TIMINGS
from plumbline.asking.pool import what_was_sent
from plumbline.deadlines import DeadlineMissed

if TYPE_CHECKING:
    from plumbline.asking.client import Client

AS_IS = {"Accept-Encoding": "identity"}
"""Compressing is done to bodies: many platforms leave it, and its headers, out of HEAD."""

BY_NATURE = {"date", "age", "set-cookie", "x-request-id", "connection", "keep-alive", "transfer-encoding"}
"""Headers of one answer or one connection alone."""

LENGTH = "content-length"
OF_THE_BODY = {LENGTH, "etag", "vary", "content-digest", "repr-digest", "digest", "content-md5"}
"""HEAD may leave these out, known as they are when the body is made; if it says one, it says what GET does."""

ROUNDS = 4
"""How often a header has to differ: two replicas taking turns by chance look like a difference one time in sixteen."""

SILENCE = 1.0
"""Seconds after the head in which a body shows, where the platform does not close the connection as asked."""

INTERIM = range(100, 200)
ENDED = b"\r\n\r\n"


def head_faults(caller: Client, path: str) -> list[str]:
    """In what HEAD differs from GET there, a sentence each; headers only where they differ again and again."""
    found, differing = _compared(caller, path)
    for _ in range(ROUNDS - 1):
        if not differing:
            break
        again = _compared(caller, path)[1]
        differing = [one for one in differing if one in again]
    return found + differing


def bare_head(caller: Client, path: str, within: float = DEADLINE) -> Answer:
    """HEAD over a connection of its own, read to its end: the body of the exchange is what follows the head.

    HTTP clients read no body after HEAD, whatever comes. Raises as `Client.request` does.
    """
    ours, url, headers = caller.prepared("HEAD", path, {**AS_IS, "Connection": "close"})
    request = caller.http.build_request("HEAD", url, headers=headers)
    began, shown = time.monotonic(), f"HEAD {ours} as {caller.who}"
    try:
        head, body = _read(caller, url, _written(url, dict(request.headers)), began + within)
    except TimeoutError:
        raise DeadlineMissed(f"{shown}: no answer within {within:g} s") from None
    except OSError as error:
        raise NoAnswer(f"{shown}: no answer: {error}") from error
    first, *lines = head.decode("latin-1").split("\r\n")
    seconds = time.monotonic() - began
    exchange = Exchange(
        **what_was_sent(ours, request, caller.who, seconds), body=body, status=_status(first),
        headers=tuple((n, v.strip()) for n, _, v in (line.partition(":") for line in lines)),
    )  # fmt: skip
    caller.record(exchange)
    return Answer(exchange, caller.target.meaning(exchange))


def _written(url: str, headers: dict[str, str]) -> bytes:
    place = urlsplit(url)
    target = (place.path or "/") + (f"?{place.query}" if place.query else "")
    return "\r\n".join([f"HEAD {target} HTTP/1.1", *map(": ".join, headers.items()), "", ""]).encode("latin-1")


def _read(caller: Client, url: str, request: bytes, until: float) -> tuple[bytes, bytes]:
    """The final head and all that follows it."""
    tls = caller.target.tls_for(url)
    with connected(url, tls, until - time.monotonic()) as line:
        line.sendall(request)
        came = b""
        while True:
            head, found, rest = came.partition(ENDED)
            if not found:
                came += _more(line, until) or _hung_up()
            elif _status(head.decode("latin-1")) in INTERIM:
                came = rest
            else:
                return head, rest + _rest(line)


def _rest(line: socket.socket) -> bytes:
    body, until = b"", time.monotonic() + SILENCE
    try:
        while more := _more(line, until):
            body += more
    except OSError:  # silence, or a connection that was cut rather than closed
        pass
    return body


def _more(line: socket.socket, until: float) -> bytes:
    line.settimeout(max(until - time.monotonic(), 0.001))
    return line.recv(65536)


def _hung_up() -> bytes:
    raise ConnectionError("the platform closed the connection")


def _status(head: str) -> int:
    code = head.split(maxsplit=2)[1:2]
    return int(code[0]) if code and code[0].isdecimal() else 0


def _compared(caller: Client, path: str) -> tuple[list[str], list[str]]:
    """What is wrong with HEAD, and its headers that are not GET's.

    HEAD is asked before and after GET, which is asked twice: where two of a kind differ from each other (replicas
    taking turns, a change meanwhile), a difference between the kinds says nothing.
    """
    before = caller.head(path, headers=AS_IS)
    gets = caller.get(path, headers=AS_IS), caller.get(path, headers=AS_IS)
    heads = before, bare_head(caller, path)
    if gets[0].status != gets[1].status:
        return [], []
    shown, wanted = f"HEAD {path} as {caller.who}", gets[0].status
    wrong = {f"{shown} is {head.status}, GET {wanted}": None for head in heads if head.status != wanted}
    if wrong:
        return list(wrong), []
    bodies = [f"{shown} has a body of {len(body)} bytes" for head in heads if (body := head.exchange.body)]
    return bodies, [f"{shown} has {name}: {there}, GET {said}" for name, there, said in _differing(heads, gets)]


def _differing(heads: tuple[Answer, Answer], gets: tuple[Answer, Answer]) -> list[tuple[str, str | None, str | None]]:
    """The headers in which HEADs that are alike differ from GETs that are alike."""
    timings = {name.removeprefix("header ") for name in TIMINGS}
    names = sorted((gets[0].headers.keys() | heads[0].headers.keys()) - BY_NATURE - timings)
    found = []
    for name in names:
        there, wanted = ([answer.headers.get(name) for answer in kind] for kind in (heads, gets))
        if name == LENGTH:
            wanted = [said or str(len(get.exchange.body)) for said, get in zip(wanted, gets, strict=True)]
        if there[0] is None and name in OF_THE_BODY:
            continue
        if there[0] == there[1] != wanted[0] == wanted[1]:
            found.append((name, there[0], wanted[0]))
    return found
