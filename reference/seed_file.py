"""The seed file: its shape, and its dates that are relative to a day."""

import calendar
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

MONTHS = {"last": -1, "this": 0, "next": 1}


class SeedProblem(Exception):
    """The seed file cannot be read or says something impossible; its text names the place."""


class Shape(BaseModel):
    """A table of the file; what it does not know is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Day(Shape):
    """A date told from a day: a number of days away, or a day of the last, this or the next month."""

    days: int | None = None
    month: Literal["last", "this", "next"] | None = None
    day: int | None = Field(None, ge=1, le=31)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.days is None) == (self.month is None) or (self.month is None) != (self.day is None):
            message = 'a date is either { days = 10 } or { month = "this", day = 12 }'
            raise ValueError(message)
        return self

    def on(self, today: date) -> date:
        """Return the date as seen from *today*; a day past the month's end is its last day."""
        if self.month is None or self.day is None:
            return today + timedelta(days=self.days or 0)
        year, month = divmod(today.year * 12 + today.month - 1 + MONTHS[self.month], 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(self.day, last))


class Moment(Day):
    """A date and an hour of it, in UTC."""

    hour: int = Field(0, ge=0, le=23)

    def at(self, today: date) -> datetime:
        """Return the moment as seen from *today*."""
        return datetime.combine(self.on(today), time(self.hour), UTC)


class SeedUser(Shape):
    """Somebody who may log in, by username (staff) or by e-mail (portals)."""

    username: str | None = None
    email: str | None = None
    password: str
    name: str
    role: Literal["admin", "creator", "investor", "production"]

    @model_validator(mode="after")
    def _has_a_login_name(self) -> Self:
        if not self.username and not self.email:
            message = "a user needs a username or an email"
            raise ValueError(message)
        return self


class SeedSector(Shape):
    """A sector of a deal and its share, a fraction of the deal."""

    name: str
    share: Decimal = Field(gt=0, le=1)


class SeedDeal(Shape):
    """A deal, known by its name."""

    name: str
    stage: str
    amount: Decimal
    currency: str
    sectors: list[SeedSector] = []


class SeedSchedule(Shape):
    """A closing schedule, known by deal and title."""

    deal: str
    title: str
    amount: Decimal
    due: Day | None = None
    status: str = "planned"


class SeedFund(Shape):
    """A fund, known by its name."""

    name: str
    size: Decimal
    called: Decimal
    currency: str
    vintage: int


class SeedCall(Shape):
    """A capital call, known by fund and title."""

    fund: str
    title: str
    amount: Decimal
    due: Day
    status: str = "draft"


class SeedPitch(Shape):
    """A pitch, known by its creator (the e-mail) and title."""

    creator: str
    title: str
    logline: str
    genre: str
    status: str = "draft"
    featured: bool = False
    created: Moment


class SeedNotification(Shape):
    """A notification, known by whom it is for (username or e-mail) and its title."""

    user: str
    kind: str
    title: str
    body: str = ""
    created: Moment
    read: Moment | None = None


class SeedFile(Shape):
    """All that a seed file holds."""

    users: list[SeedUser] = []
    deals: list[SeedDeal] = []
    closing_schedules: list[SeedSchedule] = []
    funds: list[SeedFund] = []
    capital_calls: list[SeedCall] = []
    pitches: list[SeedPitch] = []
    notifications: list[SeedNotification] = []

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what *path* holds; SeedProblem names the file and the place that is wrong."""
        try:
            content = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            message = f"seed file {path} cannot be read: {error.strerror}"
            raise SeedProblem(message) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            message = f"seed file {path} is not TOML: {error}"
            raise SeedProblem(message) from None
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            message = f"seed file {path}: {found}"
            raise SeedProblem(message) from None
