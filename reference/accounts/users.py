"""The users as the database knows them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, LiteralString

if TYPE_CHECKING:
    from reference.assembly import Platform

FOUND: LiteralString = "select id, username, email, name, role, password_hash, disabled from users"

MADE: LiteralString = (
    "insert into users (email, name, role, password_hash, username) values (%s, %s, %s, %s, %s)"
    " on conflict do nothing returning id, username, email, name, role, password_hash, disabled"
)

ADMINS: LiteralString = (
    "with admins as (select id from users where role = 'admin' and not disabled order by id for update)"
)
"""Locks all who may administer, in one order: of two who shut each other out at the same moment one comes too late."""

CHANGED: LiteralString = (
    " update users u set name = coalesce(%s, name), role = coalesce(%s, role), disabled = coalesce(%s, disabled)"
    " where id = %s and (%s or role <> 'admin' or disabled or (select count(*) from admins a where a.id <> u.id) > 0)"
    " returning id, username, email, name, role, password_hash, disabled"
)

REMOVED: LiteralString = (
    " delete from users u where id = %s"
    " and (role <> 'admin' or disabled or (select count(*) from admins a where a.id <> u.id) > 0)"
)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in; *username* is None for portal accounts, *email* may be for staff."""

    id: int
    username: str | None
    email: str | None
    name: str
    role: str
    password_hash: str
    disabled: bool


class Users:
    """Finds users, makes, changes and removes them."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def every(self) -> list[User]:
        """Return all users, oldest first."""
        return await self._platform.database.rows(User, FOUND + " order by id")

    async def by_username(self, username: str) -> User | None:
        """Return the user of that name, or None."""
        return await self._platform.database.row(User, FOUND + " where username = %s", [username])

    async def by_email(self, email: str) -> User | None:
        """Return the user of that e-mail, in whatever case it is written, or None."""
        return await self._platform.database.row(User, FOUND + " where lower(email) = lower(%s)", [email])

    async def by_id(self, user_id: int) -> User | None:
        """Return the user of that id, or None."""
        return await self._platform.database.row(User, FOUND + " where id = %s", [user_id])

    async def made(self, email: str, name: str, role: str, password_hash: str, username: str | None) -> User | None:
        """Store a user and return it, None where somebody has that e-mail, in whatever case, or that username.

        The database decides who was first: whoever looks before storing is wrong where two come at the same moment.
        """
        return await self._platform.database.row(User, MADE, [email, name, role, password_hash, username])

    async def changed(self, user_id: int, name: str | None, role: str | None, disabled: bool | None) -> User | None:  # noqa: FBT001 - None leaves it as it is
        """Change what is given and return the user; None for an unknown id, and for the last who may administer."""
        stays = disabled is not True and role in {None, "admin"}
        return await self._platform.database.row(User, ADMINS + CHANGED, [name, role, disabled, user_id, stays])

    async def removed(self, user_id: int) -> bool:
        """Remove a user with all that is theirs; False for an unknown id, and for the last who may administer."""
        return await self._platform.database.run(ADMINS + REMOVED, [user_id]) > 0

    async def rehashed(self, user: User, password_hash: str) -> bool:
        """Give *user* another password; False where that has happened meanwhile."""
        return bool(
            await self._platform.database.run(
                "update users set password_hash = %s where id = %s and password_hash = %s",
                [password_hash, user.id, user.password_hash],
            )
        )

    async def unchanged(self, user: User) -> bool:
        """Return whether *user* may still log in by the same password."""
        now = await self.by_id(user.id)
        return now is not None and not now.disabled and now.password_hash == user.password_hash

    def shown(self, user: User) -> dict[str, object]:
        """Return what the API tells of *user*: nothing that helps to log in."""
        return {
            "id": user.id,
            "username": user.username or user.email,
            "name": user.name,
            "role": user.role,
        }
