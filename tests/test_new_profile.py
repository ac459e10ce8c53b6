"""`new-profile` writes what it sees, says what it guesses, sends nothing but GET, and writes over nothing."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
import trustme

from bench.staging_drill import RELEASE
from plumbline.commands import WrongUse
from plumbline.commands.new_profile import main
from plumbline.profile import Profile, Sign
from plumbline.profile_file import load
from tests.sites import site
from tests.whole_runs import ROOT, module_run

if TYPE_CHECKING:
    from pathlib import Path

SERVE = """
import sys
from pathlib import Path
from bench.staging_drill import staging
with staging(Path(sys.argv[1])) as there:
    print(there.instance.url, flush=True)
    sys.stdin.readline()
"""
"""In a process of its own: the end of a run is the end of all processes that its process has started."""

Said = tuple[int, Mapping[str, str], str]
HTML, JSON = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "application/json"}
FORM = (
    '<form method="post"><input type="hidden" name="csrf" value="a"><input name="mail"><input type="password"'
    ' name="word"></form>'
)
SHOP: Mapping[str, Said] = {
    "/": (302, {"Location": "/accounts/login/"}, ""),
    "/accounts/login/": (200, {**HTML, "Set-Cookie": "csrftoken=abc; Path=/"}, FORM),
    "/accounts/profile/": (302, {"Location": "/accounts/login/?next=/accounts/profile/"}, ""),
    "/accounts/logout/": (405, {}, ""),
    "/ht/": (200, JSON, json.dumps({"ok": True, "checks": {"db": {"status": "up"}}, "version": "7"})),
}
POLICY = (
    "default-src 'self'; script-src https://js.example.org https://*.example.net; img-src https://pics.example.org/a"
)
OWN = {"openapi": "3.1.0", "paths": {"/v2/me": {"get": {}}, "/v2/sign-in": {"post": {}}, "/v2/sign-out": {"post": {}}}}
DESK: Mapping[str, Said] = {
    "/": (200, {**HTML, "Content-Security-Policy": POLICY}, "<p>Hello"),
    "/openapi.json": (200, JSON, json.dumps(OWN)),
    "/v2/me": (403, JSON, "{}"),
    "/health": (200, JSON, json.dumps({"status": "pass"})),
}


APP: Mapping[str, Said] = {
    "/signin": (200, HTML, '<form><input name="u"><input type="password"></form><script src="/a.js"></script>'),
    "/a.js": (200, {"Content-Type": "text/javascript"}, 'at("/api/v1/sign-in") at("/api/v1/me") at(`/api/v1/logout`)'),
    "/api/v1/me": (401, JSON, "{}"),
}


@dataclass
class Platform:
    """One that answers by a table, and with 404 beside it; it remembers what it was asked."""

    url: str
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The reference platform's URL, for as long as it is asked for."""
    words = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The platform that answers by the test's parameter."""
    there: list[Platform] = []
    handler = partial(Answering, answers=request.param, there=there)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    there.append(Platform(f"http://127.0.0.1:{server.server_port}"))
    threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True).start()
    yield there[0]
    server.shutdown()
    server.server_close()


