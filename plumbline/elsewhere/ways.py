"""How a record of a kind is made, read and removed again: by SQL, or by the platform's own API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from plumbline.asking.exchange import NOT_FOUND, OK, dotted
from plumbline.elsewhere.ledger import NotMade

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer
    from plumbline.database import Database
    from plumbline.profile import Made

COLUMN = re.compile(r"%\((\w+)\)[sbt]")
"""Where a statement takes a value."""

GONE = "status 410"

REFUSALS = range(400, 500)
"""Statuses after which nothing was made."""


class NotRemoved(Exception):
    """The platform would not remove a record, or not say what it is; the message has its answer."""


class Way(Protocol):
    """How records of one kind are made and removed."""

    def takes(self) -> frozenset[str] | None:
        """The names of the values that it takes; None where any will do."""

    def make(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the platform calls an id
        """Makes a record and gives its id; NotMade where the platform has refused to."""

    def text(self, made: Any) -> str | None:  # noqa: ANN401 - an id
        """All texts of the record; None where it is not there any more."""

    def remove(self, made: Any) -> None:  # noqa: ANN401 - an id
        """Removes the record."""


class BySql:
    """By the profile's statements."""

    def __init__(self, how: Made, database: Database) -> None:
        self._how = how
        self._database = database

    def takes(self) -> frozenset[str]:
        """The columns of the statement."""
        return frozenset(COLUMN.findall(self._how.insert))

    def make(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the column's
        """The id that the statement returns."""
        return self._database.ask(self._how.insert, **values)

    def text(self, made: Any) -> str | None:  # noqa: ANN401 - an id
        """Everything that `read` selects."""
        with _sql_errors_told():
            rows = self._database.rows(self._how.read, id=made)
        return "\n".join(str(value) for row in rows for value in row.values()) if rows else None

    def remove(self, made: Any) -> None:  # noqa: ANN401 - an id
        """Runs `delete`."""
        with _sql_errors_told():
            self._database.execute(self._how.delete, id=made)


@contextmanager
def _sql_errors_told() -> Iterator[None]:
    from psycopg import Error

    try:
        yield
    except Error as error:
        raise NotRemoved(str(error).partition("\n")[0]) from error


class ByApi:
    """By requests of a caller's, who is asked for when there is something to do."""

    def __init__(self, how: Made, caller: Callable[[str], Client]) -> None:
        self._how = how
        self._caller = caller

    def takes(self) -> None:
        """Whatever the platform takes."""

    def make(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """The id that the answer tells."""
        names = {ours: self._how.fields.get(ours, ours) for ours in values}
        body = {names[ours]: _plain(value) for ours, value in values.items() if names[ours]}
        answer = self._ask(self._how.create, json=body)
        if answer.status in REFUSALS:
            raise NotMade(f"{answer!r}: {answer.text[:200]}")
        found = dotted(answer.json(), self._how.id) if answer.meaning == OK else None
        if found is None or _names_all(found):
            raise AssertionError(f"{answer!r}: no {self._how.id} in it")
        return found

    def text(self, made: Any) -> str | None:  # noqa: ANN401 - an id
        """The body of the answer to `found`."""
        if _names_all(made):
            raise NotRemoved(f"id {made!r} names no record of its own")
        answer = self._ask(self._how.found, made)
        if answer.meaning == OK:
            return answer.text
        # Some platforms say "not found" to whoever is not logged in.
        if answer.meaning not in {NOT_FOUND, GONE} or self._caller(self._how.account).me().meaning != OK:
            raise NotRemoved(f"{answer!r}")
        return None

    def remove(self, made: Any) -> None:  # noqa: ANN401 - an id
        """Sends `undo`."""
        answer = self._ask(self._how.undo, made)
        if answer.meaning not in {OK, NOT_FOUND}:
            raise NotRemoved(f"{answer!r}")

    def _ask(self, operation: str, made: object = "", **options: Any) -> Answer:  # noqa: ANN401 - as a client's
        method, _, path = operation.partition(" ")
        return self._caller(self._how.account).request(
            method, path.replace("{id}", quote(str(made), safe="")), **options
        )


def way_of(how: Made, caller: Callable[[str], Client], database: Callable[[], Database]) -> Way:
    """The way that the profile gives for a kind."""
    return ByApi(how, caller) if how.create else BySql(how, database())


def lacking(kind: str, how: Made | None, *, managed: bool) -> str:
    """What the profile does not say of a kind, in words; empty where it can be made and removed again.

    On a platform that is not ours a record is read before it is removed.
    """
    table = f"[makes.{kind}]"
    if how is None or not (how.create or how.insert):
        return f"no way to make {kind}: add {table}"
    if not (how.undo if how.create else how.delete):
        return f"no way to remove {kind}: add {'undo' if how.create else 'delete'} to {table}"
    if not managed and not (how.found if how.create else how.read):
        return f"no way to see whose a {kind} is: add {'found' if how.create else 'read'} to {table}"
    return ""


def _names_all(made: object) -> bool:
    """Whether this in the place of an id leads to the list of all, which nobody removes."""
    return not str(made).strip("./ ")


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    return value if isinstance(value, str | int | float | bool | None) else str(value)
