"""The target of this run: its profile, and what the platform's answers mean by it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline import exchange as words
from plumbline.contract import Contract
from plumbline.permission import Level, Permission
from plumbline.profile import Account, Commands, Profile
from plumbline.record import NotPossibleHere
from plumbline.secrets import Secrets
from plumbline.tracing import Trace

if TYPE_CHECKING:
    import ssl

    import httpx

    from plumbline.exchange import Exchange

SUCCESS = range(200, 300)
LOGOUT = "/api/auth/logout"
SESSION_PATHS = ("/api/auth/login", LOGOUT)


@dataclass
class Target:
    """A profile at work in this process. `root` is the suite's own folder, where commands run."""

    profile: Profile
    path: Path
    root: Path
    level: Level
    run_mark: str
    today: str
    fault: str | None = None
    secrets: Secrets = field(default_factory=Secrets)
    origins: frozenset[str] = frozenset()
    trace: Trace = field(default_factory=Trace)
    """That of the check that runs in this process."""

    def __post_init__(self) -> None:
        for name, account in self.profile.accounts.items():
            public = bool(account.password and not account.password_env)  # on what the run itself starts
            self.secrets.register(self.password(account), f"password of {name}", public=public)

    def allow_origin(self, url: str) -> None:
        """Adds the origin of an instance that this run has started."""
        self.origins |= {url.rstrip("/")}

    @property
    def permission(self) -> Permission:
        """What this run may send, and where."""
        own = {account.login for account in self.profile.accounts.values()}
        session_paths = frozenset(self.profile.path(path) for path in {*SESSION_PATHS, *own})
        return Permission(self.level, self.origins, session_paths, frozenset(self.profile.never))

    @cached_property
    def contract(self) -> Contract:
        """The platform contract: which operations there are, and what they answer."""
        return Contract(self.root / "contract" / "openapi")

    @property
    def commands(self) -> Commands:
        """How to run the platform, the fault of this run included."""
        healthy, faulty = self.profile.commands, self.profile.faults
        if self.fault is None:
            return healthy
        return Commands(
            serve=faulty.serve, migrate=faulty.migrate or healthy.migrate, seed=faulty.seed or healthy.seed,
            status=faulty.status or healthy.status, warm=faulty.warm, ready=healthy.ready,
            deadline=healthy.deadline, sources=healthy.sources,
        )  # fmt: skip

    def filled_in(self, command: tuple[str, ...]) -> list[str]:
        """An argument list with its placeholders replaced."""
        values = {"python": sys.executable, "today": self.today, "fault": self.fault or ""}
        return [word.format_map(values) for word in command]

    def account(self, name: str) -> Account:
        """The profile's account of this name; NotPossibleHere where it has none."""
        if name not in self.profile.accounts:
            raise NotPossibleHere(f"needs an account {name!r}: add [accounts.{name}] to {self.path}")
        return self.profile.accounts[name]

    def password(self, account: Account) -> str:
        """The account's password: from the environment variable the profile names, else from the profile."""
        return os.environ.get(account.password_env, "") if account.password_env else account.password

    def breach(self, method: str, path: str, response: httpx.Response, body: bytes) -> str | None:
        """What the contract does not allow in this answer; None where it keeps to it, or none is asked of it."""
        if self.profile.contract == "none":
            return None
        content_type = response.headers.get("content-type", "")
        return self.contract.breach(method, path.partition("?")[0], response.status_code, content_type, body)

    def meaning(self, exchange: Exchange) -> str:
        """What the answer says, in the suite's words; `status 418` where the profile has no word for it."""
        statuses, status = self.profile.statuses, exchange.status
        login = exchange.method == "POST" and any(a.login == exchange.path for a in self.profile.accounts.values())
        if login and status in statuses.login_refused:
            return words.REFUSED
        if self._sent_to_login(exchange):  # where whoever has just logged out is sent too
            return words.OK if exchange.path == LOGOUT else words.NOT_LOGGED_IN
        if status in statuses.not_logged_in:
            return words.NOT_LOGGED_IN
        for meant, known in (
            (words.FORBIDDEN, statuses.forbidden),
            (words.NOT_FOUND, statuses.not_found),
            (words.UNAVAILABLE, statuses.unavailable),
        ):
            if status in known:
                return meant
        return words.OK if status in SUCCESS else f"status {status}"

    def _sent_to_login(self, exchange: Exchange) -> bool:
        """Whether a page answers by sending its reader to the login page."""
        if exchange.status not in self.profile.statuses.page_not_logged_in:
            return False
        location = next((value for name, value in exchange.headers if name.lower() == "location"), "")
        return urlsplit(location).path == self.profile.path("/login")

    def user_in(self, exchange: Exchange) -> str | None:
        """The name of the user that the answer speaks of; None where it speaks of none."""
        return self._told(exchange, self.profile.user)

    def role_in(self, exchange: Exchange) -> str | None:
        """The role of the user that the answer speaks of, in the platform's word; None where it speaks of none."""
        return self._told(exchange, self.profile.role)

    def role_word(self, name: str) -> str | None:
        """The platform's word for the role of the account of this name; None where the platform tells no roles."""
        return (self.account(name).role or name) if self.profile.role else None

    def _told(self, exchange: Exchange, path: str) -> str | None:
        return _text(dotted(_json(exchange.body), path)) if exchange.status in SUCCESS else None

    @cached_property
    def tls_context(self) -> ssl.SSLContext:
        """One context for the run: making one costs 19 ms."""
        import ssl

        return ssl.create_default_context()


def dotted(value: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    """What stands at `user.name` in nested JSON; None where there is no such place."""
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _json(body: bytes) -> Any:  # noqa: ANN401 - JSON
    import json

    try:
        return json.loads(body)
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
