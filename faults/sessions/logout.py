"""A logout that ends too little, or too much."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault
from reference.accounts.sessions import SessionRow

if TYPE_CHECKING:
    from faults import Served
    from reference.accounts.sessions import Session
    from reference.assembly import Platform


def _status_of_a_copy(served: Served) -> int:
    """What the cookie of a session opens after its logout."""
    admin = served.caller("admin")
    cookie = next(f"{one.name}={one.value}" for one in admin.cookies)
    admin.post("/api/auth/logout")
    return served.get("/api/auth/me", Cookie=cookie).status


@fault("logout-only-clears-cookie", brings_back=["SES-8"])
def logout_only_clears_cookie(platform: Platform) -> None:
    """Takes the cookie back and leaves the session alive in both stores."""

    async def left(sid: str) -> None:
        return None

    platform.sessions.end = left


@fault("logout-leaves-the-copy", brings_back=["SES-8", "SES-8 everywhere"])
def logout_leaves_the_copy(platform: Platform) -> None:
    """Ends the session in Postgres alone; its copy in Redis lives on."""

    async def left(sid: str) -> None:
        return None

    platform.session_cache.forget = left


@fault("logout-leaves-the-row", brings_back=["SES-8"])
def logout_leaves_the_row(platform: Platform) -> None:
    """Ends the session's copy in Redis alone; its row in Postgres brings it back."""

    async def left(sid: str) -> None:
        return None

    platform.session_store.delete = left


@fault("logout-for-staff-alone", brings_back=["SES-8"])
def logout_for_staff_alone(platform: Platform) -> None:
    """Ends the sessions of those who log in by username; whoever came by a portal has their cookie taken back."""
    end = platform.sessions.end

    async def of_staff(sid: str) -> None:
        session = await platform.sessions.find(sid)
        user = await platform.users.by_id(session.user_id) if session else None
        if user is None or user.role == "admin":
            await end(sid)

    platform.sessions.end = of_staff


def _status_of_a_creators_copy(served: Served) -> int:
    creator = served.caller()
    creator.post("/api/auth/creator/login", {"email": "creator@example.invalid", "password": "creator-password-1"})
    cookie = next(f"{one.name}={one.value}" for one in creator.cookies)
    creator.post("/api/auth/logout")
    return served.get("/api/auth/me", Cookie=cookie).status


logout_for_staff_alone.probe = _status_of_a_creators_copy
logout_only_clears_cookie.probe = _status_of_a_copy
logout_leaves_the_copy.probe = _status_of_a_copy
logout_leaves_the_row.probe = _status_of_a_copy


@fault("logout-ends-every-session", brings_back=["SES-8"])
def logout_ends_every_session(platform: Platform) -> None:
    """Logs its user out in every browser."""
    end = platform.sessions.end

    async def all_of_them(sid: str) -> None:
        rows = await platform.database.rows(
            SessionRow,
            "select other.sid, other.sess, other.expire from session own"
            " join session other on other.sess ->> 'userId' = own.sess ->> 'userId' where own.sid = %s",
            [sid],
        )
        for row in rows:
            await end(row.sid)

    platform.sessions.end = all_of_them


def _status_in_another_browser(served: Served) -> int:
    another = served.caller("admin")
    served.caller("admin").post("/api/auth/logout")
    return another.get("/api/auth/me").status


logout_ends_every_session.probe = _status_in_another_browser


@fault("logging-out-twice-is-500", brings_back=["SES-8"])
def logging_out_twice_is_500(platform: Platform) -> None:
    """Takes it for granted that there is a session to end."""
    end = platform.sessions.end

    async def there_must_be_one(sid: str) -> None:
        if await platform.session_store.read(sid) is None:
            raise LookupError(sid)
        await end(sid)

    platform.sessions.end = there_must_be_one


def _status_of_a_second_logout(served: Served) -> int:
    admin = served.caller("admin")
    cookie = next(f"{one.name}={one.value}" for one in admin.cookies)
    admin.post("/api/auth/logout")
    return served.caller().ask("POST", "/api/auth/logout", headers={"Cookie": cookie}).status


logging_out_twice_is_500.probe = _status_of_a_second_logout


@fault("logout-known-to-one-instance", brings_back=["SES-8 everywhere"])
def logout_known_to_one_instance(platform: Platform) -> None:
    """Remembers sessions in the memory of each instance too, and forgets one where its owner logs out alone."""
    find, end = platform.sessions.find, platform.sessions.end
    remembered: dict[str, Session] = {}

    async def from_memory(sid: str) -> Session | None:
        if sid not in remembered and (session := await find(sid)):
            remembered[sid] = session
        return remembered.get(sid)

    async def forgotten_here(sid: str) -> None:
        remembered.pop(sid, None)
        await end(sid)

    platform.sessions.find, platform.sessions.end = from_memory, forgotten_here


def _a_row_deleted_elsewhere(served: Served) -> int:
    """What a session opens whose row and copy another instance has deleted."""
    admin = served.caller("admin")
    admin.get("/api/auth/me")
    served.sql("delete from session")
    served.forget_copies()
    return admin.get("/api/auth/me").status


logout_known_to_one_instance.probe = _a_row_deleted_elsewhere
