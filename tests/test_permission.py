"""What a run may send, level by level."""

from __future__ import annotations

import pytest

from plumbline.elsewhere.permission import LEVEL_WORDS, Level, Permission, PermissionRefused, Words, plain_origin
from plumbline.judging.record import NotPossibleHere

HERE = "http://127.0.0.1:5000"


def may(level: Level, method: str, path: str = "/api/deals", *, credentials: bool = False, origin: str = HERE) -> bool:
    """Whether a run of this level may send this."""
    permission = Permission(level, frozenset({HERE}), frozenset({"/api/auth/login"}), frozenset({"/pay"}))
    try:
        permission.may_send(method, origin, path, credentials=credentials)
    except PermissionRefused:
        return False
    return True


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_anonymous_reads_without_credentials(method: str) -> None:
    assert may(Level.ANONYMOUS, method)
    assert not may(Level.ANONYMOUS, method, credentials=True)


def test_readonly_logs_in_and_writes_nothing_else() -> None:
    assert not may(Level.ANONYMOUS, "POST", "/api/auth/login")
    assert may(Level.READONLY, "POST", "/api/auth/login", credentials=True)
    assert not may(Level.READONLY, "POST", "/api/deals", credentials=True)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_need_writes(method: str) -> None:
    assert not may(Level.READONLY, method)
    assert may(Level.WRITES, method)


@pytest.mark.parametrize("level", list(Level))
def test_no_level_speaks_to_another_origin_or_to_a_path_that_is_never_asked(level: Level) -> None:
    assert not may(level, "GET", origin="http://127.0.0.1:5001")
    assert not may(level, "GET", origin="https://127.0.0.1:5000")
    assert not may(level, "GET", "/pay")


def test_a_refusal_names_what_is_missing() -> None:
    with pytest.raises(PermissionRefused, match="POST /api/deals needs --allow writes, this run has readonly"):
        Permission(Level.READONLY, frozenset({HERE})).may_send("POST", HERE, "/api/deals", credentials=False)


def test_a_check_that_may_not_ask_is_not_judged() -> None:
    assert issubclass(PermissionRefused, NotPossibleHere)


def test_each_level_includes_those_below_it_and_has_a_word() -> None:
    assert LEVEL_WORDS == ("anonymous", "readonly", "writes", "disruptive")
    assert [Level.named(word) for word in LEVEL_WORDS] == sorted(Level)


def test_without_tls_only_this_machine_is_spoken_to() -> None:
    far = Permission(Level.READONLY, frozenset({"http://staging.example", "https://staging.example"}))

    far.may_send("GET", "https://staging.example", "/", credentials=False)
    for method in ("GET", "HEAD"):
        with pytest.raises(PermissionRefused, match="without TLS only this machine is spoken to"):
            far.may_send(method, "http://staging.example", "/", credentials=False)
    for name in ("localhost", "127.0.0.1:8", "[::1]:8"):
        here = Permission(Level.READONLY, frozenset({f"http://{name}"}))
        here.may_send("GET", f"http://{name}", "/", credentials=False)


@pytest.mark.parametrize(
    "spelled", ["/pay", "/pay/", "//pay", "/p%61y", "/PAY", "/x/../pay", "/./pay", "/deals/7/sell", "/deals/7/sell/"]
)
def test_a_path_that_is_never_asked_is_not_by_another_spelling(spelled: str) -> None:
    permission = Permission(Level.WRITES, frozenset({HERE}), never=frozenset({"/pay", "/deals/{id}/sell"}))

    permission.may_send("GET", HERE, "/payments", credentials=False)
    permission.may_send("GET", HERE, "/deals/7", credentials=False)
    with pytest.raises(PermissionRefused, match="`never`"):
        permission.may_send("GET", HERE, spelled, credentials=False)


def test_a_path_that_leads_to_nothing_may_be_asked_for_the_page_that_says_so() -> None:
    permission = Permission(Level.READONLY, frozenset({HERE}), routes=frozenset({"/"}))

    permission.may_ask_for("/no-such/page.html")
    permission.may_ask_for("/no-such-page")
    permission.may_ask_for("/api/no-such-route")
    with pytest.raises(PermissionRefused):
        permission.may_ask_for("/api/there-is-no-such-route")


def test_only_routes_of_contract_and_profile_are_asked_for() -> None:
    permission = Permission(Level.WRITES, frozenset({HERE}), routes=frozenset({"/deals/{id}", "/"}))

    for path in ("/deals/7", "/"):
        permission.may_ask_for(path)
    for path in ("/deals", "/deals/7/pay", "/admin"):
        with pytest.raises(PermissionRefused, match="neither the contract nor the profile has this path"):
            permission.may_ask_for(path)


def test_a_page_loads_from_the_target_and_its_third_parties_and_logs_nobody_in_or_out() -> None:
    told = (frozenset({HERE}), frozenset({"/logout"}), frozenset({"/pay"}), None, frozenset({"https://fonts.example"}))
    permission = Permission(Level.READONLY, *told)

    permission.may_load("GET", HERE, "/app.js")
    permission.may_load("GET", "https://fonts.example", "/a.woff")
    for method, origin, path in (
        ("POST", HERE, "/logout"),
        ("GET", HERE, "/pay"),
        ("GET", "https://tracker.example", "/"),
        ("POST", "https://fonts.example", "/"),
    ):
        with pytest.raises(PermissionRefused):
            permission.may_load(method, origin, path)
    with pytest.raises(PermissionRefused):
        Permission(Level.WRITES, *told).may_load("POST", "https://fonts.example", "/")


PINGS: list[tuple[str | bytes, Words, bool]] = [
    ("2", "2", True),
    ("2 and more", "2", False),
    ("ping 12", "ping {id}", True),
    ('{"type":"ping"}', {"type": "ping"}, True),
    ('{"type": "ping", "delete": 7}', {"type": "ping"}, False),
    ('{"type": "ping", "n": 3}', {"type": "ping", "n": "{id}"}, True),
    ('{"type": "ping", "n": "x"}', {"type": "ping", "n": "{id}"}, False),
    ("no json", {"type": "ping"}, False),
    (b"2", "2", False),
]


@pytest.mark.parametrize(("message", "ping", "is_one"), PINGS)
def test_below_writes_a_socket_says_nothing_but_pings(message: str | bytes, ping: Words, is_one: bool) -> None:  # noqa: FBT001
    Permission(Level.WRITES, frozenset()).may_say(message, ping)
    if is_one:
        Permission(Level.READONLY, frozenset()).may_say(message, ping)
    else:
        with pytest.raises(PermissionRefused, match="a message that is no ping needs --allow writes"):
            Permission(Level.READONLY, frozenset()).may_say(message, ping)


def test_one_origin_is_written_the_one_way() -> None:
    assert plain_origin("https://Staging.Example:443/a?b") == "https://staging.example"
    assert plain_origin("wss://staging.example/ws") == "https://staging.example"
    assert plain_origin("http://localhost:8080") == "http://localhost:8080"


def test_a_page_logs_out_by_no_get_either_where_that_would() -> None:
    permission = Permission(Level.WRITES, frozenset({HERE}), exits=frozenset({"/logout"}))

    with pytest.raises(PermissionRefused, match="GET /logout: it logs out"):
        permission.may_load("GET", HERE, "/logout")
    permission.may_load("GET", HERE, "/")
    permission.may_send("GET", HERE, "/logout", credentials=True)
