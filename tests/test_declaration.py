"""A target that is not ours says itself that it may be written to, each time anew; else nothing is written."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plumbline.asking.client import Client
from plumbline.elsewhere.allowance import NotAllowed, allowed
from plumbline.elsewhere.declaration import NotDeclared, incomplete, installation
from plumbline.elsewhere.permission import Level, PermissionRefused
from plumbline.profile import Account, Declaration, Made, Profile, Remote
from plumbline.standing.ports import reserve_port
from plumbline.target import Target
from tests.made_up import target
from tests.whole_runs import pytest_run

BY_FIELD = Declaration(path="/about", field="purpose.of", value="tests", instance="id")
BY_HEADER = Declaration(path="/about", header="X-Disposable", value="yes", instance="id")
SAYS = {"purpose": {"of": "tests"}, "id": "a1"}


@dataclass
class Site:
    """What a platform says, and what stands in between: `key` of a request → a kept answer, where it is kept."""

    origin: str = ""
    status: int = 200
    body: object = field(default_factory=lambda: SAYS)
    headers: Mapping[str, str] = field(default_factory=dict)
    key: Callable[[str, Mapping[str, str]], str | None] = lambda _path, _headers: None
    kept: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site() -> Iterator[Site]:
    """A platform on a free port."""
    there = Site()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(self.path)
            text = json.dumps(there.body).encode()
            key = there.key(self.path, self.headers)  # type: ignore[arg-type]  # a mapping enough
            text = there.kept.setdefault(key, text) if key is not None else text
            self.send_response(there.status)
            for name, value in {**there.headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    there.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


def reached(origin: str, declaration: Declaration = BY_FIELD) -> Target:
    """A target that is reached there, and may be written to."""
    return target(Level.WRITES, remote=Remote(origins=(origin,), allow="writes", declaration=declaration))


def asked(site: Site, declaration: Declaration = BY_FIELD) -> str:
    """The installation that declares itself."""
    client = Client(reached(site.origin, declaration), site.origin, "somebody", lambda _: None)
    try:
        return installation(client)
    finally:
        client.close()


def test_a_field_of_the_answer_declares_it(site: Site) -> None:
    assert asked(site) == "a1"


def test_a_header_of_the_answer_declares_it(site: Site) -> None:
    site.headers = {"x-disposable": "yes"}

    assert asked(site, BY_HEADER) == "a1"


def test_a_truth_is_spelled_as_json_has_it(site: Site) -> None:
    site.body = {"disposable": True, "id": 7}

    assert asked(site, replace(BY_FIELD, field="disposable", value="true")) == "7"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"body": {"id": "a1"}}, "/about: no purpose.of in it"),
        ({"body": {**SAYS, "purpose": {"of": "customers"}}}, "/about: purpose.of is 'customers', not 'tests'"),
        ({"body": "<p>"}, "/about: no purpose.of in it"),
        ({"body": {"purpose": {"of": "tests"}}}, "/about: no id, by which an installation is known, in it"),
        ({"status": 503}, "/about: it answers 503"),
        ({"status": 302}, "/about: it answers 302"),
        ({"headers": {"Age": "12"}}, "/about: the answer comes from a cache (Age: 12)"),
    ],
)
def test_any_other_answer_declares_nothing(said: dict[str, object], told: str, site: Site) -> None:
    vars(site).update(said)

    with pytest.raises(NotDeclared) as raised:
        asked(site)
    assert str(raised.value) == f"the target does not declare itself disposable ({told})"


def test_a_header_that_says_something_else_declares_nothing(site: Site) -> None:
    site.headers = {"X-Disposable": "no"}

    with pytest.raises(NotDeclared, match="header X-Disposable is 'no', not 'yes'"):
        asked(site, BY_HEADER)


def test_a_target_that_does_not_answer_declares_nothing() -> None:
    with closing(reserve_port()) as reserved, pytest.raises(NotDeclared, match=r"itself disposable \(.*no answer"):
        asked(Site(f"http://127.0.0.1:{reserved.port}"))


@pytest.mark.parametrize(
    "kept_by",
    [
        pytest.param(lambda path, _: path, id="a cache that keeps each address for itself"),
        pytest.param(
            lambda path, headers: None if "no-store" in headers.get("Cache-Control", "") else path.partition("?")[0],
            id="a cache that takes no account of queries and keeps to no-store",
        ),
    ],
)
def test_no_cache_answers_in_its_place(kept_by: Callable[[str, Mapping[str, str]], str | None], site: Site) -> None:
    site.key = kept_by
    assert asked(site) == "a1"
    site.body = {**SAYS, "purpose": {"of": "customers"}}

    with pytest.raises(NotDeclared, match="customers"):
        asked(site)
    assert len(set(site.asked)) == 2


def test_without_it_no_request_that_writes_goes_out(site: Site) -> None:
    there = reached(site.origin)
    client = Client(there, site.origin, "somebody", lambda _: None)

    with pytest.raises(PermissionRefused, match="POST /api/deals needs --allow writes, this run has readonly"):
        client.post("/api/deals")
    there.declared = installation(client)
    there.permission.may_send("POST", site.origin, "/api/deals", credentials=True)
    client.close()
    assert [path.partition("?")[0] for path in site.asked] == ["/about"]


@pytest.mark.parametrize(
    ("declaration", "lacks"),
    [
        (BY_FIELD, ""),
        (BY_HEADER, ""),
        (Declaration(), "name one of field and header, in which it stands"),
        (replace(BY_FIELD, header="X"), "name one of field and header, in which it stands"),
        (replace(BY_FIELD, value="", instance=""), "add value, instance"),
    ],
)
def test_what_a_profile_does_not_say_of_it_is_named(declaration: Declaration, lacks: str) -> None:
    assert incomplete(declaration) == lacks


SOMEBODY = {"admin": Account("ada", password_env="ADA")}
STAGING = Profile("staging", remote=Remote(("https://a.example",), "writes", declaration=BY_FIELD), accounts=SOMEBODY)


def may(word: str, profile: Profile = STAGING, *, typed: bool = True) -> str:
    """The level that a run gets, or why it gets none."""
    try:
        return allowed(word, profile, Path("staging.toml"), typed=typed).word
    except NotAllowed as error:
        return str(error)


def less(**changed: object) -> Profile:
    """The same with another [remote]."""
    return replace(STAGING, remote=replace(STAGING.remote, **changed))  # type: ignore[arg-type]


def test_what_the_run_itself_starts_is_its_to_disrupt() -> None:
    assert [may("", Profile("ours")), may("writes", Profile("ours"), typed=False)] == ["disruptive", "writes"]


def test_nobody_writes_elsewhere_without_having_said_so() -> None:
    assert may("") == "readonly"
    assert may("", replace(STAGING, accounts={})) == "anonymous"
    assert may("", less(allow="anonymous")) == "anonymous"


def test_to_write_elsewhere_takes_profile_declaration_and_command_line() -> None:
    assert may("writes") == "writes"
    assert may("writes", less(allow="readonly")).startswith("staging.toml allows readonly; it takes remote.allow")
    assert may("writes", less(declaration=Declaration())).startswith("staging.toml: remote.declaration: name one of")
    assert may("writes", typed=False).startswith("a variable may be left over from something else")


def test_nothing_elsewhere_is_disrupted() -> None:
    assert may("disruptive").startswith("target staging is reached, not started: nothing disruptive is done to it")


@pytest.mark.parametrize(
    ("allow", "words", "environ", "told"),
    [
        ("readonly", ["--allow", "writes"], {}, "--allow writes: {profile} allows readonly"),
        ("writes", ["--allow", "writes"], {}, "{profile}: remote.declaration: is missing"),
        ("readonly", ["--allow", "disruptive"], {}, "--allow disruptive: target elsewhere is reached, not started"),
        ("readonly", [], {"PLUMBLINE_ALLOW": "writes"}, "PLUMBLINE_ALLOW=writes: {profile} allows readonly"),
    ],
)
def test_it_is_told_before_anything_is_asked(
    allow: str, words: list[str], environ: dict[str, str], told: str, tmp_path: Path, site: Site
) -> None:
    profile = tmp_path / "elsewhere.toml"
    profile.write_text(f'name = "elsewhere"\n[remote]\norigins = ["{site.origin}"]\nallow = "{allow}"\n')
    ended = pytest_run(tmp_path, f"--target={profile}", *words, environ=environ)

    assert ended.code == 4
    assert told.format(profile=profile) in ended.output
    assert ended.output.count("ERROR") == 1
    assert site.asked == []


def test_makes_of_a_profile_are_among_what_may_be_asked() -> None:
    made = Made(create="POST /closings", found="GET /closings/{id}", undo="DELETE /closings/{id}")
    there = target(Level.WRITES, makes={"closing": made}, remote=STAGING.remote)
    there.declared = "a1"

    there.permission.may_ask_for("/closings/7")
    with pytest.raises(PermissionRefused):
        there.permission.may_ask_for("/closings/7/sign")
