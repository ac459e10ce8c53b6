"""A deploy to staging, rehearsed: the reference platform on https as a target that is reached, and what a run leaves.

    python -m bench.staging_drill

The smoke has to say GO and the release; afterwards the database is as before but for `expected_writes`, no session is
left, and the platform's own log tells of nothing but reading and of logging in and out, at a bounded rate. A page
that writes on load is refused by the browser, and named.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bench.front import Front, authority_at
from bench.target import ROOT, reference
from plumbline.database import Database
from plumbline.elsewhere.permission import Level
from plumbline.run import Run
from plumbline.standing import processes
from plumbline.standing.instance import Instance
from plumbline.standing.suite import begin, started
from plumbline.stores.postgres import ADMIN
from plumbline.target import Target

RELEASE = "drill-1"
LIMIT = 20
"""Requests a second, as the profile has it."""

SPAN = 5
"""Seconds over which the platform's log is held to it: what is sent evenly arrives in small heaps."""

HANGS = 240.0
READING = {"GET", "HEAD", "OPTIONS"}
SCRIPT, WRITE = "dashboard.js", "/api/notifications/mark-read"

PROFILE = """
name = "staging-drill"
contract = "closed"
offers = ["browser"]

[remote]
origins = ["{origin}"]
ca_file = "authority.pem"
expected_writes = ["session"]
limits = {{ requests_per_second = {limit}, logins_per_minute = 40 }}

[socket]
ping = {{ type = "ping", id = "{{id}}" }}
pong = {{ type = "pong", id = "{{id}}" }}
"""
SAID = tomllib.loads(PROFILE.format(origin="https://127.0.0.1", limit=LIMIT))["remote"]["expected_writes"]
EXPECTED_WRITES = {f"public.{table}" for table in SAID}


@dataclass(frozen=True)
class Staging:
    """The platform as it stands on its server."""

    instance: Instance
    database: Database
    sessions_cached: Callable[[], int]
    passwords: dict[str, str]
    folder: Path

    def asked(self) -> list[dict[str, str]]:
        """The requests that its log tells of, oldest first."""
        return [line for line in self.instance.log.records() if line.get("method")]


def main() -> int:
    """The rehearsal; the exit code."""
    with tempfile.TemporaryDirectory(prefix="plumbline-drill-") as folder, staging(Path(folder)) as there:
        authority = authority_at(there.folder / "authority.pem")
        wrong: list[str] = []
        for words in (("-m", "smoke"), ("--rows", "SES-16")):  # a browser's logins are no client's of ours
            wrong += after_a_run(there, Front(there.instance.reservation.port, authority), *words)
        wrong += without_a_profile(there)
        adds = {SCRIPT: f'\nfetch("{WRITE}", {{method: "POST"}});\n'}
        wrong += after_a_writing_page(there, Front(there.instance.reservation.port, authority, adds))
    for line in wrong:
        print(f"WRONG: {line}")
    print(f"staging drill: {'all as it should be' if not wrong else f'{len(wrong)} not as it should be'}")
    return 1 if wrong else 0


def after_a_run(there: Staging, front: Front, *words: str) -> Iterator[str]:
    """What is wrong with the run of these words, or with what it leaves."""
    before, heard = there.database.contents(), len(there.asked())
    code, last, _ = smoke(there, front, *words)
    print(last)
    if code or not last.startswith(f"GO target=staging-drill release={RELEASE} "):
        yield f"pytest {' '.join(words)} ended with {code}: {last}"
    after = there.database.contents()
    touched = {table for table in before | after if before.get(table) != after.get(table)}
    print(f"tables that differ: {', '.join(sorted(touched)) or 'none'}")
    if not touched <= EXPECTED_WRITES:
        yield f"tables were written that `expected_writes` does not name: {', '.join(touched - EXPECTED_WRITES)}"
    left = len(after["public.session"]) + there.sessions_cached()
    print(f"sessions left: {left}")
    if left:
        yield f"{left} sessions of the run are left"
    yield from beyond_reading(there.asked()[heard:])


def beyond_reading(asked: list[dict[str, str]]) -> Iterator[str]:
    """What a readonly run must not have asked, by the platform's own log."""
    methods = Counter(line["method"] for line in asked)
    times = [datetime.fromisoformat(line["time"]).timestamp() for line in asked]
    most = max((sum(start <= time < start + SPAN for time in times) for start in times), default=0)
    told = ", ".join(f"{count} {method}" for method, count in methods.most_common())
    print(f"the platform was asked: {told}; at most {most} within {SPAN} s")
    if not asked:
        yield "the platform's log tells of no request"
    if most > LIMIT * (SPAN + 1):
        yield f"{most} requests within {SPAN} s, {LIMIT} a second are allowed"
    writes = {f"{a['method']} {a['path']}" for a in asked if a["method"] not in READING and not session_path(a["path"])}
    if writes:
        yield f"more than reading was asked: {', '.join(sorted(writes))}"


def session_path(path: str) -> bool:
    """Whether this is where the platform logs in or out."""
    return re.fullmatch(r"/api/auth/((creator|investor|production)/)?(login|logout)", path) is not None


