"""What a platform's health says, read by the profile's names for its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from plumbline.asking.client import DEADLINE, Client
from plumbline.asking.exchange import NOT_FOUND, OK, UNAVAILABLE, dotted, parsed
from plumbline.asking.logins import leave, logged_in
from plumbline.asking.meaning import REDIRECTS
from plumbline.asking.shapes import seconds_from_now
from plumbline.elsewhere.permission import Level
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer, Exchange
    from plumbline.profile import Health
    from plumbline.target import Target


FINE = {"true", "1", "ok", "up", "connected", "healthy", "pass", "available", "reachable"}
"""What fields say of a database that is there, in small letters, besides what the profile says of the whole."""


class HealthAsked:
    """Asks a platform's health: `health(visitor)`.

    Where health is not for everybody its account asks, at the platform that the caller asks; without a health of
    its own the platform is asked for a page.
    """

    def __init__(self, target: Target, recorded: Callable[[Exchange], None]) -> None:
        self._target = target
        self._recorded = recorded
        self._callers: dict[str, Client] = {}

    def __call__(self, client: Client, within: float = DEADLINE) -> HealthAnswer:
        """One answer, in `within` seconds; NotPossibleHere where there is nobody or nothing to ask."""
        fields = self._target.profile.health
        path = fields.path or fields.page
        if not path:
            raise NotPossibleHere(f"needs health, or a page in its place: add path or page to {self._place}")
        answer = self._caller(client).get(path, within=within)
        if answer.meaning == NOT_FOUND and self._target.profile.contract != "closed":
            raise AssertionError(f"{answer!r}: there is no health there; say in {self._place} where it is, path = ...")
        return HealthAnswer(answer, fields if fields.path else _of_page(fields))

    def lives(self, client: Client) -> bool | None:
        """Whether the process says that it lives; None where the platform has no path for that."""
        path = self._target.profile.health.liveness
        return client.get(path).meaning == OK if path else None

    def of(self, server: Literal["db", "cache"], client: Client) -> str | None:
        """What health says of one server behind the platform; None where it has no route for that.

        Of a path that the profile does not map only JSON that says yes or no is taken for an answer of health: other
        platforms have a page for all paths that they do not know, or send whoever asks for one to the login.
        """
        path, profile = f"/api/health/{server}", self._target.profile
        if path in profile.absent:
            return None
        answer = client.get(path)
        named = path in profile.paths or profile.contract == "closed"
        if not named and (answer.meaning not in {OK, UNAVAILABLE} or parsed(answer.exchange.body) is None):
            return None
        said = dotted(parsed(answer.exchange.body), profile.health.status) if profile.health.status else None
        return answer.meaning if said is None or said in profile.health.healthy or answer.meaning != OK else UNAVAILABLE

    def told_apart(self, said: Mapping[str, str | None]) -> dict[str, str]:
        """What was said of each server that health has a route for; NotPossibleHere where it has none."""
        found = {server: meaning for server, meaning in said.items() if meaning is not None}
        if not found:
            paths = ", ".join(f"/api/health/{server}" for server in said)
            where = f"[paths] of {self._target.path}"
            raise NotPossibleHere(f"needs health of each server by itself: add {paths} to {where}")
        return found

    def of_its_own(self) -> HealthAsked:
        """The same where the platform's health answers for its database; NotPossibleHere where it does not."""
        fields = self._target.profile.health
        if not fields.path:
            raise NotPossibleHere(f"needs health: the platform has none, {self._place} names a page in its place")
        if fields.ready_without_database:
            raise NotPossibleHere(f"needs health that answers for the database; {self._place} says that it does not")
        return self

    def end(self) -> None:
        """Ends what it has logged in."""
        for caller in self._callers.values():
            leave(caller)

    def _caller(self, client: Client) -> Client:
        name = self._target.profile.health.account
        if not name:
            return client
        if self._target.level < Level.READONLY:
            raise NotPossibleHere(f"needs --allow readonly: health is asked as {name}, who has to log in")
        if client.url not in self._callers:
            caller = self._callers[client.url] = Client(self._target, client.url, name, self._recorded)
            logged_in(caller, name)
        return self._callers[client.url]

    @property
    def _place(self) -> str:
        return f"[health] of {self._target.path}"


def _of_page(fields: Health) -> Health:
    """Of a page there is nothing to read but its status."""
    return replace(fields, status="", database="", timestamp="", storage="", release="", migrations="")


@dataclass(frozen=True)
class HealthAnswer:
    """One answer of health; a field that the platform does not have is None."""

    answer: Answer
    fields: Health

    @property
    def meaning(self) -> str:
        """What the status says."""
        return self.answer.meaning

    @property
    def healthy(self) -> bool:
        """Whether it says that the platform is well: by its status, and by its field where it has one.

        A page in its place may also redirect.
        """
        if not self.fields.path and self.answer.status in REDIRECTS:
            return True
        field = self.fields.status
        return self.meaning == OK and (not field or self._read(field) in self.fields.healthy)

    @property
    def database_connected(self) -> bool | None:
        """What it says of the database."""
        value = self._read(self.fields.database)
        fine = FINE | {str(word).lower() for word in self.fields.healthy}
        return None if value is None else str(value).lower() in fine

    @property
    def well(self) -> bool:
        """Whether it says that the platform is well, its database included."""
        return self.healthy and self.database_connected is not False

    @property
    def tells_database_away(self) -> bool:
        """Whether it says that the platform is not well, and where it has a field for it, that the database is away."""
        return not self.healthy and (not self.fields.database or self.database_connected is False)

    @property
    def storage(self) -> str | None:
        """Where it says that sessions are kept."""
        value = self._read(self.fields.storage)
        return None if value is None else str(value)

    @property
    def seconds_old(self) -> float:
        """How far the moment that it names is from now; 0 where the platform has no such field."""
        return seconds_from_now(self.timestamp) if self.fields.timestamp else 0.0

    def is_another_than(self, earlier: HealthAnswer) -> bool:
        """Whether it names another moment than an earlier answer; always where the platform names none."""
        return not self.fields.timestamp or self.timestamp != earlier.timestamp

    @property
    def timestamp(self) -> Any:  # noqa: ANN401 - text or number
        """The moment that it names."""
        return self._read(self.fields.timestamp)

    @property
    def migrations(self) -> str | None:
        """What it says of the migrations: `current`, or something else."""
        value = self._read(self.fields.migrations)
        return None if value is None else str(value)

    @property
    def missing(self) -> list[str]:
        """The fields that the profile names and the answer does not have."""
        named = (
            self.fields.status, self.fields.database, self.fields.timestamp, self.fields.storage,
            self.fields.release, self.fields.migrations,
        )  # fmt: skip
        return [path for path in named if path and self._read(path) is None]

    def __repr__(self) -> str:
        return f"<{self.answer!r} {self.answer.text[:200]}>"

    def _read(self, path: str) -> Any:  # noqa: ANN401 - JSON
        return dotted(self.answer.json(), path) if path else None
