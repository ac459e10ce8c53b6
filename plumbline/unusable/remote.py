"""What is wrong in what a profile says of a target that is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.profile import Remote
from plumbline.unusable import spelling

if TYPE_CHECKING:
    from plumbline.profile import Profile


def wrong(profile: Profile) -> Iterator[str]:
    """[remote], and the headers that go along."""
    remote = profile.remote
    if profile.managed:
        for name, value in vars(remote).items():
            if value != getattr(Remote(), name):
                yield f"remote.{name}: is for a platform that is reached; add remote.origins, or take it out"
    for number, text in enumerate(remote.origins):
        yield from spelling.origin(f"remote.origins.{number}", text, secured=True)
    for number, text in enumerate(remote.third_parties):
        yield from spelling.origin(f"remote.third_parties.{number}", text, secured=False)
    yield from spelling.variable("remote.database_url_env", remote.database_url_env)
    for table in remote.expected_writes:
        if not spelling.IDENTIFIER.fullmatch(table):
            yield f"remote.expected_writes: {table!r} is no table's name; write it as session, or public.session"
    yield from _declaration(remote)
    yield from _numbers(remote)
    for name, value in profile.headers.items():
        yield from _header(name, value)


def _declaration(remote: Remote) -> Iterator[str]:
    said = remote.declaration
    yield from spelling.path("remote.declaration.path", said.path)
    if said.field and said.header:
        yield "remote.declaration: has a field and a header; take one of them out"
    elif (said.field or said.header) and not said.value:
        yield "remote.declaration.value: is missing; say what a target answers that may be written to"
    elif said.value and not (said.field or said.header):
        yield "remote.declaration: has a value alone; say in which field or header it stands"
    elif remote.allow == "writes" and not said.value:
        yield (
            "remote.declaration: is missing; a target that may be written to says so itself: name a field or header"
            " of an answer of its own, and the value"
        )
    elif remote.allow == "writes" and not said.instance:
        yield (
            "remote.declaration.instance: is missing; name the field of the same answer by which one installation is"
            " known from another, so that nothing is removed in a wrong one"
        )


def _numbers(remote: Remote) -> Iterator[str]:
    for key, number, least in (
        ("limits.requests_per_second", remote.limits.requests_per_second, 0.1),
        ("limits.logins_per_minute", remote.limits.logins_per_minute, 1),
        ("release.answers", remote.release.answers, 1),
        ("release.within", remote.release.within, 1),
    ):
        if number < least:
            yield f"remote.{key}: {number:g} is too little; give {least:g} or more"


def _header(name: str, value: str) -> Iterator[str]:
    if not spelling.TOKEN.fullmatch(name):
        yield f"headers: {name!r} is no header's name; write it as X-Forwarded-For"
    if value.startswith("$"):
        yield from spelling.variable(f"headers.{name}", value[1:])
    elif "$" in value:
        yield f'headers.{name}: is read from the environment as a whole or not; write "$NAME", and all of it into NAME'
    elif name.lower() in {"authorization", "proxy-authorization", "cookie", "x-api-key"}:
        yield f'headers.{name}: is a secret; write "$NAME", and the value into the variable NAME'
