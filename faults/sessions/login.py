"""Login: the cookie that does not come back, the answer that says too much."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault, get
from reference.errors import Problem, not_found

if TYPE_CHECKING:
    from faults import Served
    from reference.accounts.users import User
    from reference.assembly import Platform


@fault("cookie-for-the-wrong-path", brings_back=["SES-1"])
def cookie_for_the_wrong_path(platform: Platform) -> None:
    """Sets the session cookie for the path of the login alone."""
    platform.cookies.path = "/api/auth/login"


cookie_for_the_wrong_path.probe = get("/api/auth/me", see="status", as_="admin")


@fault("unknown-user-is-404", brings_back=["SES-2"])
def unknown_user_is_404(platform: Platform) -> None:
    """Tells whoever logs in that there is no user of that name."""

    async def unknown(password: str) -> Problem:
        return not_found("user")

    platform.login.unknown = unknown


def _status_of_an_unknown_name(served: Served) -> int:
    return served.caller().post("/api/auth/login", {"username": "nobody-at-all", "password": "wrong"}).status


unknown_user_is_404.probe = _status_of_an_unknown_name


@fault("portal-tells-unknown-emails", brings_back=["SES-2 portals"])
def portal_tells_unknown_emails(platform: Platform) -> None:
    """Tells whoever comes to a portal that it knows nobody by that e-mail."""
    known = platform.portals.known

    async def telling(email: str, role: str) -> User | None:
        if await platform.users.by_email(email) is None:
            raise Problem(401, "unknown_email", "Nobody has registered with this e-mail.")
        return await known(email, role)

    platform.portals.known = telling


def _what_a_portal_tells_nobody(served: Served) -> str:
    nobody = {"email": "nobody@example.invalid", "password": "wrong"}
    return str(served.caller().post("/api/auth/creator/login", nobody).json()["error"]["code"])


portal_tells_unknown_emails.probe = _what_a_portal_tells_nobody
