"""What may go wrong while answering, as exceptions that know their status."""


class Problem(Exception):
    """An answer other than the wished one: status, code for programs, message for people."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}


class Unavailable(Problem):
    """A dependency is away; *category* says how, for the log (connection, timeout, …)."""

    def __init__(self, dependency: str, category: str) -> None:
        super().__init__(503, "unavailable", "The service is not available right now. Please try again.")
        self.dependency, self.category = dependency, category


def not_found(what: str) -> Problem:
    """Return the 404 for an unknown *what*."""
    return Problem(404, "not_found", f"There is no such {what}.")


def invalid(message: str) -> Problem:
    """Return the 422 for input that cannot be taken."""
    return Problem(422, "invalid", message)


def unauthenticated(message: str = "Please log in.") -> Problem:
    """Return the 401 for a caller without a valid session."""
    return Problem(401, "unauthenticated", message)


def forbidden() -> Problem:
    """Return the 403 for a caller whose role may not do this."""
    return Problem(403, "forbidden", "Your role may not do this.")
