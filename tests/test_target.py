"""What a platform's answers mean, by its profile's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plumbline import one, seconds_from_now
from plumbline.asking import exchange as words
from plumbline.asking.health import HealthAnswer
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Account, Commands, FaultCommands, Health, Logout, Me, Sign, Statuses, Step
from tests.made_up import answer, exchange, target

OTHER = Statuses(not_logged_in=(Sign(403),), login_refused=(Sign(422),), forbidden=())


@pytest.mark.parametrize(
    ("status", "usual", "other"),
    [
        (200, words.OK, words.OK),
        (204, words.OK, words.OK),
        (401, words.NOT_LOGGED_IN, "status 401"),
        (403, words.FORBIDDEN, words.NOT_LOGGED_IN),
        (404, words.NOT_FOUND, words.NOT_FOUND),
        (503, words.UNAVAILABLE, words.UNAVAILABLE),
        (500, "status 500", "status 500"),
        (302, "status 302", "status 302"),
    ],
)
def test_a_status_means_what_the_profile_says(status: int, usual: str, other: str) -> None:
    assert target().meaning(exchange(status)) == usual
    assert target(statuses=OTHER).meaning(exchange(status)) == other


def test_only_a_login_is_refused() -> None:
    login = exchange(401, method="POST", path="/api/auth/login")

    assert target().meaning(login) == words.REFUSED
    assert target().meaning(exchange(401, method="POST", path="/api/deals")) == words.NOT_LOGGED_IN


@pytest.mark.parametrize(
    ("location", "meaning"),
    [("/login", words.NOT_LOGGED_IN), ("http://x/login?next=/", words.NOT_LOGGED_IN), ("/new", "status 302")],
)
def test_a_page_that_leads_to_the_login_page_means_not_logged_in(location: str, meaning: str) -> None:
    assert target().meaning(exchange(302, headers={"Location": location})) == meaning


@pytest.mark.parametrize(
    ("status", "headers", "meaning"),
    [
        (302, {"Location": "/login"}, words.OK),
        (303, {"Location": "http://x/login?out=1"}, words.OK),
        (200, {"Content-Type": "text/html"}, words.OK),
        (302, {"Location": "/sorry"}, "status 302"),
        (401, {}, words.NOT_LOGGED_IN),
    ],
)
def test_a_logout_may_lead_to_the_login_page(status: int, headers: dict[str, str], meaning: str) -> None:
    logout = exchange(status, headers=headers, method="POST", path="/api/auth/logout")

    assert target().meaning(logout) == meaning


def test_the_user_is_read_where_the_profile_says() -> None:
    me = '{"account": {"mail": "ada"}}'

    assert target(me=Me(user="account.mail")).user_in(exchange(200, me)) == "ada"
    assert target().user_in(exchange(200, me)) is None
    assert target(me=Me(user="account.mail")).user_in(exchange(401, me)) is None
    assert target(me=Me(user="account.mail")).user_in(exchange(200, "<p>")) is None


def test_a_role_is_told_in_the_platforms_word() -> None:
    told, accounts = exchange(200, '{"user": {"role": "boss"}}'), {"admin": Account("ada", role="boss")}

    assert (target().role_in(told), target(me=Me(role="")).role_in(told)) == ("boss", None)
    assert (target().role_word("admin"), target(me=Me(role="")).role_word("admin")) == ("admin", None)
    assert target(accounts=accounts).role_word("admin") == "boss"


def test_a_fault_takes_the_place_of_serve_and_leaves_what_it_does_not_name() -> None:
    healthy = Commands(serve=("serve",), seed=("seed",), ready="/up", deadline=3)
    faulty = target(fault="f", commands=healthy, faults=FaultCommands(serve=("broken", "{fault}")))

    assert faulty.filled_in(faulty.commands.serve) == ["broken", "f"]
    assert (faulty.commands.seed, faulty.commands.ready, faulty.commands.deadline) == (("seed",), "/up", 3)
    assert target(commands=healthy).commands == healthy


def test_an_account_that_is_not_there_is_not_possible() -> None:
    with pytest.raises(NotPossibleHere, match=r"add \[accounts\.bob\] to made-up\.toml"):
        target().account("bob")


def test_accounts_passwords_are_secrets_from_the_start() -> None:
    known = target().secrets

    assert known.mask("a-good-password") == "«password of admin»"
    assert known.held_by(b"a-good-password") == []  # published with the profile: it keeps no report back


def test_healths_fields_are_read_where_the_profile_says() -> None:
    fields = Health(status="state", healthy=("up",), database="checks.db", timestamp="time", storage="")
    health = HealthAnswer(answer(200, '{"state": "up", "checks": {"db": "up"}, "time": 7}'), fields)

    assert (health.healthy, health.database_connected, health.timestamp) == (True, True, 7)
    assert health.missing == ["release", "migrations"]


@pytest.mark.parametrize(
    ("value", "connected"),
    [("true", True), ("false", False), ('"down"', False), ('"connected"', True), ("null", None)],
)
def test_what_health_says_of_the_database(value: str, connected: bool | None) -> None:  # noqa: FBT001 - a table
    health = HealthAnswer(answer(200, f'{{"databaseConnected": {value}}}'), Health())

    assert health.database_connected is connected


@pytest.mark.parametrize("ago", [0, 60, 86400])
def test_a_timestamp_is_text_or_seconds_or_milliseconds(ago: int) -> None:
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    spelled = (
        moment.isoformat(),
        moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        moment.replace(tzinfo=None).isoformat(),
        moment.timestamp(),
        moment.timestamp() * 1000,
    )

    assert [seconds_from_now(way) for way in spelled] == [pytest.approx(ago, abs=3)] * 5


@pytest.mark.parametrize("value", ["soon", None, True, "", {}])
def test_what_is_no_timestamp_is_an_assertion(value: object) -> None:
    with pytest.raises(AssertionError, match="timestamp"):
        seconds_from_now(value)


def test_one_row_is_found_or_the_number_is_told() -> None:
    rows = [{"id": 1, "a": 1}, {"id": 2, "a": 1}]

    assert one(rows, id=2)["a"] == 1
    with pytest.raises(AssertionError, match="2 of 2 rows have"):
        one(rows, a=1)
    with pytest.raises(AssertionError, match="0 of 2 rows have"):
        one(rows, id=3)


def test_a_log_out_by_get_is_an_exit() -> None:
    by_get = target(logout=Logout(method="GET"), paths={"/api/auth/logout": "/bye"})
    by_steps = target(logout=Logout(steps=(Step(get="/bye?sure=1"),)))

    assert by_get.permission.exits == {"/bye"}
    assert by_steps.permission.exits == {"/bye"}
    assert target().permission.exits == set()
