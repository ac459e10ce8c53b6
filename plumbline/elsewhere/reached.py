"""A url target at the rendezvous: reached before the first check, in the place of a platform that was started."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from plumbline.asking.client import Client
from plumbline.elsewhere.reach import Unreachable, connect, first_answer
from plumbline.elsewhere.releases import read
from plumbline.standing.start import Log, Start

if TYPE_CHECKING:
    from plumbline.standing.suite import Suite
    from plumbline.target import Target


def reach_platform(suite: Suite) -> None:
    """Reaches the first origin of a url target, and says at the rendezvous how that went."""
    origin, began = suite.target.profile.remote.origins[0], time.monotonic()
    trouble = _trouble(suite.target, origin)
    if not trouble:
        suite.releases = read(suite.target)
        suite.release = suite.releases[origin].release
    start = Start(
        answers=not trouble, ended_with=None, seconds=time.monotonic() - began, settings={}, environment={},
        log=Log(suite.run.folder / "platform.log"), trouble=trouble,
    )  # fmt: skip
    facts = {**asdict(start), "log": str(start.log.path), "url": origin, "release": suite.release}
    suite.run.rendezvous.write(platform={**facts, "database_url": "", "redis_url": ""})


def _trouble(target: Target, origin: str) -> str:
    """What is in the way; empty where the platform answers."""
    health = target.profile.health
    client = Client(target, origin, "the run", lambda _: None)
    try:
        connect(origin, target.tls_for(origin))
        first_answer(client, health.path or health.page)
    except Unreachable as error:
        return str(error)
    finally:
        client.close()
    return ""
