"""Whether two answers can be told apart, leaving out what differs by itself from one request to the next."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from plumbline.asking.exchange import NOT_LOGGED_IN

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer


TIMINGS = {"header server-timing", "header x-response-time", "header x-runtime"}
"""Headers that tell how long the answer took: they differ by themselves, though two of them may be equal."""

PIECES = re.compile(r"<[^>]*>|[^<]*[^<\s][^<]*")
"""The tags of a page and what stands between them: a page is often one line."""

WORDS = re.compile(r"[^\s\"'<>;,&=]+")
"""What may differ by itself inside a header or a text: a token, a date's time."""


def differences(one: Answer, other: Answer, *, alike: tuple[Answer, Answer], names: tuple[str, ...]) -> list[str]:
    """The places in which two answers differ, each with both values.

    `alike` are two answers to the same kind of request, one got before `one` and one after it: the words in which
    these differ (ids, tokens, a date whose second ended between them) say nothing.
    `names` are words of the requests that an answer may repeat.
    """
    first, second, *both = (_parts(answer, names) for answer in (one, other, *alike))
    places = sorted((first.keys() | second.keys()) - TIMINGS)
    return [
        f"{place}: {first.get(place, 'not there')!r} / {second.get(place, 'not there')!r}"
        for place in places
        if _differ(first.get(place), second.get(place), both[0].get(place), both[1].get(place))
    ]


def given_away(answers: Sequence[tuple[Answer, Answer]], frame: Sequence[Answer]) -> list[Answer]:
    """The refusals that tell most of what they refuse. `answers`: to somebody who may ask, and to whoever may not.

    What other refusals say too, or the pages in `frame` that anybody gets, is nothing of what was asked for.
    """
    told = [(_told(theirs), _told(refusal), refusal) for theirs, refusal in answers]
    often = Counter(text for said in (*(said for _, said, _ in told), *map(_told, frame)) for text in said)
    found = []
    for whole, said, refusal in told:
        own = {text for text in whole if often[text] == (text in said)}
        if refusal.meaning == NOT_LOGGED_IN and own and 2 * len(own & said) >= len(own):
            found.append(refusal)
    return found


def _told(answer: Answer) -> set[str]:
    """What an answer says: the leaves of its JSON with their places, the texts of its page."""
    parts = {place: text for place, text in _parts(answer, ()).items() if place.startswith("body")}
    page = {text.strip() for place, text in parts.items() if place.startswith("body piece") and text[0] != "<"}
    return page | {f"{place}: {text}" for place, text in parts.items() if not place.startswith("body piece")}


def _differ(one: str | None, other: str | None, *alike: str | None) -> bool:
    """Whether two values differ in a word in which those that are alike do not."""
    if one == other:
        return False
    if alike[0] == alike[1]:
        return True
    words, theirs, before, after = (WORDS.findall(value or "") for value in (one, other, *alike))
    if None in alike or len(before) != len(after):
        return False  # all of it differs by itself
    if not len(words) == len(theirs) == len(before):
        return True
    return any(w != t and b == a for w, t, b, a in zip(words, theirs, before, after, strict=True))


def _parts(answer: Answer, names: tuple[str, ...]) -> dict[str, str]:
    """Status, headers and the leaves of the body by their place."""
    parts = {f"header {name}": value for name, value in answer.headers.items()}
    parts["status"] = str(answer.status)
    try:
        parts |= dict(_leaves(json.loads(answer.text), "body"))
    except ValueError:
        parts |= {f"body piece {number}": piece for number, piece in enumerate(PIECES.findall(answer.text), 1)}
    written = {form for name in names for form in (name, html.escape(name), quote(name), quote(name, safe=""))}
    for form in sorted(written, key=len, reverse=True):
        parts = {place: value.replace(form, "«name»") for place, value in parts.items()}
    return parts


def _leaves(value: Any, place: str) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{place}.{key}")]
    if isinstance(value, list):
        return [leaf for number, inner in enumerate(value) for leaf in _leaves(inner, f"{place}[{number}]")]
    return [(place, repr(value))]
