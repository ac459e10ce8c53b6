"""A front page that shows the wrong pitches."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from faults import fault
from reference.market.pitches import FEATURED, LISTED, PitchRow

if TYPE_CHECKING:
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


featured_filter_missing.probe = _titles
featured_drafts.probe = _titles
featured_archived.probe = _titles
eleven_featured.probe = _titles
featured_by_id.probe = _titles
featured_cut_before_filtered.probe = _titles
