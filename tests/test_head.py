"""HEAD is held to GET in what does not change by itself, and in nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from plumbline.head import head_faults
from tests.made_up import answer

if TYPE_CHECKING:
    from plumbline.client import Client
    from plumbline.exchange import Answer

JSON = {"Content-Type": "application/json", "Content-Length": "2", "ETag": '"1"'}


class Asked:
    """A caller that gets these answers: GET before, HEAD, GET after."""

    who = "ada"

    def __init__(self, before: Answer, head: Answer, after: Answer) -> None:
        self._gets, self._head = [before, after], head

    def get(self, _path: str, **_options: object) -> Answer:
        """The next answer to GET."""
        return self._gets.pop(0)

    def head(self, _path: str, **_options: object) -> Answer:
        """The answer to HEAD."""
        return self._head


def faults(head: Answer, before: Answer, after: Answer | None = None) -> list[str]:
    """What is wrong with this HEAD."""
    return head_faults(cast("Client", Asked(before, head, after or before)), "/deals")


@pytest.mark.parametrize(
    "headers",
    [
        JSON,
        {name: text for name, text in JSON.items() if name != "Content-Length"},
        {**JSON, "Date": "now", "Set-Cookie": "a=b", "X-Request-ID": "1", "X-Response-Time": "3ms"},
    ],
)
def test_the_same_without_a_body_is_right(headers: dict[str, str]) -> None:
    assert faults(answer(200, "", headers), answer(200, "[]", JSON)) == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (answer(500, "", JSON), "HEAD /deals as ada is 500, GET 200"),
        (answer(405, "", JSON), "HEAD /deals as ada is 405, GET 200"),
        (answer(200, "[]", JSON), "HEAD /deals as ada has a body of 2 bytes"),
        (answer(200, "", {**JSON, "Content-Length": "0"}), "HEAD /deals as ada has content-length: 0, GET 2"),
        (answer(200, "", {**JSON, "ETag": '"2"'}), 'HEAD /deals as ada has etag: "2", GET "1"'),
        (answer(200, "", {**JSON, "Allow": "GET"}), "HEAD /deals as ada has allow: GET, GET None"),
    ],
)
def test_what_differs_is_named(head: Answer, said: str) -> None:
    assert faults(head, answer(200, "[]", JSON)) == [said]


def test_where_two_gets_differ_nothing_is_said() -> None:
    before, after = answer(200, "[1]", {**JSON, "Content-Length": "3"}), answer(200, "[]", {**JSON, "ETag": '"3"'})

    assert faults(answer(200, "", {**JSON, "ETag": '"2"'}), before, after) == []
    assert faults(answer(200), answer(200), answer(503)) == []


def test_a_body_that_changes_has_no_length_to_hold_to() -> None:
    assert faults(answer(200, "", {"Content-Length": "4"}), answer(200, "0.51"), answer(200, "0.48")) == []
