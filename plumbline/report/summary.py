"""The head of the HTML report: the verdict, what is red and what to do about it, what was not checked.

Every text goes through `html.escape`: a row's prose is ours, but what fired may quote the platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from plumbline.record import WORDS, by_check

if TYPE_CHECKING:
    from plumbline.catalogue import Catalogue, Row
    from plumbline.record import Record
    from plumbline.report.findings import Findings

COPIED = {"what fired", "last exchange", "curl", "repeat"}
"""Labels whose text is shown as it is, to be copied."""

UNSURE = ("blocked", "not-possible", "unsupported", "disabled")


def head(findings: Findings) -> str:
    """The verdict with its counts, a card for each red check, and the list of what was not checked."""
    verdict, catalogue = findings.verdict, findings.catalogue
    checks = by_check(verdict.records)
    red = [record for record in checks if record.word == "fail"]
    answer = "go" if verdict.go else "no-go"
    counts = "".join(
        f"<li class='{word if verdict.counts[word] else 'none'}'><b>{verdict.counts[word]}</b> {word}</li>"
        for word in WORDS
    )
    return (
        f"<section class='verdict {answer}'><p class='answer'>{answer.upper()}</p>"
        f"<p class='judged'>{escape(verdict.target)}, release {escape(verdict.release or 'unknown')},"
        f" in {verdict.seconds:.1f} s</p><ul class='counts'>{counts}</ul></section>"
        + "".join(_card(record, _row(catalogue, record)) for record in red)
        + _not_checked(checks, catalogue)
    )


def sentence(nodeid: str) -> str:
    """A check's name as the sentence that it is: `a session survives a restart`."""
    name, _, case = nodeid.rpartition("::")[2].partition("[")
    words = name.removeprefix("test_").replace("_", " ")
    return f"{words} ({case.rstrip(']')})" if case else words


def _card(record: Record, row: Row | None) -> str:
    told = [("symptom", row.symptom), ("likely cause", row.cause), ("first thing to do", row.first)] if row else []
    lines = [*told, ("what fired", record.fired), ("last exchange", record.exchange), ("curl", record.curl),
             ("repeat", record.repeat)]  # fmt: skip
    listed = "".join(f"<dt>{label}</dt><dd>{_quoted(label, text)}</dd>" for label, text in lines if text)
    severity = f" <span class='severity'>{row.severity}</span>" if row else ""
    return (
        f"<section class='red'><h2>{escape(record.title)}{severity} {escape(sentence(record.nodeid))}</h2>"
        f"<dl>{listed}</dl></section>"
    )


def _quoted(label: str, text: str) -> str:
    if label in COPIED:
        return f"<code class='copied'>{escape(text)}</code>"
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _not_checked(checks: Iterable[Record], catalogue: Catalogue) -> str:
    unsure = [record for record in checks if record.word in UNSURE]
    planned = sum(1 for row in catalogue if row.planned)
    items = "".join(
        f"<li><b>{escape(record.title)}</b> {escape(record.word)}: {escape(record.reason)}</li>" for record in unsure
    )
    note = f"<li>{planned} rows of the catalogue are planned and have no check yet</li>" if planned else ""
    return f"<section class='unsure'><h2>Not checked</h2><ul>{items}{note}</ul></section>" if items or note else ""


def _row(catalogue: Catalogue, record: Record) -> Row | None:
    """The record's row; None where the catalogue of this run has no such row."""
    return next((row for row in catalogue if row.title == record.title), None)