def without_a_profile(there: Staging) -> Iterator[str]:
    """What is wrong where nothing but an origin is given: what anybody may is asked, of the rest is told why not."""
    heard = len(there.asked())
    code, last, output = run(there, "-m", "smoke", "--base-url", there.instance.url)
    print(last)
    counted = re.search(r" pass=(\d+) fail=0 .* not-possible=(\d+) ", last)
    if code or not counted or 0 in map(int, counted.groups()):
        yield f"without a profile the run ended with {code}: {last}"
    if "--allow readonly" not in output:
        yield "nobody says why what needs a login was not asked"
    more = {line["method"] for line in there.asked()[heard:]} - READING
    if more:
        yield f"an anonymous run has asked {', '.join(sorted(more))}"


def after_a_writing_page(there: Staging, front: Front) -> Iterator[str]:
    """What is wrong when the dashboard writes on load, as one that marks its news as read does."""
    heard = len(there.asked())
    _, last, output = smoke(there, front, "--rows", "BRW-1")
    refused = [line for line in output.splitlines() if WRITE in line and "refused" in line]
    print(*(refused or [last]), sep="\n")
    if not refused:
        yield f"nobody says that POST {WRITE} was refused"
    if WRITE in {line["path"] for line in there.asked()[heard:]}:
        yield f"POST {WRITE} has reached the platform"


def smoke(there: Staging, front: Front, *words: str) -> tuple[int, str, str]:
    """A run against the platform behind `front`: its exit code, its last line, all that it said."""
    profile = there.folder / "staging.toml"
    text = PROFILE.format(origin=front.origin, limit=LIMIT)
    for name, account in reference().profile.accounts.items():
        fields = {"username": account.username, "login": account.login, "username_field": account.username_field}
        lines = [f"{key} = {json.dumps(value)}" for key, value in fields.items() if value]
        text += "\n".join([f"\n[accounts.{name}]", *lines, f'password_env = "{variable(name)}"', ""])
    profile.write_text(text, "utf-8")
    try:
        return run(there, *words, f"--target={profile}")
    finally:
        front.close()


def run(there: Staging, *words: str) -> tuple[int, str, str]:
    """A run of the suite: its exit code, its last line, all that it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PLUMBLINE_", "PYTEST_"))}
    own = {variable(name): password for name, password in there.passwords.items()}
    log = there.folder / f"run-{time.monotonic_ns()}.log"
    process = processes.spawn(
        [sys.executable, "-m", "pytest", *words], name="pytest", log=log, cwd=ROOT,
        env={**kept, **own, "PLUMBLINE_REPORTS": str(there.folder / "reports"), "TMPDIR": str(there.folder)},
    )  # fmt: skip
    code = process.wait(HANGS)
    output = log.read_text("utf-8", "replace")
    return process.kill() if code is None else code, output.strip().splitlines()[-1], output


def variable(name: str) -> str:
    """The environment's variable with the password of an account."""
    return f"DRILL_{name.upper()}_PASSWORD"


@contextmanager
def staging(folder: Path) -> Iterator[Staging]:
    """The reference platform as in production, with servers, a database and passwords of its own."""
    passwords, seeds = repassworded(folder)
    run, target = Run.begin(), as_in_production(seeds)
    suite = begin(run, target, folder)
    try:
        instance, facts = started(suite, "staging", f"plumbline_{run.short}_staging")
        ground = suite.ground()
        if not facts["answers"] or ground.postgres is None or ground.redis is None:
            raise processes.ProcessFailed(f"the platform does not start; its log ends:\n{instance.log.last()}")
        server, number = ground.redis, int(facts["redis_url"].rpartition("/")[2])

        def sessions_cached() -> int:
            with server.connect(number) as redis:
                keys = redis.command("KEYS", target.profile.session.cached)
            return len(keys) if isinstance(keys, list) else 0

        database = Database(ground.postgres.url(instance.database, ADMIN), Level.READONLY)
        yield Staging(instance, database, sessions_cached, passwords, folder)
        database.close()
    finally:
        suite.end()


def as_in_production(seeds: Path) -> Target:
    """The reference target with production's settings, a release, and these records."""
    target = reference()
    profile = target.profile
    commands = replace(
        profile.commands, seed=tuple(str(seeds) if "known.toml" in word else word for word in profile.commands.seed)
    )
    behind_front = {**profile.modes["production"], "TRUSTED_PROXIES": "127.0.0.1"}
    environment = {**profile.environment, **behind_front, "RELEASE": RELEASE}
    return replace(target, profile=replace(profile, commands=commands, environment=environment))


def repassworded(folder: Path) -> tuple[dict[str, str], Path]:
    """The known records with passwords that nobody has published: by account, and where they lie."""
    text = (ROOT / "seeds" / "known.toml").read_text("utf-8")
    accounts = reference().profile.accounts
    passwords = {name: secrets.token_urlsafe(18) for name in accounts}
    for name, account in accounts.items():
        text = text.replace(json.dumps(account.password), json.dumps(passwords[name]))
    place = folder / "known.toml"
    place.write_text(text, "utf-8")
    if {user["password"] for user in tomllib.loads(text)["users"]} != set(passwords.values()):
        raise ValueError("an account of the reference target is not among the known users, or the other way round")
    return passwords, place


if __name__ == "__main__":
    sys.exit(main())
