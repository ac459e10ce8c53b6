"""Who registers on a platform that is not ours is removed again, whatever the platform said to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from plumbline.asking.exchange import NOT_LOGGED_IN, OK, REGISTERED, TAKEN, Answer
from plumbline.asking.people import change_password, disable, register
from plumbline.elsewhere.ledger import NotMade
from plumbline.elsewhere.registering import ByRegistering
from plumbline.profile import Disabling, Me, PasswordChange, Register, Sign, Step
from tests.deployed import PASSWORD, VARIABLE, Deployed, deployed
from tests.made_up import exchange, target
from tests.noting import WRITABLE
from tests.whole_runs import Ended, pytest_run

REGISTERING = """
[register]
id = "id"

[[register.steps]]
post = "/signup"
json = { email = "{email}", name = "{name}", password = "{password}" }

[makes.user]
create = "POST /signup"
found = "GET /people/{id}"
undo = "DELETE /people/{id}"
"""
VALUES = {"email": "ada@example.invalid", "name": "Ada", "password": "secret-1"}


@pytest.fixture
def platform() -> Iterator[Deployed]:
    """A platform at which people register."""
    with deployed() as there:
        yield there


def run(platform: Deployed, home: Path, *words: str) -> Ended:
    """A run of SES-15 that may write there, unless told otherwise."""
    profile = home / "elsewhere.toml"
    profile.write_text(platform.profile().replace("[remote]\n", f"[remote]\n{WRITABLE}") + REGISTERING, "utf-8")
    environ = {"PLUMBLINE_HOME": str(home / "home"), VARIABLE: PASSWORD}
    return pytest_run(home, f"--target={profile}", "--rows", "SES-15", *words, environ=environ)


def left(home: Path) -> list[Path]:
    """The ledgers that are left."""
    return sorted((home / "home" / "ledger").glob("*"))


def test_who_has_registered_is_removed_and_nothing_else(platform: Deployed, tmp_path: Path) -> None:
    platform.people[1] = {"email": "carla@example.org", "name": "Carla", "password": "hers"}

    ended = run(platform, tmp_path, "--allow", "writes")

    assert (ended.code, "pass=2" in ended.verdict, "not-possible=1" in ended.verdict) == (0, True, True), ended.output
    assert sum(path == "/signup" for _, path in platform.asked) == 4
    assert [one["name"] for one in platform.people.values()] == ["Carla"]
    assert left(tmp_path) == []


def test_who_should_not_have_been_registered_is_removed_as_well(platform: Deployed, tmp_path: Path) -> None:
    platform.lenient = True

    ended = run(platform, tmp_path, "--allow", "writes")

    assert (ended.code, ended.verdict.endswith("[SES-15]")) == (1, True), ended.output
    assert (platform.people, left(tmp_path)) == ({}, [])


def test_without_leave_to_write_nobody_registers(platform: Deployed, tmp_path: Path) -> None:
    ended = run(platform, tmp_path)

    assert "needs --allow writes" in ended.output
    assert [path for _, path in platform.asked if path == "/signup"] == []


class Steps:
    """Somebody whose steps are answered with these statuses, in turn; `asked` is what was sent."""

    def __init__(self, *statuses: int, **profile: Any) -> None:  # noqa: ANN401 - fields of Profile
        self.target, self.url, self.asked = target(**profile), "http://127.0.0.1:1", list[tuple[str, str, object]]()
        self._statuses = list(statuses)

    def request(self, method: str, path: str, *, json: object = None, **_: object) -> Answer:
        """Answers the next step."""
        self.asked.append((method, path, json))
        status = self._statuses.pop(0)
        return Answer(exchange(status, '{"user": {"id": 7}}'), OK if status < 300 else f"status {status}")

    def me(self) -> Answer:
        """Who it is."""
        return Answer(exchange(200, '{"user": {"id": 7}}'), OK)


def registered(*statuses: int, **words: Any) -> str:  # noqa: ANN401 - fields of Register
    """What an answer of that status to a registration means."""
    steps = (Step(post="/signup", json={"mail": "{email}", "terms": True}),)
    client = Steps(*statuses, register=Register(steps=steps, **words))
    meaning = register(client, VALUES).meaning  # type: ignore[arg-type]
    assert client.asked == [("POST", "/signup", {"mail": "ada@example.invalid", "terms": True})]
    return meaning


def test_an_answer_to_a_registration_means_what_the_profile_says() -> None:
    assert [registered(status) for status in (201, 409, 500)] == [REGISTERED, TAKEN, "status 500"]
    assert registered(302, registered=(Sign(302),)) == REGISTERED
    assert registered(200, registered=(Sign(302),), taken=(Sign(200),)) == TAKEN


def test_a_password_is_changed_by_steps_that_may_put() -> None:
    steps = (Step(put="/me/password", json={"old": "{password}", "new": "{new_password}"}),)
    client = Steps(302, 422, password_change=PasswordChange(steps=steps))
    account = client.target.account("admin")

    assert change_password(client, account, "new").password == "new"  # type: ignore[arg-type]
    assert client.asked == [("PUT", "/me/password", {"old": "a-good-password", "new": "new"})]
    with pytest.raises(AssertionError, match="the change of the password is refused: <GET"):
        change_password(client, account, "new")  # type: ignore[arg-type]


def test_a_user_is_disabled_by_the_id_that_they_are_told() -> None:
    steps = (Step(patch="/users/{id}", json={"disabled": True}),)
    admin = Steps(200, disabling=Disabling(steps=steps), me=Me(id="user.id"))

    disable(admin, Steps(), admin.target.account("admin"))  # type: ignore[arg-type]

    assert admin.asked == [("PATCH", "/users/7", {"disabled": True})]


@pytest.mark.parametrize(
    ("status", "meaning", "raised", "says"),
    [
        (409, TAKEN, NotMade, "409"),
        (422, "status 422", NotMade, "422"),
        (200, TAKEN, NotMade, "200"),
        (200, OK, AssertionError, "nothing tells who was registered"),
        (500, "status 500", AssertionError, "nothing tells who was registered"),
        (401, NOT_LOGGED_IN, NotMade, "401"),
    ],
)
def test_only_a_plain_no_has_surely_made_nobody(status: int, meaning: str, raised: type[Exception], says: str) -> None:
    def ask(_: Mapping[str, Any]) -> Answer:
        return Answer(exchange(status, method="POST"), meaning)

    way = ByRegistering(None, ask, lambda *_: None)  # type: ignore[arg-type]

    with pytest.raises(raised, match=says):
        way.make(VALUES)
    assert way.answer is not None


@pytest.mark.parametrize(("method", "sends_once"), [("GET", True), ("POST", False)])
def test_a_no_after_something_was_sent_may_have_made_somebody(method: str, *, sends_once: bool) -> None:
    """A welcome page that is missing, or a second step that is refused: the first may have registered them."""

    def ask(_: Mapping[str, Any]) -> Answer:
        return Answer(exchange(404, method=method), "status 404")

    way = ByRegistering(None, ask, lambda *_: None, sends_once=sends_once)  # type: ignore[arg-type]

    with pytest.raises(AssertionError, match="nothing tells who was registered"):
        way.make(VALUES)


def test_whom_registering_logs_in_is_logged_out(platform: Deployed, tmp_path: Path) -> None:
    platform.welcomes = True

    ended = run(platform, tmp_path, "--allow", "writes")

    assert ended.code == 0, ended.output
    assert (platform.sessions, platform.people) == (set(), {})
