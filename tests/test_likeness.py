"""Two answers can be told apart, or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbline.likeness import differences
from tests.made_up import answer

if TYPE_CHECKING:
    from plumbline.exchange import Answer

WRONG = '{"error": "wrong", "id": "1"}'


def told(one: Answer, other: Answer, again: Answer | None = None) -> list[str]:
    """The differences of two answers; `again` is a second one of the other's kind."""
    return differences(one, other, alike=(other, again or other), names=("ada", "nobody"))


def test_equal_answers_have_no_difference() -> None:
    assert told(answer(401, WRONG), answer(401, WRONG)) == []


def test_a_status_tells_them_apart() -> None:
    assert told(answer(401, WRONG), answer(404, WRONG)) == ["status: '401' / '404'"]


def test_a_word_deep_in_the_body_tells_them_apart() -> None:
    deep = told(answer(401, '{"a": [{"b": "wrong"}]}'), answer(401, '{"a": [{"b": "unknown"}]}'))

    assert deep == ["""body.a[0].b: "'wrong'" / "'unknown'\""""]


def test_a_header_that_only_one_has_tells_them_apart() -> None:
    assert told(answer(401, headers={"X-Try": "2"}), answer(401)) == ["header x-try: '2' / 'not there'"]


def test_a_line_of_a_page_tells_them_apart() -> None:
    assert told(answer(401, "<p>\nwrong"), answer(401, "<p>\nunknown")) == ["body line 2: 'wrong' / 'unknown'"]


def test_what_differs_by_itself_says_nothing() -> None:
    one, other, again = (answer(401, WRONG.replace("1", number)) for number in "123")

    assert told(one, other, again) == []


def test_a_name_that_is_repeated_says_nothing() -> None:
    assert told(answer(401, '{"who": "ada"}'), answer(401, '{"who": "nobody"}')) == []
