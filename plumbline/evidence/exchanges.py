"""What was asked and answered, twice: to be read (`exchanges.txt`), and for tools (`exchanges.har`, HAR 1.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from plumbline.asking.pool import VERSION

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.evidence.scene import Scene

SHOWN = 16_000
"""Characters of a body that are shown to a reader; the HAR has up to KEPT of them."""
KEPT = 256_000

TEXT = re.compile(r"text/|.*[/+](json|xml|javascript|x-www-form-urlencoded)|^$")
"""Media types whose bodies are text."""


def readable(scene: Scene, exchanges: Sequence[Exchange]) -> str:
    """Every exchange with its request, answer, breach of the contract and curl line; masked."""
    parts = [_told(number, exchange, scene) for number, exchange in enumerate(exchanges, 1)]
    return f"trace id {scene.trace_id}; times are UTC\n\n" + "\n".join(parts)


def _told(number: int, exchange: Exchange, scene: Scene) -> str:
    lines = [
        f"{number}. {clock(exchange.began)}  {exchange.line()}",
        f"   > {exchange.method} {exchange.url}",
        *_headers(">", exchange.request_headers.items()),
        *_body(">", exchange.request_body, ""),
    ]
    if exchange.failure:
        lines.append(f"   < (no answer: {exchange.failure})")
    else:
        lines.append(f"   < {exchange.status} {_phrase(exchange.status)}".rstrip())
        lines += _headers("<", exchange.headers)
        lines += _body("<", exchange.body.decode("utf-8", "replace"), media_of(exchange))
    if exchange.breach:
        lines.append(f"   breaks the contract: {exchange.breach}")
    if exchange.request_id:
        lines.append(f"   request id: {exchange.request_id}")
    return scene.masked("\n".join(lines)) + f"\n   {scene.masked(exchange.curl(scene.secrets))}\n"


def _headers(arrow: str, headers: Iterable[tuple[str, str]]) -> list[str]:
    return [f"   {arrow} {name}: {value}" for name, value in headers]


def _body(arrow: str, body: str, media: str) -> list[str]:
    if not body:
        return []
    if not TEXT.match(media):
        return [f"   {arrow}", f"   {arrow} ({len(body)} characters of {media})"]
    cut = [f"({len(body) - SHOWN} more characters)"] if len(body) > SHOWN else []
    return [f"   {line}" for line in [arrow, *(f"{arrow} {line}" for line in [*body[:SHOWN].splitlines(), *cut])]]


def har(scene: Scene, exchanges: Sequence[Exchange]) -> str:
    """The exchanges as a HAR, masked."""
    creator = {"name": "Plumbline", "version": VERSION}
    entries = [_entry(exchange) for exchange in exchanges]
    log = {"version": "1.2", "creator": creator, "comment": f"trace id {scene.trace_id}", "entries": entries}
    return json.dumps({"log": _masked(log, scene)}, indent=1, ensure_ascii=False)


def _entry(exchange: Exchange) -> dict[str, Any]:
    milliseconds = round(exchange.seconds * 1000, 3)
    began = datetime.fromtimestamp(exchange.began, UTC).isoformat(timespec="milliseconds")
    more = {"_breach": exchange.breach, "_error": exchange.failure, "_requestId": exchange.request_id}
    return {
        "startedDateTime": began, "time": milliseconds, "comment": exchange.who, "request": _request(exchange),
        "response": _response(exchange), "cache": {}, "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        **{name: text for name, text in more.items() if text},
    }  # fmt: skip


def _request(exchange: Exchange) -> dict[str, Any]:
    query = [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(exchange.url).query)]
    given = {name.lower(): value for name, value in exchange.request_headers.items()}
    post = {"mimeType": given.get("content-type", ""), "text": exchange.request_body[:KEPT]}
    return {
        "method": exchange.method, "url": exchange.url, "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": _pairs(exchange.request_headers.items()), "queryString": query, "headersSize": -1,
        "bodySize": len(exchange.request_body.encode()), **({"postData": post} if exchange.request_body else {}),
    }  # fmt: skip


def _response(exchange: Exchange) -> dict[str, Any]:
    media = media_of(exchange)
    body = exchange.body.decode("utf-8", "replace")[:KEPT] if TEXT.match(media) else ""
    location = next((value for name, value in exchange.headers if name.lower() == "location"), "")
    return {
        "status": exchange.status, "statusText": _phrase(exchange.status), "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": _pairs(exchange.headers), "content": {"size": len(exchange.body), "mimeType": media, "text": body},
        "redirectURL": location, "headersSize": -1, "bodySize": len(exchange.body),
    }  # fmt: skip


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _masked(value: Any, scene: Scene) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {name: _masked(inner, scene) for name, inner in value.items()}
    if isinstance(value, list):
        return [_masked(inner, scene) for inner in value]
    return scene.masked(value) if isinstance(value, str) else value


def media_of(exchange: Exchange) -> str:
    """The media type of an answer, "" where it has none."""
    named = next((value for name, value in exchange.headers if name.lower() == "content-type"), "")
    return named.partition(";")[0].strip().lower()


def clock(epoch: float) -> str:
    """The time of day in UTC, to the millisecond."""
    return f"{datetime.fromtimestamp(epoch, UTC):%H:%M:%S.%f}"[:-3]


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
