"""What the reference platform promises of its users besides the rows: nobody shuts the last administrator out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, LiteralString

import pytest

from plumbline.asking.client import Client
from plumbline.asking.exchange import FORBIDDEN, NOT_LOGGED_IN, OK
from plumbline.asking.socket import Socket
from plumbline.asking.stream import Stream
from plumbline.deadlines import wait_until
from plumbline.elsewhere.permission import Level
from plumbline.profile_file import load
from plumbline.standing.processes import reserve_port
from plumbline.stores.postgres import connect
from plumbline.target import Target
from tests import servers
from tests.whole_runs import ROOT

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer

NEW = "another-password-1"
SETTINGS = {
    "SESSION_SECRET": "of-a-test-that-signs-nothing-0123456789",
    "ARGON2_COST": "low",
    "HOST": "127.0.0.1",
    "SSE_KEEPALIVE": "1",
}
ROUNDS = 6
"""Tries to meet at a bad moment."""
numbers = count(1)


class Served:
    """The reference platform on servers of its own."""

    def __init__(self, target: Target, url: str, database: str) -> None:
        self.target, self.url, self.database = target, url, database
        self.opened: list[Client] = []

    def caller(self, name: str = "") -> Client:
        """Somebody with a browser of their own, logged in by an account's name where one is given."""
        client = Client(self.target, self.url, name or "visitor", lambda _: None)
        self.opened.append(client)
        assert not name or client.login(self.target.account(name)).meaning == OK
        return client

    def sql(self, query: LiteralString, *values: object) -> list[tuple[object, ...]]:
        """The rows of a statement."""
        with connect(self.database) as connection:
            cursor = connection.execute(query, values)
            return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def served(standing: Served) -> Iterator[Served]:
    """The platform, whose callers of this test hang up at its end."""
    yield standing
    while standing.opened:
        standing.opened.pop().close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A platform with the known users."""
    profile = ROOT / "targets" / "reference.toml"
    target = Target(load(profile), profile, ROOT, Level.DISRUPTIVE, "run-1", "2026-01-31")
    with ExitStack() as opened:
        postgres = opened.enter_context(servers.postgres())
        redis = opened.enter_context(servers.redis())
        log = opened.enter_context((tmp_path_factory.mktemp("served") / "log").open("w"))
        database, port = postgres.url(postgres.create_empty("plumbline_users")), reserve_port().port
        environ = {**SETTINGS, "DATABASE_URL": database, "REDIS_URL": redis.url(1), "PORT": str(port)}
        for words in (["migrate"], ["seed", "seeds/known.toml"]):
            subprocess.run([sys.executable, "-m", "reference", *words], env=environ, cwd=ROOT, check=True)
        serving = opened.enter_context(
            subprocess.Popen([sys.executable, "-m", "reference", "serve"], env=environ, cwd=ROOT, stdout=log)
        )
        opened.callback(serving.terminate)
        here = Served(target, f"http://127.0.0.1:{port}", database)
        target.allow_origin(here.url)
        assert wait_until(lambda: _answers(here), within=20)
        yield here


def _answers(here: Served) -> bool:
    try:
        return here.caller().get("/health").meaning == OK
    except Exception:  # noqa: BLE001 - it does not listen yet
        return False


def made(admin: Client, role: str = "creator") -> tuple[int, dict[str, str]]:
    """A new user's id, and what they log in with."""
    number = next(numbers)
    new = {"email": f"User.{number}@example.invalid", "username": f"user-{number}", "password": f"password-of-{number}"}
    answer = admin.post("/api/users", json={**new, "name": "New", "role": role})
    assert (answer.status, answer.exchange.breach) == (201, None), answer.text
    return answer.json()["id"], new


def enter(served: Served, new: dict[str, str], role: str = "creator") -> tuple[Client, Answer]:
    """A login at a portal."""
    client = served.caller()
    return client, client.post(f"/api/auth/{role}/login", json={"email": new["email"], "password": new["password"]})


def together(*tries: Callable[[], Any]) -> list[Any]:
    """What comes of several that are done at the same moment."""
    with ThreadPoolExecutor(len(tries)) as threads:
        begun = [threads.submit(one) for one in tries]
    return [one.result() for one in begun]


def disable(admin: Client, number: int) -> Answer:
    """An administrator disables somebody."""
    return admin.request("PATCH", f"/api/users/{number}", json={"disabled": True})


def entering(served: Served, new: dict[str, str]) -> list[Client]:
    """Who has tried to log in, one after the other."""
    return [enter(served, new)[0] for _ in range(6)]


def test_nobody_shuts_themselves_out(served: Served) -> None:
    admin = served.caller("admin")
    own = f"/api/users/{admin.me().json()['user']['id']}"

    refused = [
        admin.request("PATCH", own, json={"disabled": True}),
        admin.request("PATCH", own, json={"role": "creator"}),
        admin.request("DELETE", own),
    ]

    assert [(answer.status, answer.exchange.breach) for answer in refused] == [(409, None)] * 3
    assert admin.request("PATCH", own, json={"name": "Ada"}).status == 200
    assert admin.me().meaning == OK


