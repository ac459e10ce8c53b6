"""A front page that shows the wrong pitches."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from starlette.responses import JSONResponse

from faults import fault
from reference.market.pitches import FEATURED, LISTED, PitchRow

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from faults import Served
    from reference.assembly import Platform

PUBLISHED = " where p.status = 'published'"
NEWEST_FIRST = " order by p.created_at desc, p.id desc"


def _asks(platform: Platform, query: LiteralString) -> None:
    """Has the featured pitches found by another query."""

    async def rows(most: int = FEATURED) -> list[PitchRow]:
        return await platform.database.rows(PitchRow, query, [most])

    platform.pitches.featured_rows = rows


def _titles(served: Served) -> list[str]:
    return [pitch["title"] for pitch in served.get("/api/pitches/featured", as_="admin").json()]


@fault("featured-filter-missing", brings_back=["PIT-1"])
def featured_filter_missing(platform: Platform) -> None:
    """Shows the newest published pitches, whether they are featured or not."""
    _asks(platform, LISTED + PUBLISHED + NEWEST_FIRST + " limit %s")


@fault("featured-drafts", brings_back=["PIT-1"])
def featured_drafts(platform: Platform) -> None:
    """Shows what is featured, whether it is published or not."""
    _asks(platform, LISTED + " where p.featured" + NEWEST_FIRST + " limit %s")


@fault("featured-archived", brings_back=["PIT-1"])
def featured_archived(platform: Platform) -> None:
    """Leaves out drafts and goes on showing what is published no longer."""
    _asks(platform, LISTED + " where p.featured and p.status <> 'draft'" + NEWEST_FIRST + " limit %s")


@fault("eleven-featured", brings_back=["PIT-1"])
def eleven_featured(platform: Platform) -> None:
    """Counts the featured pitches from nought and shows one too many."""
    _asks(platform, LISTED + PUBLISHED + " and p.featured" + NEWEST_FIRST + " limit %s + 1")


@fault("featured-by-id", brings_back=["PIT-1"])
def featured_by_id(platform: Platform) -> None:
    """Takes the largest ids for the newest pitches."""
    _asks(platform, LISTED + PUBLISHED + " and p.featured order by p.id desc limit %s")


@fault("featured-cut-before-filtered", brings_back=["PIT-1"])
def featured_cut_before_filtered(platform: Platform) -> None:
    """Takes the ten newest pitches and shows those of them that are featured."""
    newest = "select id from pitches p" + NEWEST_FIRST + " limit %s"
    _asks(platform, LISTED + PUBLISHED + " and p.featured and p.id in (" + newest + ")" + NEWEST_FIRST)


@fault("featured-by-day", brings_back=["PIT-1"])
def featured_by_day(platform: Platform) -> None:
    """Orders by the day alone; of one day the largest id comes first."""
    _asks(platform, LISTED + PUBLISHED + " and p.featured order by p.created_at::date desc, p.id desc limit %s")


@fault("featured-by-day-then-age", brings_back=["PIT-1"])
def featured_by_day_then_age(platform: Platform) -> None:
    """Orders by the day alone; of one day the smallest id comes first."""
    _asks(platform, LISTED + PUBLISHED + " and p.featured order by p.created_at::date desc, p.id limit %s")


@fault("featured-drafts-for-portals", brings_back=["PIT-1"])
def featured_drafts_for_portals(platform: Platform) -> None:
    """Shows the administrator what is published, and everybody else what is featured."""
    featured = platform.pitches.featured

    async def by_caller(_request: Request) -> Response:
        if _request.state.caller.role == "admin":
            return await featured(_request)
        rows = await platform.database.rows(PitchRow, LISTED + " where p.featured" + NEWEST_FIRST + " limit 10")
        return JSONResponse([platform.pitches.shown(row) for row in rows])

    platform.pitches.featured = by_caller


def _titles_for_a_creator(served: Served) -> list[str]:
    creator = served.caller()
    creator.post("/api/auth/creator/login", {"email": "creator@example.invalid", "password": "creator-password-1"})
    return [pitch["title"] for pitch in creator.get("/api/pitches/featured").json()]


featured_by_day.probe = _titles
featured_by_day_then_age.probe = _titles
featured_drafts_for_portals.probe = _titles_for_a_creator
featured_filter_missing.probe = _titles
featured_drafts.probe = _titles
featured_archived.probe = _titles
eleven_featured.probe = _titles
featured_by_id.probe = _titles
featured_cut_before_filtered.probe = _titles
