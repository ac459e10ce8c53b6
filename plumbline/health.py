"""What a platform's health says, read by the profile's names for its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plumbline.exchange import dotted
from plumbline.shapes import seconds_from_now

if TYPE_CHECKING:
    from plumbline.exchange import Answer
    from plumbline.profile import Health


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
        """Whether its status field is one of the profile's words for healthy."""
        return not self.fields.status or self._read(self.fields.status) in self.fields.healthy

    @property
    def database_connected(self) -> bool | None:
        """What it says of the database."""
        value = self._read(self.fields.database)
        return None if value is None else value in {True, *self.fields.healthy, "up", "connected"}

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