def test_of_two_who_shut_each_other_out_at_once_one_stays(served: Served) -> None:
    admin = served.caller("admin")
    own = admin.me().json()["user"]["id"]
    number, new = made(admin, "admin")
    for _ in range(ROUNDS):
        first, second = served.caller("admin"), served.caller()
        door = {"username": new["username"], "password": new["password"]}
        assert second.post("/api/auth/login", json=door).meaning == OK

        together(partial(disable, first, number), partial(disable, second, own))

        assert served.sql("select count(*) from users where role = 'admin' and not disabled") == [(1,)]
        served.sql("update users set disabled = false")


def test_another_role_holds_at_once(served: Served) -> None:
    admin = served.caller("admin")
    number, new = made(admin)
    creator, _ = enter(served, new)
    assert creator.get("/api/dashboard/creator").meaning == OK

    assert admin.request("PATCH", f"/api/users/{number}", json={"role": "investor"}).status == 200

    assert creator.get("/api/dashboard/creator").meaning == FORBIDDEN
    assert creator.get("/api/dashboard/investor").meaning == OK


def test_nobody_registers_as_an_administrator(served: Served) -> None:
    body = {"email": "mallory@example.invalid", "name": "Mallory", "password": "password-1", "role": "admin"}

    answer = served.caller().post("/api/auth/register", json=body)

    assert (answer.status, answer.exchange.breach) == (422, None)
    assert served.sql("select count(*) from users where email = 'mallory@example.invalid'") == [(0,)]


@pytest.mark.parametrize("email", ["", "ada", "ada@", "@x.invalid", "a b@x.invalid", "ada@nowhere", "a@@x.invalid"])
def test_what_is_no_email_is_told(served: Served, email: str) -> None:
    body = {"email": email, "name": "Ada", "password": "password-1", "role": "creator"}

    answer = served.caller().post("/api/auth/register", json=body)

    assert (answer.status, answer.exchange.breach) == (422, None)
    assert "email" in answer.json()["error"]["message"]


def test_a_change_of_password_asks_for_the_old_one_and_gives_a_new_session(served: Served) -> None:
    _, new = made(served.caller("admin"))
    creator, _ = enter(served, new)
    before = creator.session_headers

    wrong = creator.post("/api/auth/password", json={"currentPassword": "guessed", "newPassword": NEW})
    assert (wrong.status, wrong.exchange.breach, creator.me().meaning) == (422, None, OK)
    assert enter(served, new)[1].status == 200

    right = creator.post("/api/auth/password", json={"currentPassword": new["password"], "newPassword": NEW})
    assert (right.status, right.exchange.breach) == (204, None)
    assert creator.me().meaning == OK
    assert served.caller().me(headers=before).meaning == NOT_LOGGED_IN


def test_a_login_with_the_old_password_at_the_moment_of_its_change_begins_nothing(served: Served) -> None:
    admin = served.caller("admin")
    for _ in range(ROUNDS):
        _, new = made(admin)
        changing, _ = enter(served, new)
        body = {"currentPassword": new["password"], "newPassword": NEW}
        change = partial(changing.post, "/api/auth/password", json=body)

        _, *tried = together(change, *[partial(entering, served, new)] * 3)

        entered = [client for clients in tried for client in clients]
        assert [client for client in entered if client.me().meaning == OK] == []
        assert changing.me().meaning == OK


def test_what_a_disabled_user_has_open_is_closed(served: Served) -> None:
    admin = served.caller("admin")
    number, new = made(admin)
    creator, _ = enter(served, new)
    with closing(Stream(creator, "/api/notifications/stream", 5)) as stream, closing(Socket(creator)) as socket:
        socket.ping()
        assert socket.pong(within=5)
        assert all(stream.block(within=5) for _ in range(2)), "what is unread, and a sign of life"

        assert disable(admin, number).status == 200

        socket.ping()
        assert (socket.pong(within=5), socket.closed_with) == (False, 4401)
        assert wait_until(lambda: stream.ended, within=5)


def test_a_removed_users_sessions_are_over(served: Served) -> None:
    admin = served.caller("admin")
    number, new = made(admin)
    creator, _ = enter(served, new)

    assert admin.request("DELETE", f"/api/users/{number}").status == 204

    assert creator.me().meaning == NOT_LOGGED_IN
    assert served.sql("select sess from session where sess ->> 'userId' = %s", str(number)) == []
    assert admin.get(f"/api/users/{number}").status == 404


def test_a_body_that_does_not_say_what_it_is_makes_nobody(served: Served) -> None:
    """A page of another site may send such a one without asking, with cookies where the site is the same."""
    new = {"email": "nobody@example.invalid", "name": "New", "password": "password-1", "role": "admin"}
    answer = served.caller("admin").http.post(f"{served.url}/api/users", content=json.dumps(new).encode())

    assert "content-type" not in answer.request.headers
    assert answer.status_code == 415
