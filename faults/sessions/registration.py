"""Registering that fails, lets in twice, or lets in and forgets."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from faults import fault
from reference.accounts.users import MADE, User

if TYPE_CHECKING:
    import psycopg

    from faults import Served
    from reference.assembly import Platform

DOOR = "/api/auth/creator/login"
EMAIL, PASSWORD = "Somebody.Of.A.Probe@example.invalid", "password-of-a-probe"


def _registering(served: Served) -> list[int]:
    """What registering answers, a login after it, registering again and in small letters, and the login after that."""
    new = {"email": EMAIL, "name": "Somebody", "password": PASSWORD, "role": "creator"}
    others = {**new, "password": "password-of-another"}
    login = {"email": EMAIL, "password": PASSWORD}
    try:
        return [
            served.caller().post("/api/auth/register", new).status,
            served.caller().post(DOOR, login).status,
            served.caller().post("/api/auth/register", others).status,
            served.caller().post("/api/auth/register", {**others, "email": EMAIL.lower()}).status,
            served.caller().post(DOOR, login).status,
        ]
    finally:
        served.sql("delete from users where lower(email) = lower(%s)", EMAIL)


@fault("register-names-no-column", brings_back=["SES-15"])
def register_names_no_column(platform: Platform) -> None:
    """Stores a column that a migration of the next release will make."""

    async def made(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        values = [email, name, role, password_hash, username]
        return await platform.database.row(User, MADE.replace("name,", "mail_verified,"), values)

    platform.users.made = made


@fault("taken-email-is-500", brings_back=["SES-15", "SES-15 at-once"])
def taken_email_is_500(platform: Platform) -> None:
    """Hands on what the database says of an e-mail that is taken."""

    async def made(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        values = [email, name, role, password_hash, username]
        return await platform.database.row(User, MADE.replace(" on conflict do nothing", ""), values)

    platform.users.made = made


@fault("email-in-other-letters-is-new", brings_back=["SES-15"])
def email_in_other_letters_is_new(database: psycopg.Connection) -> None:
    """Takes an e-mail in other letters for another one, as an index on the plain column does."""
    database.execute("drop index if exists users_email_key")
    database.execute("create unique index users_email_key on users (email)")


@fault("registered-password-hashed-twice", brings_back=["SES-15"])
def registered_password_hashed_twice(platform: Platform) -> None:
    """Hashes the hash of the password."""
    made = platform.users.made

    async def twice(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        return await made(email, name, role, await platform.passwords.hash(password_hash), username)

    platform.users.made = twice


@fault("registered-and-not-stored", brings_back=["SES-15"])
def registered_and_not_stored(platform: Platform) -> None:
    """Says that somebody is registered, and stores nobody."""

    async def nobody(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        return User(2**31, username, email, name, role, password_hash, disabled=False)

    platform.users.made = nobody


@fault("registered-in-small-letters", brings_back=["SES-15"])
def registered_in_small_letters(platform: Platform) -> None:
    """Stores e-mails in small letters, and looks for them as they are typed."""
    made, by_email = platform.users.made, platform.users.by_email

    async def lowered(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        return await made(email.lower(), name, role, password_hash, username)

    async def as_typed(email: str) -> User | None:
        user = await by_email(email)
        return user if user and user.email == email else None

    platform.users.made, platform.users.by_email = lowered, as_typed


@fault("registering-again-takes-over", brings_back=["SES-15"])
def registering_again_takes_over(platform: Platform) -> None:
    """Says that the e-mail is taken, and has given its owner the new password."""
    made = platform.users.made

    async def over(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        await platform.database.run(
            "update users set password_hash = %s where lower(email) = lower(%s)", [password_hash, email]
        )
        return await made(email, name, role, password_hash, username)

    platform.users.made = over


@fault("registered-waits-for-approval", brings_back=["SES-15"])
def registered_waits_for_approval(platform: Platform) -> None:
    """Registers people as disabled users, whom nobody is told to enable."""
    made = platform.users.made

    async def disabled(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        user = await made(email, name, role, password_hash, username)
        return await platform.users.changed(user.id, None, None, disabled=True) if user else None

    platform.users.made = disabled


@fault("registering-looks-before-it-stores", brings_back=["SES-15 at-once"])
def registering_looks_before_it_stores(platform: Platform) -> None:
    """Looks whether the e-mail is taken, takes its time, and stores without a thought of others."""

    async def looked(email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        if await platform.users.by_email(email):
            return None
        await asyncio.sleep(0.1)
        values = [email, name, role, password_hash, username]
        return await platform.database.row(User, MADE.replace(" on conflict do nothing", ""), values)

    platform.users.made = looked


register_names_no_column.probe = _registering
taken_email_is_500.probe = _registering
email_in_other_letters_is_new.probe = _registering
registered_password_hashed_twice.probe = _registering
registered_and_not_stored.probe = _registering
registered_in_small_letters.probe = _registering
registering_again_takes_over.probe = _registering
registered_waits_for_approval.probe = _registering


def _registering_at_once(served: Served) -> list[int]:
    """What six get who register with one e-mail at the same moment."""
    new = {"email": EMAIL, "name": "Somebody", "password": PASSWORD, "role": "creator"}
    with ThreadPoolExecutor(6) as threads:
        answers = [threads.submit(served.caller().post, "/api/auth/register", new) for _ in range(6)]
    served.sql("delete from users where email = %s", EMAIL)
    return sorted(answer.result().status for answer in answers)


registering_looks_before_it_stores.probe = _registering_at_once
