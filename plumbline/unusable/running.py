"""What is wrong in how a platform is run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plumbline.judging.catalogue import CAPABILITIES
from plumbline.nearest import meant
from plumbline.profile import Commands
from plumbline.unusable import spelling

if TYPE_CHECKING:
    from plumbline.profile import Profile

FILLED_IN_COMMANDS = ("python", "today", "fault", "suite")
"""The placeholders of commands."""

FILLED_IN_ENVIRONMENT = ("port", "database_url", "redis_url", "secret", "release", "start_deadline", "env")
"""The placeholders of the environment's values; `{env:NAME}` is the run's own variable."""

MODES = ("production", "behind_proxy", "two_hosts", "plain_cookies")
"""What a platform may be started in besides what [environment] says."""
FILLED_IN_MODES = ("proxy", "domain", "page_origin", "page_host", "api_origin", "api_host")
"""The placeholders of modes: what stands before the platform."""

STARTED_ALONE = ("restart", "process", "command", "production-mode", "outage", "replicas")
"""Capabilities that only somebody has who starts the platform."""
SHELL = {"&&", "||", ";", "|", ">", "<", "cd", "export"}


def wrong(profile: Profile) -> Iterator[str]:
    """Its name, what it offers, how it is started, and what of that is for the other kind of target."""
    if not re.fullmatch(r"[\w.-]+", profile.name):
        yield f"name: {profile.name!r} stands in the verdict's line; write it with letters, digits, dots and hyphens"
    for word in profile.offers:
        if word not in CAPABILITIES:
            yield f"offers: {word!r} is no capability{meant(word, CAPABILITIES)}"
    for row, reason in profile.unsupported.items():
        if not reason.strip():
            yield f"unsupported.{row}: has no reason; say why the platform has no such feature"
    yield from _started(profile) if profile.managed else _only_reached(profile)
    yield from _commands(profile)
    yield from _modes(profile)
    misfilled = list(_environment(profile))
    yield from misfilled or _unfilled(profile)


def _started(profile: Profile) -> Iterator[str]:
    if not profile.commands.serve:
        yield (
            "commands.serve: is missing; add the command that starts the platform, as a list of words,"
            " or say in [remote] origins where it runs"
        )
        return
    if profile.faults.list and not profile.faults.serve:
        yield "faults.serve: is missing; add the command that starts the platform with {fault}"
    if profile.faults.serve and not profile.faults.list:
        yield "faults.list: is missing; add the command that lists the faults, a line of JSON each"


def _only_reached(profile: Profile) -> Iterator[str]:
    if profile.commands.serve:
        yield "remote.origins: stands beside commands.serve; a platform is started or reached: take one of them out"
        return
    if profile.commands != Commands():
        yield "commands: are for a platform that the run starts; take them out, or remote.origins"
    for table in ("faults", "environment", "settings", "modes"):
        there = getattr(profile, table)
        if any(vars(there).values()) if table == "faults" else there:
            yield f"{table}: is for a platform that the run starts; take it out"
    for word in profile.offers:
        if word in STARTED_ALONE:
            yield f"offers: {word!r} is for a platform that the run starts; take it out"
    if "database" in profile.offers and not profile.remote.database_url_env:
        yield "offers: 'database' needs remote.database_url_env, a variable with a connection; add it, or take that out"


def _commands(profile: Profile) -> Iterator[str]:
    for section in ("commands", "faults"):
        for name, value in vars(getattr(profile, section)).items():
            for text in value if isinstance(value, tuple) else ():
                yield from spelling.filled(f"{section}.{name}", text, FILLED_IN_COMMANDS)
            if isinstance(value, tuple) and name not in {"sources", "build"}:
                yield from _words(f"{section}.{name}", value)
            if name == "warm" and value and not re.fullmatch(r"[\w.]+:\w+", value):
                yield f"{section}.warm: {value!r} names no function; write it as module:main"
    yield from spelling.path("commands.ready", profile.commands.ready or " ")
    if profile.commands.concurrency < 1:
        yield f"commands.concurrency: {profile.commands.concurrency} requests at a time is none; write 1, or more"
    if profile.commands.deadline <= 0:
        yield f"commands.deadline: {profile.commands.deadline:g} s is no time to start in; write 20"


def _words(key: str, words: tuple[str, ...]) -> Iterator[str]:
    if len(words) == 1 and " " in words[0]:
        yield f"{key}: {words[0]!r} is one word with a space in it; write {json.dumps(words[0].split())}"
    if found := [word for word in words if word in SHELL]:
        whole = json.dumps(["sh", "-c", shlex.join(words).replace(f"'{found[0]}'", found[0])])
        yield f"{key}: no shell reads {found[0]!r}; write {whole}, or commands.cwd for a folder"


def _environment(profile: Profile) -> Iterator[str]:
    for name, text in profile.environment.items():
        yield from spelling.variable(f"environment.{name}", name)
        yield from spelling.filled(f"environment.{name}", text, FILLED_IN_ENVIRONMENT)
        if "{env}" in text:
            yield f"environment.{name}: {{env}} names no variable; write {{env:NAME}}"
        if re.match(r"(postgres(ql)?|rediss?)(\+\w+)?://", text):
            kind = "redis_url" if text.startswith("redis") else "database_url"
            yield f"environment.{name}: is a connection of its own; write {{{kind}}}, the run's"


def _modes(profile: Profile) -> Iterator[str]:
    for mode, variables in profile.modes.items():
        if mode not in MODES:
            yield f"modes.{mode}: nothing takes a mode of this name{meant(mode, MODES)}"
        for name, text in variables.items():
            yield from spelling.variable(f"modes.{mode}.{name}", name)
            yield from spelling.filled(f"modes.{mode}.{name}", text, FILLED_IN_MODES)


def _unfilled(profile: Profile) -> Iterator[str]:
    """What an instance has to be told, and is not."""
    values = " ".join(profile.environment.values())
    if not values or not profile.managed:
        return
    if "{port}" not in values:
        yield 'environment: {port} stands nowhere, so that no instance knows its own; add PORT = "{port}", or the like'
    for service in ("database", "redis"):
        if service in profile.offers and f"{{{service}_" not in values:
            yield f"environment: nothing is {{{service}_url}}, though offers has {service!r}; add it, or take that out"
