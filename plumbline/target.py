"""The target of this run: its profile, and what the platform's answers mean by it."""

from __future__ import annotations

import html
import os
import re
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from plumbline.asking.contract import Contract
from plumbline.asking.exchange import NOT_LOGGED_IN, OK, dotted, parsed
from plumbline.asking.meaning import SUCCESS, meaning, meaning_of_login
from plumbline.asking.tracing import Trace
from plumbline.browsing import pages
from plumbline.elsewhere.bounds import bounds_of, level_now, routes_of
from plumbline.elsewhere.pace import Pace
from plumbline.elsewhere.permission import Level, Permission, plain_origin
from plumbline.judging.record import NotPossibleHere
from plumbline.profile import Account, Commands, Profile
from plumbline.secrets import Secrets

if TYPE_CHECKING:
    import ssl

    import httpx

    from plumbline.asking.exchange import Exchange
    from plumbline.browsing.pages import Page
    from plumbline.elsewhere.ledger import Ledger


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
    run_folder: Path | None = None
    """Where the processes of a run tell each other what concerns all of them."""
    refused: list[str] = field(default_factory=list)
    """What a page wanted and this run may not do, until it is told."""
    ledger: Ledger | None = None
    """Where this process writes down what it makes and who logs in, on a platform that is not ours."""
    trusted: dict[str, ssl.SSLContext] = field(default_factory=dict)
    """The origin of each TLS front of this process → what a connection there trusts, and nothing else does."""
    declared: str | None = None
    """The installation that has declared itself disposable for what is done now; None where none has."""

    def __post_init__(self) -> None:
        if not self.profile.managed:  # whatever the command line says
            self.level = min(self.level, Level.named(self.profile.remote.allow))
            self.origins |= set(map(plain_origin, self.profile.remote.origins))
        for name, account in self.profile.accounts.items():
            public = bool(account.password and not account.password_env)  # on what the run itself starts
            self.secrets.register(self.password(account), f"password of {name}", public=public)
        for name in self.profile.passed_on:
            if value := os.environ.get(name, ""):
                self.secrets.register(value, f"{name} of the environment")

    def allow_origin(self, url: str) -> None:
        """Adds the origin of an instance that this run has started."""
        self.origins |= {plain_origin(url)}

    def trust(self, origin: str, authority: ssl.SSLContext) -> None:
        """Adds the origin of a TLS front that this process has started, and what vouches for it."""
        self.allow_origin(origin)
        self.trusted[plain_origin(origin)] = authority

    @property
    def permission(self) -> Permission:
        """What this run may send, and where."""
        return replace(self._bounds, level=level_now(self), origins=self.origins)

    @cached_property
    def _bounds(self) -> Permission:
        return bounds_of(self)

    @cached_property
    def routes(self) -> frozenset[str]:
        """Every path that contract and profile name."""
        return routes_of(self)

    @cached_property
    def pace(self) -> Pace:
        """How fast it may be asked, and whether it has had enough: what the run itself has started never has."""
        limits = None if self.profile.managed else self.profile.remote.limits
        return Pace(limits, self.run_folder)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The profile's headers for each request; NotPossibleHere where the environment lacks one that it names."""
        return {name: self._from_environment(name, value) for name, value in self.profile.headers.items()}

    def _from_environment(self, name: str, value: str) -> str:
        if not value.startswith("$"):
            return value
        found = os.environ.get(value[1:], "")
        if not found:
            raise NotPossibleHere(f"needs {value[1:]} in the environment: {self.path} sends it as {name}")
        self.secrets.register(found, f"header {name}")
        return found

    @cached_property
    def contract(self) -> Contract:
        """Which operations there are, and what they answer: the platform contract, or the platform's own document."""
        own = self.profile.contract not in {"closed", "none"}
        if own:
            return Contract(self.beside(self.profile.contract), closed=False, quotes=self.shows_values)
        return Contract(self.root / "contract" / "openapi", quotes=self.shows_values)

    @cached_property
    def pages(self) -> list[Page]:
        """The pages that a person sees, of those that the target has."""
        own, contract = self.profile.pages, self.profile.contract
        if not own and (contract not in {"closed", "none"} or self.profile.routes.guarded):
            return []  # whose routes are its own has not the contract's pages either
        file = self.beside(own) if own else self.root / "contract" / "pages.toml"
        left_out = {*self.profile.absent, *self.profile.never}
        return [page for page in pages.load(file) if page.path not in left_out]

    def beside(self, file: str) -> Path:
        """A file that the profile names, from the profile's own folder."""
        return self.path.parent / file

    @property
    def commands(self) -> Commands:
        """How to run the platform, the fault of this run included."""
        healthy, faulty = self.profile.commands, self.profile.faults
        if self.fault is None:
            return healthy
        return Commands(
            serve=faulty.serve, migrate=faulty.migrate or healthy.migrate, seed=faulty.seed or healthy.seed,
            status=faulty.status or healthy.status, warm=faulty.warm, ready=healthy.ready,
            deadline=healthy.deadline, sources=healthy.sources, cwd=healthy.cwd,
        )  # fmt: skip

    @property
    def shows_values(self) -> bool:
        """Whether evidence may hold what the platform answers: not where that may be real people's."""
        return self.profile.managed or self.profile.remote.synthetic

    @property
    def workplace(self) -> Path:
        """The folder in which the platform's commands run, and from which their sources are named."""
        place = self.profile.commands.cwd
        return (self.path.parent / place).resolve() if place else self.root

    def filled_in(self, command: tuple[str, ...]) -> list[str]:
        """An argument list with its placeholders replaced."""
        values = {
            "python": sys.executable, "today": self.today, "fault": self.fault or "", "suite": str(self.root),
        }  # fmt: skip
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
        own = self.profile.contract != "closed"
        asked = response.request.url.path if own else path.partition("?")[0]
        return self.contract.breach(method, asked, response.status_code, content_type, body)

    def meaning(self, exchange: Exchange) -> str:
        """What the answer says, in the suite's words; `status 418` where the profile has no word for it.

        Whoever is told a user's name is logged in, whatever else the answer looks like.
        """
        login = exchange.method == "POST" and exchange.path in self.profile.doors
        meant = meaning_of_login(exchange, self.profile) if login else meaning(exchange, self.profile)
        told = meant == NOT_LOGGED_IN and self.user_in(exchange) is not None
        return OK if told else meant

    def user_in(self, exchange: Exchange) -> str | None:
        """The name of the user that the answer speaks of; None where it speaks of none."""
        words = self.profile.me
        return (self._told(exchange, words.user) if words.user else None) or _named_in(exchange, words.text)

    def role_in(self, exchange: Exchange) -> str | None:
        """The role of the user that the answer speaks of, in the platform's word; None where it speaks of none."""
        return self._told(exchange, self.profile.me.role)

    def name_of(self, account: Account) -> str | None:
        """How the platform calls the owner of this account; None where it does not tell who is logged in."""
        tells = self.profile.me.user or self.profile.me.text
        return (account.called or account.username) if tells else None

    def role_word(self, name: str) -> str | None:
        """The platform's word for the role of the account of this name; None where the platform tells no roles."""
        return (self.account(name).role or name) if self.profile.me.role else None

    def _told(self, exchange: Exchange, path: str) -> str | None:
        return _text(dotted(parsed(exchange.body), path)) if exchange.status in SUCCESS else None

    @cached_property
    def no_authority(self) -> ssl.SSLContext:
        """What encrypts nothing, for a platform of this machine that is spoken to without: it trusts nobody."""
        import ssl

        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def tls_for(self, url: str) -> ssl.SSLContext | None:
        """What a connection to this URL trusts; None where it has no TLS."""
        if not url.startswith("https:"):
            return None
        return self.trusted.get(plain_origin(url)) or self.tls_context

    @cached_property
    def tls_context(self) -> ssl.SSLContext:
        """One context for the run: making one costs 19 ms. Nothing switches its verification off."""
        import ssl

        context = ssl.create_default_context()
        if self.profile.remote.ca_file:
            context.load_verify_locations(self.beside(self.profile.remote.ca_file))
        return context


def _named_in(exchange: Exchange, text: str) -> str | None:
    """The name that stands in a page where `text` says {username}; None where it does not stand there."""
    before, placeholder, after = text.partition("{username}")
    if not placeholder or exchange.status not in SUCCESS:
        return None
    name = f"(.+?){re.escape(after)}" if after else r"([^\s<]+)"
    found = re.search(re.escape(before) + name, exchange.body.decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
