"""The time, always in UTC."""

from datetime import UTC, date, datetime


class Clock:
    """Tells the time; parts ask it rather than the machine, so that all of them agree."""

    def now(self) -> datetime:
        """Return this moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the date of now in UTC."""
        return self.now().date()


def iso(moment: datetime) -> str:
    """Return *moment* as ISO 8601 in UTC with milliseconds and Z, as JavaScript's toISOString does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
