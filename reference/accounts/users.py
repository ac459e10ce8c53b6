"""The users as the database knows them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.assembly import Platform


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
    """Finds users."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def by_username(self, username: str) -> User | None:
        """Return the user of that name, or None."""
        return await self._platform.database.row(
            User,
            "select id, username, email, name, role, password_hash, disabled from users where username = %s",
            [username],
        )

    async def by_email(self, email: str) -> User | None:
        """Return the user of that e-mail, in whatever case it is written, or None."""
        return await self._platform.database.row(
            User,
            "select id, username, email, name, role, password_hash, disabled from users where lower(email) = lower(%s)",
            [email],
        )

    async def by_id(self, user_id: int) -> User | None:
        """Return the user of that id, or None."""
        return await self._platform.database.row(
            User,
            "select id, username, email, name, role, password_hash, disabled from users where id = %s",
            [user_id],
        )

    def shown(self, user: User) -> dict[str, object]:
        """Return what the API tells of *user*: nothing that helps to log in."""
        return {
            "id": user.id,
            "username": user.username or user.email,
            "name": user.name,
            "role": user.role,
        }
