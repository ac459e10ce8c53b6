"""What a profile requires: rows, areas and capabilities without which no release of this target is judged GO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from plumbline.judging.catalogue import CAPABILITIES
from plumbline.judging.record import by_check

if TYPE_CHECKING:
    from plumbline.judging.catalogue import Catalogue
    from plumbline.judging.record import Record
    from plumbline.judging.selection import Terms

NOT_JUDGED = ("unsupported", "disabled", "not-possible")


def missing(required: Sequence[str], catalogue: Catalogue, terms: Terms, records: Sequence[Record]) -> list[str]:
    """What is required and was not there, a sentence each.

    A row that the person did not ask for is not missing; one whose check ended without a judgement is.
    """
    checks = by_check(records)
    return [line for word in required for line in _missing(word, catalogue, terms, checks)]


def _missing(word: str, catalogue: Catalogue, terms: Terms, checks: Sequence[Record]) -> Iterator[str]:
    if word in CAPABILITIES:
        if word not in terms.offers:
            yield f"required: {word}, which target {terms.target} does not offer"
        elif word in terms.lacking:
            yield f"required: {word}; {terms.lacking[word]}"
        return
    rows = [row for row in catalogue.select(word) if terms.rows is None or row.id in terms.rows]
    ids = {row.id for row in rows}
    ended = [record for record in checks if record.row in ids]
    planned = [row.title for row in rows if row.planned]
    # In a shard an area may have no record at all: that is no fault while one of its rows has a check.
    none_judged = len(planned) == len(rows) or (ended and all(record.word in NOT_JUDGED for record in ended))
    if planned and (len(ids) == 1 or none_judged):
        yield f"required: {word}, which has no check yet" + ("" if planned == [word] else f" [{', '.join(planned)}]")
    for record in ended:
        if record.word in NOT_JUDGED:
            yield f"required: {record.title} ended as {record.word}: {record.reason}"
