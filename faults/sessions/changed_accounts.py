"""A password that is changed, or a user who is disabled, and the sessions that stay."""

# mypy: disable-error-code="method-assign,assignment"
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from faults import fault
from reference.accounts.sessions import EndedRow

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.requests import HTTPConnection

    from faults import Served
    from faults.served import Caller
    from reference.accounts.sessions import Session
    from reference.accounts.users import User
    from reference.assembly import Platform

DOOR, NEW = "/api/auth/creator/login", "another-password-1"
CREATOR = {"email": "creator@example.invalid", "password": "creator-password-1"}


def _creator(served: Served) -> Caller:
    caller = served.caller()
    caller.post(DOOR, CREATOR)
    caller.get("/api/auth/me")
    return caller


def _after_a_change(served: Served) -> list[int]:
    """What the other session, an administrator's, the old password and the new one open after a change of password."""
    changing, other, admin = _creator(served), _creator(served), served.caller("admin")
    passwords = {"currentPassword": CREATOR["password"], "newPassword": NEW}
    hashed = served.sql("select password_hash from users where email = %s", CREATOR["email"])[0][0]
    try:
        changing.post("/api/auth/password", passwords)
        asked = [caller.get("/api/auth/me").status for caller in (other, admin)]
        return asked + [served.caller().post(DOOR, {**CREATOR, "password": one}).status for one in passwords.values()]
    finally:
        served.sql("update users set password_hash = %s where email = %s", hashed, CREATOR["email"])


def _after_disabling(served: Served) -> list[int]:
    """What a disabled user's sessions, an administrator's, and another login open."""
    creator, admin = _creator(served), served.caller("admin")
    number = creator.get("/api/auth/me").json()["user"]["id"]
    try:
        admin.ask("PATCH", f"/api/users/{number}", {"disabled": True})
        asked = [caller.get("/api/auth/me").status for caller in (creator, admin, _creator(served))]
    finally:
        served.sql("update users set disabled = false where id = %s", number)
    return asked


async def _left(user: User) -> None:
    """Ends nothing."""


def _reads_no_flag(platform: Platform) -> None:
    """Has sessions found without a look at whether their user is disabled, as where the flag is read at login alone."""
    by_id = platform.users.by_id

    async def as_if_enabled(user_id: int) -> User | None:
        user = await by_id(user_id)
        return replace(user, disabled=False) if user else None

    platform.users.by_id = as_if_enabled


@fault("old-session-outlives-password", brings_back=["SES-14", "SES-14 everywhere"])
def old_session_outlives_password(platform: Platform) -> None:
    """Changes the password and leaves every session alive."""
    platform.password_change.end_sessions = _left


@fault("password-change-leaves-the-copies", brings_back=["SES-14", "SES-14 everywhere"])
def password_change_leaves_the_copies(platform: Platform) -> None:
    """Ends the sessions in Postgres alone, after a change of password; their copies in Redis live on."""

    async def rows_alone(user: User) -> None:
        await platform.session_store.delete_of(user.id)

    platform.password_change.end_sessions = rows_alone


@fault("password-change-leaves-the-rows", brings_back=["SES-14", "SES-14 everywhere"])
def password_change_leaves_the_rows(platform: Platform) -> None:
    """Ends the copies in Redis alone, after a change of password; the rows in Postgres bring them back."""

    async def copies_alone(user: User) -> None:
        rows = await platform.database.rows(
            EndedRow, "select sid from session where sess ->> 'userId' = %s", [str(user.id)]
        )
        for row in rows:
            await platform.session_cache.forget(row.sid)

    platform.password_change.end_sessions = copies_alone


@fault("password-change-ends-everybodys", brings_back=["SES-14"])
def password_change_ends_everybodys(platform: Platform) -> None:
    """Ends all sessions that there are, whoever has changed their password."""

    async def of_all(user: User) -> None:
        for one in await platform.users.every():
            await platform.sessions.end_of(one.id)

    platform.password_change.end_sessions = of_all


@fault("password-change-changes-nothing", brings_back=["SES-14"])
def password_change_changes_nothing(platform: Platform) -> None:
    """Says that the password is changed, ends the sessions, and stores nothing."""

    async def not_stored(user: User, password_hash: str) -> bool:
        return True

    platform.users.rehashed = not_stored


