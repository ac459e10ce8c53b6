"""What the reference platform does with sessions in the same moment in which others end or extend them.

No check can bring that about from outside. It is reached by command: a script in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from plumbline.stores.postgres import Server
from plumbline.stores.redis import RedisServer
from tests import servers
from tests.whole_runs import ROOT

BEGUN = """
import asyncio, json, os
from datetime import timedelta
from reference.assembly import assemble
from reference.settings import Settings

platform = assemble(Settings.read(os.environ))
sessions, store, cache = platform.sessions, platform.session_store, platform.session_cache

async def older(session, days):
    await platform.database.run("update session set expire = expire - %s", [timedelta(days=days)])
    await cache.put(await store.read(session.sid))

async def both():
    await platform.database.open(await platform.database.connect())
    print(json.dumps(await seen()))
    await platform.database.close()
"""

ENDED_WHILE_COPIED = """
async def seen():
    session = await sessions.begin(1)
    await cache.forget(session.sid)
    put, copying, go_on = cache.put, asyncio.Event(), asyncio.Event()

    async def slow(session):
        copying.set()
        await go_on.wait()
        await put(session)

    cache.put = slow
    found = asyncio.create_task(sessions.find(session.sid))
    await copying.wait()
    ended = asyncio.create_task(sessions.end(session.sid))
    while not ended.done() and not await platform.database.run("select 1 from pg_locks where not granted"):
        await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(found, ended)
    return await cache.get(session.sid) is None
"""

ENDED_WHILE_EXTENDED = """
async def seen():
    session = await sessions.begin(1)
    await older(session, 2)
    known = await store.read(session.sid)
    await sessions.end(session.sid)
    extended = await sessions.extended(known)
    await sessions.copy(session.sid)
    return [extended.extended, await store.read(session.sid), await cache.get(session.sid)]
"""

EXTENDED_TWICE = """
async def seen():
    session = await sessions.begin(1)
    await older(session, 2)
    found = await asyncio.gather(*[sessions.find(session.sid) for _ in range(8)])
    return [sum(one.extended for one in found), all(found)]
"""

ENDED_EVERYWHERE = """
import httpx
from reference.front import Front

async def seen():
    session = await sessions.begin(1)
    await older(session, 2)
    cookie = platform.cookies.issued(session.sid).partition(";")[0]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Front(platform)), base_url="http://here") as client:
        answer = await client.post("/api/auth/logout-everywhere", headers={"Cookie": cookie})
    return [answer.status_code, ["Max-Age=0" in one for one in answer.headers.get_list("set-cookie")]]
"""

REDIS_RESTS = """
async def seen():
    session = await sessions.begin(1)
    platform.cache._failed(OSError())
    store.held = None
    return (await sessions.find(session.sid)).sid == session.sid
"""

COPY_OLDER_THAN_ITS_ROW = """
async def seen():
    session = await sessions.begin(1)
    await older(session, 8)
    await store.write(session)
    return [(await find(session.sid)).expires == session.expires for find in (sessions.seen, sessions.find)]
"""


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """The settings of a platform whose database is migrated, with one user in it."""
    with servers.postgres() as postgres, servers.redis() as redis:
        yield settings(postgres, redis)


def settings(postgres: Server, redis: RedisServer) -> dict[str, str]:
    made = {
        **os.environ,
        "DATABASE_URL": postgres.url(postgres.create_empty("plumbline_races")),
        "REDIS_URL": redis.url(redis.take_number()),
        "SESSION_SECRET": "of-a-test-that-guards-nothing-0123456789",
        "ARGON2_COST": "low",
    }
    platform = [sys.executable, "-m", "reference"]
    for command in (["migrate"], ["seed", "seeds/known.toml"]):
        subprocess.run([*platform, *command], cwd=ROOT, env=made, check=True, capture_output=True)
    return made


@pytest.mark.parametrize(
    ("script", "told"),
    [
        pytest.param(ENDED_WHILE_COPIED, True, id="no copy outlives a session that ended while it was copied"),
        pytest.param(ENDED_WHILE_EXTENDED, [False, None, None], id="no session comes back by being extended"),
        pytest.param(EXTENDED_TWICE, [1, True], id="of two requests at once one extends the session"),
        pytest.param(ENDED_EVERYWHERE, [204, [True]], id="who logs out everywhere is given no cookie again"),
        pytest.param(
            COPY_OLDER_THAN_ITS_ROW, [True, True], id="a copy that is older than its row ends nobody's session"
        ),
        pytest.param(REDIS_RESTS, True, id="without Redis no session is held for a copy"),
    ],
)
def test_at_the_same_moment(environment: dict[str, str], script: str, told: object) -> None:
    command = [sys.executable, "-c", BEGUN + script + "\nasyncio.run(both())"]
    ended = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == told
