"""Health in each of its forms: by status or a field, for everybody or for an account, or a page in its place."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from plumbline.asking.exchange import NOT_FOUND, NOT_LOGGED_IN, OK, UNAVAILABLE, Answer
from plumbline.asking.health import HealthAnswer, HealthAsked
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Health
from tests.made_up import answer, exchange, target
from tests.whole_runs import ROOT, Ended, pytest_run

if TYPE_CHECKING:
    from pathlib import Path

SMALL = (ROOT / "tests" / "small" / "target.toml").read_text("utf-8")
NOTHING_ELSE = 'status = ""\ndatabase = ""\ntimestamp = ""\nstorage = ""\nrelease = ""\nmigrations = ""\n'
BY_STATUS = Health(status="", database="", timestamp="", storage="", release="", migrations="")
BY_FIELD = Health(status="checks.all", healthy=("UP", True))
OF_PAGE = Health(path="", status="", database="", timestamp="", storage="", release="", migrations="")
JUDGED = {
    "status alone, no body": (BY_STATUS, answer(200), True),
    "status alone, no JSON": (BY_STATUS, answer(200, "<h1>fine</h1>"), True),
    "status alone, ill": (BY_STATUS, Answer(exchange(503), "unavailable"), False),
    "field": (BY_FIELD, answer(200, '{"checks": {"all": "UP"}}'), True),
    "field that is no text": (BY_FIELD, answer(200, '{"checks": {"all": true}}'), True),
    "200 with a field that says otherwise": (BY_FIELD, answer(200, '{"checks": {"all": "DOWN"}}'), False),
    "200 without the field": (BY_FIELD, answer(200, "{}"), False),
    "a status that says otherwise than the field": (
        BY_FIELD,
        Answer(exchange(503, '{"checks": {"all": "UP"}}'), "unavailable"),
        False,
    ),
    "page": (OF_PAGE, answer(200, "<h1>Log in</h1>"), True),
    "page that redirects": (OF_PAGE, Answer(exchange(302), "not logged in"), True),
    "page that fails": (OF_PAGE, Answer(exchange(500), "status 500"), False),
    "health that redirects": (BY_STATUS, Answer(exchange(302), "not logged in"), False),
}


@pytest.mark.parametrize(("fields", "said", "healthy"), JUDGED.values(), ids=JUDGED)
def test_a_platform_is_well_by_what_its_profile_says(fields: Health, said: Answer, healthy: bool) -> None:  # noqa: FBT001 - a table
    assert HealthAnswer(said, fields).healthy is healthy


def test_where_nothing_but_the_status_is_named_no_body_is_read() -> None:
    health = HealthAnswer(answer(200, "not JSON"), BY_STATUS)

    assert (health.meaning, health.missing, health.database_connected, health.migrations) == (OK, [], None, None)
    assert (health.seconds_old, health.is_another_than(health)) == (0.0, True)


CONNECTED = {
    "true": True, "1": True, '"ok"': True, '"Up"': True, '"CONNECTED"': True, '"healthy"': True, '"pass"': True,
    "false": False, "0": False, '"down"': False, '"disconnected"': False, '"error"': False, '{"up": true}': False,
    "null": None,
}  # fmt: skip


@pytest.mark.parametrize(("word", "connected"), CONNECTED.items(), ids=CONNECTED)
def test_a_database_is_there_by_the_usual_words(word: str, connected: bool | None) -> None:  # noqa: FBT001 - a table
    fields = Health(healthy=("fine",), database="db")

    assert HealthAnswer(answer(200, f'{{"status": "fine", "db": {word}}}'), fields).database_connected is connected


UP, DOWN, PAGE = '{"status": "UP"}', '{"status": "DOWN"}', "<h1>Nothing here</h1>"
PARTS = {
    "well": ((200, UP, OK), {}, OK),
    "away": ((503, DOWN, UNAVAILABLE), {}, UNAVAILABLE),
    "200 with a field that says otherwise": ((200, DOWN, OK), {}, UNAVAILABLE),
    "no such field": ((200, '{"redis": 1}', OK), {}, OK),
    "a page for all that is unknown": ((200, PAGE, OK), {}, None),
    "the same where the profile names it": ((200, PAGE, OK), {"paths": {"/api/health/db": "/db"}}, OK),
    "no such route": ((404, "{}", NOT_FOUND), {}, None),
    "no such route where the profile names one": (
        (404, "{}", NOT_FOUND),
        {"paths": {"/api/health/db": "/db"}},
        NOT_FOUND,
    ),
    "a login for all that is unknown": ((401, "{}", NOT_LOGGED_IN), {}, None),
    "absent": ((200, UP, OK), {"absent": ("/api/health/db",)}, None),
}


@pytest.mark.parametrize(("said", "profile", "told"), PARTS.values(), ids=PARTS)
def test_health_of_one_server_is_heard_where_there_is_a_route_for_it(
    said: tuple[int, str, str], profile: dict[str, Any], told: str | None
) -> None:
    status, body, meaning = said
    health = HealthAsked(target(health=Health(healthy=("UP",)), **profile), lambda _: None)
    visitor: Any = SimpleNamespace(get=lambda _: Answer(exchange(status, body), meaning))

    assert health.of("db", visitor) == told


def test_servers_of_which_health_does_not_tell_are_left_out() -> None:
    health = HealthAsked(target(), lambda _: None)

    assert health.told_apart({"db": OK, "cache": None}) == {"db": OK}
    with pytest.raises(NotPossibleHere, match=r"add /api/health/db, /api/health/cache to \[paths\]"):
        health.told_apart({"db": None, "cache": None})


def judged(tmp_path: Path, health: str, *arguments: str) -> Ended:
    """HLT-1 on the small platform with this [health]."""
    profile = tmp_path / "small.toml"
    profile.write_text(f"{SMALL.partition('[health]')[0]}[health]\n{health}")
    return pytest_run(tmp_path, f"--target={profile}", "--rows=HLT-1", *arguments)


@pytest.mark.parametrize(
    "health",
    [
        'path = "/status"\nliveness = "/status"\n',
        'path = ""\npage = "/status"\n',
        'path = "/whoami"\naccount = "admin"\n',
    ],
    ids=["by status", "a page in its place", "for an account"],
)
def test_each_form_of_health_is_judged(tmp_path: Path, health: str) -> None:
    assert " pass=1 fail=0 " in judged(tmp_path, health + NOTHING_ELSE).verdict


@pytest.mark.parametrize(
    "health",
    [
        'path = "/nowhere"\n',
        'path = "/status"\nliveness = "/nowhere"\n',
        'path = ""\npage = "/whoami"\n',
        'path = "/status"\nstatus = "state"\n',
    ],
    ids=["by status", "dead", "a page in its place", "by a field"],
)
def test_each_form_of_health_may_be_ill(tmp_path: Path, health: str) -> None:
    words = NOTHING_ELSE.replace('status = ""\n', "") if "state" in health else NOTHING_ELSE

    assert judged(tmp_path, health + words).verdict.endswith(" [HLT-1]")


def test_a_profile_that_names_no_health_is_told_where_to_name_it(tmp_path: Path) -> None:
    ended = judged(tmp_path, 'path = "/nowhere"\n')

    assert re.search(r"404, not found>: there is no health there; say in \[health\] of \S+ where it is", ended.output)


def test_where_there_is_nothing_to_ask_nothing_passes(tmp_path: Path) -> None:
    ended = judged(tmp_path, 'path = ""\npage = ""\n')

    assert " pass=0 fail=0 unsupported=0 disabled=0 not-possible=2 " in ended.verdict
    assert "needs health, or a page in its place: add path or page to [health] of " in ended.output


def test_who_may_not_log_in_asks_no_health_that_wants_it(tmp_path: Path) -> None:
    ended = judged(tmp_path, 'path = "/whoami"\naccount = "admin"\n', "--allow=anonymous")

    assert " pass=0 fail=0 " in ended.verdict
    assert "needs --allow readonly: health is asked as admin, who has to log in" in ended.output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ('path = ""\n', "needs health: the platform has none, [health] of "),
        ("ready_without_database = true\n", "needs health that answers for the database; [health] of "),
    ],
    ids=["page", "ready without"],
)
def test_health_that_does_not_answer_for_the_database_is_not_asked_whether_it_does(
    tmp_path: Path, words: str, why: str
) -> None:
    profile = tmp_path / "reference.toml"
    reference = (ROOT / "targets" / "reference.toml").read_text("utf-8")
    profile.write_text(reference.replace("[health]\n", f"[health]\n{words}"))

    ended = pytest_run(tmp_path, f"--target={profile}", "--rows=HLT-1")

    assert " pass=1 fail=0 unsupported=0 disabled=0 not-possible=1 " in ended.verdict, ended.output
    assert why in ended.output