@fault("password-change-adds-a-password", brings_back=["SES-14"])
def password_change_adds_a_password(platform: Platform) -> None:
    """Takes the new password and the old one, whose hash it goes on remembering."""
    rehashed, verify = platform.users.rehashed, platform.passwords.verify
    earlier: dict[str, str] = {}

    async def remembered(user: User, password_hash: str) -> bool:
        earlier[password_hash] = user.password_hash
        return await rehashed(user, password_hash)

    async def either(password_hash: str, password: str) -> bool:
        old = earlier.get(password_hash, password_hash)
        return await verify(password_hash, password) or await verify(old, password)

    platform.users.rehashed, platform.passwords.verify = remembered, either


@fault("disabled-session-lives-on", brings_back=["SES-14 disabled", "SES-14 everywhere"])
def disabled_session_lives_on(platform: Platform) -> None:
    """Lets nobody in who is disabled, and leaves alone whoever is in already."""
    _reads_no_flag(platform)
    platform.user_admin.end_sessions = _left


@fault("disabling-leaves-the-copies", brings_back=["SES-14 disabled", "SES-14 everywhere"])
def disabling_leaves_the_copies(platform: Platform) -> None:
    """Ends the sessions of who is disabled in Postgres alone, and reads the flag at login alone."""
    _reads_no_flag(platform)

    async def rows_alone(user: User) -> None:
        await platform.session_store.delete_of(user.id)

    platform.user_admin.end_sessions = rows_alone


@fault("disabled-user-logs-in-again", brings_back=["SES-14 disabled"])
def disabled_user_logs_in_again(platform: Platform) -> None:
    """Ends the sessions of who is disabled, and asks nobody about it again."""
    _reads_no_flag(platform)
    by_email = platform.users.by_email

    async def as_if_enabled(email: str) -> User | None:
        user = await by_email(email)
        return replace(user, disabled=False) if user else None

    platform.users.by_email = as_if_enabled


@fault("users-remembered-by-each-instance", brings_back=["SES-14 everywhere"])
def users_remembered_by_each_instance(platform: Platform) -> None:
    """Remembers who has which session in each instance, and forgets it where a user is changed alone."""
    here: dict[str, tuple[User, Session]] = {}

    async def forgotten_here(user: User) -> None:
        here.clear()
        await platform.sessions.end_of(user.id)

    platform.login.admit = _from_memory(platform, here)
    platform.password_change.end_sessions = platform.user_admin.end_sessions = forgotten_here


def _from_memory(
    platform: Platform, here: dict[str, tuple[User, Session]]
) -> Callable[[HTTPConnection], Coroutine[Any, Any, User]]:
    """Asks of a session once, and remembers what was answered."""
    admit = platform.login.admit

    async def admitted(request: HTTPConnection) -> User:
        sid = platform.cookies.sid(request) or ""
        if sid not in here:
            here[sid] = (await admit(request), request.state.session)
        request.state.caller, request.state.session = here[sid]
        return here[sid][0]

    return admitted


def _disabled_elsewhere(served: Served) -> int:
    """What the session of a user opens whom another instance has disabled, and whose session it has ended."""
    creator = _creator(served)
    try:
        served.sql("update users set disabled = true where email = %s", CREATOR["email"])
        served.sql("delete from session")
        served.forget_copies()
        return creator.get("/api/auth/me").status
    finally:
        served.sql("update users set disabled = false where email = %s", CREATOR["email"])


old_session_outlives_password.probe = _after_a_change
password_change_leaves_the_copies.probe = _after_a_change
password_change_leaves_the_rows.probe = _after_a_change
password_change_ends_everybodys.probe = _after_a_change
password_change_changes_nothing.probe = _after_a_change
password_change_adds_a_password.probe = _after_a_change
disabled_session_lives_on.probe = _after_disabling
disabling_leaves_the_copies.probe = _after_disabling
disabled_user_logs_in_again.probe = _after_disabling
users_remembered_by_each_instance.probe = _disabled_elsewhere
