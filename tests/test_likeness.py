"""Two answers can be told apart, or not."""

from __future__ import annotations

from plumbline.asking.exchange import NOT_LOGGED_IN, Answer
from plumbline.asking.likeness import differences, given_away
from tests.made_up import answer, exchange

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
    assert told(answer(401, "<p>wrong"), answer(401, "<p>unknown")) == ["body piece 2: 'wrong' / 'unknown'"]


def test_a_page_in_one_line_hides_nothing_behind_a_token() -> None:
    page = '<ul><li>{}</li></ul><form><input name="csrf" value="{}"><input name="who"></form>'
    one, other, again = (page.format(*said) for said in (("wrong", "a1"), ("unknown", "b2"), ("unknown", "c3")))

    assert told(answer(200, one), answer(200, other), answer(200, again)) == ["body piece 3: 'wrong' / 'unknown'"]
    assert (
        told(
            answer(200, page.format("no", "a")),
            answer(200, page.format("no", "b")),
            answer(200, page.format("no", "c")),
        )
        == []
    )


def test_a_token_in_a_header_hides_nothing_beside_it() -> None:
    one, other, again = (
        answer(401, headers={"Set-Cookie": f"csrf={token}; Path=/{more}"})
        for token, more in (("a1", ", tries=1"), ("b2", ""), ("c3", ""))
    )

    assert [place.partition(":")[0] for place in told(one, other, again)] == ["header set-cookie"]
    assert told(answer(401, headers={"Set-Cookie": "csrf=d4; Path=/"}), other, again) == []


def test_what_differs_by_itself_says_nothing() -> None:
    one, other, again = (answer(401, WRONG.replace("1", number)) for number in "123")

    assert told(one, other, again) == []


def test_a_name_that_is_repeated_says_nothing() -> None:
    assert told(answer(401, '{"who": "ada"}'), answer(401, '{"who": "nobody"}')) == []


def test_a_name_is_found_as_pages_and_addresses_write_it() -> None:
    one, other = "<p>ada@o&#x27;hara.invalid<a href='?next=ada%40o%27hara.invalid'>", "<p>nobody<a href='?next=nobody'>"
    names = ("ada@o'hara.invalid", "nobody")

    assert differences(answer(401, one), answer(401, other), alike=(answer(401, other),) * 2, names=names) == []


def refused(status: int, body: str = "") -> Answer:
    """What somebody gets who is not logged in."""
    return Answer(exchange(status, body), NOT_LOGGED_IN)


DEALS = answer(200, '[{"id": 1, "name": "Northlight"}]')
PAGE = answer(200, "<nav>Fund desk</nav><h1>Calendar</h1><p>Northlight closes</p>")


def test_a_refusal_with_the_data_in_it_gives_it_away() -> None:
    leaky, page = refused(401, DEALS.text), refused(302, PAGE.text)

    assert given_away([(DEALS, leaky), (PAGE, refused(302))], frame=[]) == [leaky]
    assert given_away([(DEALS, refused(401, WRONG)), (PAGE, page)], frame=[]) == [page]


def test_a_refusal_in_the_frame_of_the_site_gives_nothing_away() -> None:
    form = refused(200, "<nav>Fund desk</nav><h1>Log in</h1>")
    bare = answer(200, "<nav>Fund desk</nav>")

    assert given_away([(DEALS, refused(401, WRONG)), (bare, form)], frame=[answer(404, "<nav>Fund desk</nav>")]) == []
    assert given_away([(PAGE, form), (bare, form)], frame=[]) == []
    assert given_away([(answer(200, "[]"), refused(401)), (answer(200), refused(401))], frame=[]) == []
