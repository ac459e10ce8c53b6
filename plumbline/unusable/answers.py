"""What is wrong in what a profile says of the platform's answers and paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.asking.contract import METHODS, Contract
from plumbline.asking.meaning import SUCCESS
from plumbline.nearest import meant
from plumbline.places import ROOT
from plumbline.unusable import spelling

if TYPE_CHECKING:
    from plumbline.profile import Profile
    from plumbline.profile.answers import Signs

STATUSES = range(100, 600)
CODES = range(1000, 5000)
"""What may close a socket (RFC 6455)."""
OURS = {"/", "/login", "/calendar", "/ws"}
"""Paths that checks ask for besides those of the contract."""

BUDGETS = ("banner", "critical_route")
"""What a row measures against a budget of the profile's."""


def wrong(profile: Profile) -> Iterator[str]:
    """Signs, health, socket, paths, routes, budgets."""
    for said, signs in vars(profile.statuses).items():
        yield from told_apart(f"statuses.{said}", signs)
    yield from _health(profile)
    for code in profile.socket.refused_with:
        if code not in CODES:
            yield f"socket.refused_with: {code} closes no socket; give codes such as 1008 and 4401"
    yield from _paths(profile)
    yield from _routes(profile)
    for name, most in profile.budgets.items():
        if name not in BUDGETS:
            yield f"budgets.{name}: nothing is measured under this name{meant(name, BUDGETS)}"
        elif most <= 0:
            yield f"budgets.{name}: {most:g} leaves no room; give more than 0"


def told_apart(key: str, signs: Signs, *, good: bool = False) -> Iterator[str]:
    """What is wrong with signs; those of an answer that is no `good` one have to tell it from all that are."""
    for number, sign in enumerate(signs):
        if sign.status not in STATUSES:
            yield f"{key}.{number}: {sign.status} is no status; give one from 100 to 599"
        elif sign.status in SUCCESS and not (good or sign.text or sign.location):
            yield f"{key}.{number}: every good answer has {sign.status}; give a text that stands in this one alone"
        yield from spelling.path(f"{key}.{number}.location", sign.location)


def _health(profile: Profile) -> Iterator[str]:
    health = profile.health
    for name in ("path", "page", "liveness"):
        yield from spelling.path(f"health.{name}", getattr(health, name))
    if health.account and health.account not in profile.accounts:
        yield f"health.account: there is no account {health.account!r}{_among(profile)}"
    if health.path and health.status and not health.healthy:
        yield 'health.healthy: is empty; give what the status says when all is well, such as ["ok"]'
    if not health.banner.strip():
        yield 'health.banner: is empty; give what it says, or say "HLT-5" = "the pages have no banner" in [unsupported]'


def _paths(profile: Profile) -> Iterator[str]:
    named = {"paths": tuple(profile.paths), "absent": profile.absent, "answers": tuple(profile.answers)}
    for key, each in named.items():
        for path in each:
            yield from spelling.path(key, path) if path[:1] != "/" else _known(key, path, profile)
    for ours, path in profile.paths.items():
        yield from spelling.path(f"paths.{ours}", path or " ")
    for path in profile.never:
        yield from spelling.path("never", path or " ")


def _known(key: str, path: str, profile: Profile) -> Iterator[str]:
    """What is wrong with one of the contract's paths: nothing asks for one that it does not have."""
    if profile.pages or profile.contract not in {"closed", "none"}:
        return  # the platform's own document, or file of pages, may have it
    contract = Contract(ROOT / "contract" / "openapi")
    asked = {profile.commands.ready, profile.health.path, profile.health.liveness, profile.health.page,
             profile.logout.everywhere, *profile.doors}  # fmt: skip
    known = asked | OURS | contract.document["paths"].keys()
    if path not in known and not any(contract.operation(method.upper(), path) for method in METHODS):
        yield f"{key}.{path}: nothing asks for this path{meant(path, sorted(known))}"


def _routes(profile: Profile) -> Iterator[str]:
    routes = profile.routes
    for name in ("guarded", "public", "critical", "roles"):
        for path in getattr(routes, name):
            yield from spelling.path(f"routes.{name}", path or " ")
            if "{" in path:
                yield f"routes.{name}: {path!r} has a parameter; write an example in its place"
    for path in sorted({*routes.guarded} & {*routes.public}):
        yield f"routes.public: {path!r} is among the guarded ones too; take one of them out"
    for path, names in routes.roles.items():
        for name in names:
            if name not in profile.accounts:
                yield f"routes.roles.{path}: there is no account {name!r}{_among(profile)}"


def _among(profile: Profile) -> str:
    there = ", ".join(profile.accounts) or "none"
    return f"; add [accounts], or name one of: {there}"
