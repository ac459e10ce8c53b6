"""What a target's profile lets a run send, and where: the permission that each request asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from plumbline.asking.meaning import LOGIN_PAGE, LOGOUT
from plumbline.elsewhere.pace import MADE_UP
from plumbline.elsewhere.permission import Level, Permission, PermissionRefused, plain_origin

if TYPE_CHECKING:
    from plumbline.profile import Profile, Step
    from plumbline.target import Target

LOGIN, ME, SOCKET = "/api/auth/login", "/api/auth/me", "/ws"


def bounds_of(target: Target) -> Permission:
    """What of a run's permission stays as it is; paths are the platform's own."""
    profile = target.profile
    return Permission(
        level_now(target), target.origins, session_paths(profile),
        never=frozenset([*profile.never, *map(profile.path, profile.never)]),
        routes=None if profile.managed else target.routes,
        third_parties=None if profile.managed else frozenset(map(plain_origin, profile.remote.third_parties)),
        entrances=entrances_of(profile), exits=exits_of(profile),
    )  # fmt: skip


def level_now(target: Target) -> Level:
    """On a target that is not ours nothing is written before it has declared itself disposable, for each check anew."""
    disposable = target.profile.managed or target.declared is not None
    return target.level if disposable else min(target.level, Level.READONLY)


def session_paths(profile: Profile) -> frozenset[str]:
    """The operations that log in and out."""
    leaving = {LOGOUT, *_sent_to(profile.logout.steps), *filter(None, [profile.logout.everywhere])}
    return entrances_of(profile) | set(map(profile.path, leaving))


def entrances_of(profile: Profile) -> frozenset[str]:
    """Those that log in."""
    return frozenset(map(profile.path, {LOGIN, *profile.doors, *_sent_to(profile.login.steps)}))


def _sent_to(steps: Iterable[Step]) -> set[str]:
    return {path for method, path in (step.call for step in steps) if method != "GET"} - {"{login}"}


def exits_of(profile: Profile) -> frozenset[str]:
    """The paths that log out by GET."""
    steps = profile.logout.steps
    if steps:
        return frozenset(filter(None, [steps[-1].get.partition("?")[0]]))
    return frozenset([profile.path(LOGOUT)] if profile.logout.method == "GET" else [])


def routes_of(target: Target) -> frozenset[str]:
    """Every path that contract and profile name: on a target that is not ours, all that checks may ask for."""
    profile = target.profile
    ours = {*target.contract.document["paths"], *(page.path for page in target.pages), *_named(profile)}
    return frozenset([*ours, *map(profile.path, ours), *session_paths(profile)])


def _named(profile: Profile) -> Iterator[str]:
    yield from (LOGIN, LOGOUT, ME, SOCKET, LOGIN_PAGE, *profile.paths)
    health, listed = profile.health, profile.routes
    yield from filter(None, (health.path, health.page, health.liveness, profile.remote.declaration.path))
    yield from (*listed.guarded, *listed.public, *listed.critical)
    yield from (step.get for step in (*profile.login.steps, *profile.logout.steps) if step.get)
    yield from (step.call[1] for step in profile.register.steps)
    for made in profile.makes.values():
        yield from (way.partition(" ")[2] for way in (made.create, made.found, made.undo) if way)


def may_be_named(target: Target, username: str) -> None:
    """On a target that is not ours only its profile's accounts log in, and names that nobody can have."""
    known = {account.username for account in target.profile.accounts.values()}
    if not target.profile.managed and username not in known and not username.endswith(MADE_UP):
        raise PermissionRefused(f"a login as {username}: neither an account of the profile nor a name under {MADE_UP}")


def may_log_in(target: Target, sending: object) -> None:
    """Returns when a login that sends this may go out: not too often, and with one wrong password a run at most."""
    said = set(_texts(sending))
    names = {text.strip().casefold() for text in said}  # as lenient as a platform may be
    for account in target.profile.accounts.values():
        if account.username.strip().casefold() in names:
            target.pace.take_login(account.username)
            if target.password(account) not in said:
                target.pace.try_wrong_password(account.username)


def _texts(sent: object) -> Iterator[str]:
    """Every text in what a request sends."""
    if isinstance(sent, str):
        yield sent
    for part in sent.values() if isinstance(sent, Mapping) else sent if isinstance(sent, list | tuple) else ():
        yield from _texts(part)
