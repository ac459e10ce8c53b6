"""Whether two answers can be told apart, leaving out what differs by itself from one request to the next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plumbline.exchange import Answer


TIMINGS = {"header server-timing", "header x-response-time", "header x-runtime"}
"""Headers that tell how long the answer took: they differ by themselves, though two of them may be equal."""


def differences(one: Answer, other: Answer, *, alike: tuple[Answer, Answer], names: tuple[str, ...]) -> list[str]:
    """The places in which two answers differ, each with both values.

    `alike` are two answers to the same kind of request, one got before `one` and one after it: where these differ
    (ids, tokens, a date whose second ended between them), a difference says nothing.
    `names` are words of the requests that an answer may repeat.
    """
    first, second = _parts(one, names), _parts(other, names)
    by_itself = {
        place for place, value in _parts(alike[0], names).items() if _parts(alike[1], names).get(place) != value
    }
    places = sorted((first.keys() | second.keys()) - by_itself - TIMINGS)
    return [
        f"{place}: {first.get(place, 'not there')!r} / {second.get(place, 'not there')!r}"
        for place in places
        if first.get(place) != second.get(place)
    ]


def _parts(answer: Answer, names: tuple[str, ...]) -> dict[str, str]:
    """Status, headers and the leaves of the body by their place."""
    parts = {f"header {name}": value for name, value in answer.headers.items()}
    parts["status"] = str(answer.status)
    try:
        parts |= dict(_leaves(json.loads(answer.text), "body"))
    except ValueError:
        parts |= {f"body line {number}": line for number, line in enumerate(answer.text.splitlines(), 1)}
    for name in names:
        parts = {place: value.replace(name, "«name»") for place, value in parts.items()}
    return parts


def _leaves(value: Any, place: str) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{place}.{key}")]
    if isinstance(value, list):
        return [leaf for number, inner in enumerate(value) for leaf in _leaves(inner, f"{place}[{number}]")]
    return [(place, repr(value))]