class Answering(BaseHTTPRequestHandler):
    """Answers by its table; "*" is what it says to every other path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *words: object, answers: Mapping[str, Said], there: list[Platform]) -> None:
        self.answers, self.there = answers, there
        super().__init__(*words)  # type: ignore[arg-type]  # request, address, server

    def do_GET(self) -> None:
        """Answers, and remembers."""
        self.there[0].asked.append((self.command, self.path, dict(self.headers)))
        status, headers, body = self.answers.get(self.path) or self.answers.get("*", (404, HTML, "nothing"))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def drafted(what: str, into: Path, capsys: pytest.CaptureFixture[str], ca_file: str = "") -> tuple[Profile, str]:
    """The profile that the command has written, as a run reads it, and what it said."""
    assert main(argparse.Namespace(what=what, into=into, ca_file=ca_file)) == 0
    return load(into), capsys.readouterr().out


@pytest.mark.parametrize("platform", [SHOP], indirect=True)
def test_a_platform_of_pages_is_described(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, told = drafted(platform.url, tmp_path / "shop.toml", capsys)

    assert profile.remote.origins == (platform.url,)
    assert (profile.cookie, profile.path("/login")) == ("sessionid", "/accounts/login/")
    assert profile.paths["/api/auth/me"] == "/accounts/profile/"
    assert profile.paths["/api/auth/logout"] == "/accounts/logout/"
    assert [step.get or step.post for step in profile.login.steps] == ["/accounts/login/"] * 2
    assert profile.login.steps[1].form == {"csrf": "{token1}", "mail": "{username}", "word": "{password}"}
    assert profile.statuses.not_logged_in == ()
    health = profile.health
    assert (health.path, health.status, health.healthy, health.database) == ("/ht/", "ok", (True,), "checks.db.status")
    assert (health.release, health.storage) == ("version", "")
    assert profile.routes.guarded == ("/accounts/profile/",)
    assert "Django" in told


@pytest.mark.parametrize("platform", [DESK], indirect=True)
def test_its_own_document_is_read(platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, told = drafted(platform.url, tmp_path / "desk.toml", capsys)

    assert profile.paths["/api/auth/login"] == "/v2/sign-in"
    assert profile.paths["/api/auth/me"] == "/v2/me"
    assert profile.paths["/api/auth/logout"] == "/v2/sign-out"
    assert profile.statuses.not_logged_in == (Sign(403),)
    assert profile.remote.third_parties == ("https://js.example.org", "https://pics.example.org")
    assert "/openapi.json" in told


@pytest.mark.parametrize("platform", [APP], indirect=True)
def test_a_script_of_the_login_page_gives_paths_away(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, _ = drafted(platform.url, tmp_path / "app.toml", capsys)

    assert profile.login.body == "json"
    assert profile.paths == {
        "/login": "/signin", "/api/auth/login": "/api/v1/sign-in", "/api/auth/me": "/api/v1/me",
        "/api/auth/logout": "/api/v1/logout",
    }  # fmt: skip


@pytest.mark.parametrize("platform", [SHOP, DESK, APP], indirect=True)
def test_nothing_is_sent_but_questions(platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafted(platform.url, tmp_path / "it.toml", capsys)

    assert {method for method, _, _ in platform.asked} == {"GET"}
    assert [path for _, path, headers in platform.asked if "Authorization" in headers] == []
    assert len(platform.asked) == len({path for _, path, _ in platform.asked}), "each is asked once"


@pytest.mark.parametrize("platform", [{"*": (200, HTML, "<div id=root></div>")}], indirect=True)
def test_one_page_for_every_path_is_no_answer(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile, told = drafted(platform.url, tmp_path / "it.toml", capsys)

    assert (profile.paths, profile.health.path) == ({}, "")
    assert "found:" not in told
    assert "health: none at the usual paths" in told


@pytest.mark.parametrize("platform", [{"*": (429, HTML, "")}], indirect=True)
def test_whoever_has_had_enough_is_left_alone(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="ask again later"):
        main(argparse.Namespace(what=platform.url, into=tmp_path / "it.toml", ca_file=""))

    assert len(platform.asked) == 1
    assert not (tmp_path / "it.toml").exists()


def test_an_authority_of_its_own_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    authority = trustme.CA()
    (tmp_path / "ca").mkdir()
    authority.cert_pem.write_to_path(str(tmp_path / "ca" / "authority.pem"))
    with site(authority) as there:
        with pytest.raises(WrongUse, match=r"does not know: .* --ca-file"):
            main(argparse.Namespace(what=there.url, into=tmp_path / "it.toml", ca_file=""))
        profile, _ = drafted(there.url, tmp_path / "it.toml", capsys, str(tmp_path / "ca" / "authority.pem"))

    assert profile.remote.ca_file == "ca/authority.pem"


def test_the_reference_platform_is_described_as_its_profile_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(tmp_path) as url:
        profile, told = drafted(url, tmp_path / "it.toml", capsys)
        run = module_run(tmp_path, "pytest", "--rows=HLT-1", f"--target={tmp_path}/it.toml")

    told_of = {name: value for name, value in vars(profile.health).items() if name != "liveness"}
    ours = vars(load(ROOT / "targets" / "reference.toml").health)
    assert told_of == {name: value for name, value in ours.items() if name != "liveness"}
    assert profile.paths == {}
    assert "log-out at /api/auth/logout" in told
    assert run.verdict.startswith(f"GO target=127.0.0.1 release={RELEASE} "), run.output


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nowhere", "there is no folder nowhere; give one, or the origin of a platform"),
        ("http://staging.example.org", "plain http goes to this machine alone"),
        ("https://me:of-mine@staging.example.org", "holds credentials"),
        ("http://127.0.0.1:1/app", "write http://127.0.0.1:1"),
        ("http://127.0.0.1:1", "nothing listens on port 1: start the platform"),
    ],
)
def test_what_cannot_be_looked_at_is_told(what: str, said: str, tmp_path: Path) -> None:
    run = module_run(tmp_path, "plumbline", "new-profile", what, "--into", str(tmp_path / "it.toml"))

    assert (run.code, len(run.output.splitlines())) == (4, 1), run.output
    assert said in run.output
    assert "of-mine" not in run.output
    assert not (tmp_path / "it.toml").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "target.toml").write_text("mine")

    run = module_run(tmp_path, "plumbline", "new-profile", str(tmp_path))

    assert (run.code, len(run.output.splitlines())) == (4, 1), run.output
    assert "target.toml is there already" in run.output
    assert (tmp_path / "target.toml").read_text() == "mine"
