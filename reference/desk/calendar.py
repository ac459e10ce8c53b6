"""The calendar: what falls due on which day, closings and capital calls together."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.errors import invalid

if TYPE_CHECKING:
    from reference.assembly import Platform

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LONGEST = timedelta(days=366)
"""What may be asked for at once: a leap year."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A closing or a capital call on its day; *owner* is the deal or the fund that it belongs to."""

    kind: str
    id: int
    date: date
    title: str
    amount: Decimal
    currency: str
    status: str
    owner_id: int
    owner_name: str


class Calendar:
    """Lists what falls due in a range of days. A due date has no time, so it is the same day in every zone."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def rows(self, first: date, last: date) -> list[EventRow]:
        """Return what falls due from *first* to *last*, both included, by day."""
        return await self._platform.database.rows(
            EventRow,
            "select 'closing' as kind, c.id, c.due_date as date, c.title, c.amount, d.currency, c.status,"
            " d.id as owner_id, d.name as owner_name"
            " from closing_schedules c join deals d on d.id = c.deal_id"
            " where c.due_date between %(first)s and %(last)s"
            " union all"
            " select 'capital-call', c.id, c.due_date, c.title, c.amount, f.currency, c.status, f.id, f.name"
            " from capital_calls c join funds f on f.id = c.fund_id"
            " where c.due_date between %(first)s and %(last)s"
            " order by date, kind desc, id",
            {"first": first, "last": last},
        )

    def shown(self, row: EventRow) -> dict[str, object]:
        """Return what the API tells of an event."""
        owner = "deal" if row.kind == "closing" else "fund"
        return {
            "id": f"{row.kind}-{row.id}",
            "kind": row.kind,
            "date": row.date.isoformat(),
            "title": row.title,
            "amount": float(row.amount),
            "currency": row.currency,
            "status": row.status,
            f"{owner}Id": row.owner_id,
            f"{owner}Name": row.owner_name,
        }

    async def events(self, request: Request) -> Response:
        """Answer the events of a range of days."""
        first, last = self._range(request)
        return JSONResponse([self.shown(row) for row in await self.rows(first, last)])

    def _range(self, request: Request) -> tuple[date, date]:
        """Return the days asked for: without `from` this month's first in the zone `tz`, without `to` its last."""
        asked = request.query_params
        zone = _zone(asked.get("tz", "UTC"))
        first = _day("from", asked["from"]) if "from" in asked else self._today(zone).replace(day=1)
        last = _day("to", asked["to"]) if "to" in asked else first.replace(day=_length(first))
        if last < first:
            raise invalid("from must not be later than to.")
        if last - first >= LONGEST:
            raise invalid(f"A range may have {LONGEST.days} days at most.")
        return first, last

    def _today(self, zone: ZoneInfo) -> date:
        return self._platform.clock.now().astimezone(zone).date()


def _day(name: str, text: str) -> date:
    """Return *text* as a date; only YYYY-MM-DD is one, fromisoformat alone would take weeks as well."""
    try:
        return date.fromisoformat(text if ISO_DAY.fullmatch(text) else "")
    except ValueError:
        raise invalid(f"{name} must be a day written as 2026-02-28.") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # unknown; no name at all; a folder of the zone database
        raise invalid("tz must be a time zone such as Europe/Berlin.") from None


def _length(day: date) -> int:
    """Return how many days the month of *day* has."""
    return calendar.monthrange(day.year, day.month)[1]
