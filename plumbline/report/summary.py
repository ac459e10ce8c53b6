"""The head of the HTML report: verdict, what is red and why, what was not checked, what has changed, the checklist.

Every text goes through `html.escape`: a row's prose is ours, but what fired may quote the platform.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from plumbline.harmless import harmless
from plumbline.judging.record import WORDS, by_check
from plumbline.judging.verdict import ACCEPTED, INTERRUPTED, folded, passing_again
from plumbline.report.evidence import Inlined
from plumbline.report.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plumbline.judging.catalogue import Row
    from plumbline.judging.readiness import Item
    from plumbline.judging.record import Record
    from plumbline.report.difference import Difference
    from plumbline.report.findings import Findings

COPIED = {"what fired", "last exchange", "curl", "repeat"}
"""Labels whose text is shown as it is, to be copied."""

MARKS = {"red": "✗", "not checked": "·", "in part": "◐", "green": "✓", "by hand": "☐"}
"""An item's answer as a sign; its word stands beside it."""


def head(findings: Findings) -> str:
    """Everything above the table of checks."""
    records = findings.verdict.records
    red = [record for record in by_check(records) if record.word == "fail"]
    evidence = Inlined(findings.folder)
    return "".join(
        [
            _verdict(findings, red),
            _known_defects(findings),
            _not_checked(findings),
            _since(findings.since),
            _readiness(findings.readiness),
            *(_card(record, findings.row(record), evidence) for record in red),
            _pictures(records, evidence),
            _section("timeline", "Timeline", timeline(records)),
            "<h2 id='checks'>Every check</h2>",
        ]
    )


def sentence(nodeid: str) -> str:
    """A check's name as the sentence that it is: `a session survives a restart`."""
    name, _, case = nodeid.rpartition("::")[2].partition("[")
    words = name.removeprefix("test_").replace("_", " ")
    return f"{words} ({case.rstrip(']')})" if case else words


def _verdict(findings: Findings, red: Sequence[Record]) -> str:
    verdict = findings.verdict
    counts = "".join(
        f"<li class='{word if verdict.counts[word] else 'none'}'><b>{verdict.counts[word]}</b> {word}</li>"
        for word in WORDS
    )
    refused = (f"refused: {what}" for what in verdict.refused)
    more = [*verdict.missing, *verdict.withheld, *refused, *passing_again(verdict.records)]
    if verdict.exit_status == INTERRUPTED:
        more.append("interrupted: the rest was not run")
    listed = f"<ul class='more'>{_items(more)}</ul>" if more else ""
    shards = f", {findings.shards} shards" if findings.shards > 1 else ""
    return (
        f"<section class='verdict {verdict.answer.lower()}'><p class='answer'>{verdict.answer}</p>"
        f"<p class='judged'><b>{_shown(verdict.target)}</b>, release <b>{_shown(verdict.release or 'unknown')}</b>,"
        f" {_moment(findings.began)}, in {verdict.seconds:.1f} s{shards}</p>"
        f"<ul class='counts'>{counts}</ul>{_named(red, findings)}{listed}</section>"
    )


def _named(red: Sequence[Record], findings: Findings) -> str:
    """A line a red check, each with its symptom, that leads to all there is about it."""
    listed = "".join(_name(record, findings.row(record)) for record in red)
    return f"<ul class='named'>{listed}</ul>" if listed else ""


def _name(record: Record, row: Row | None) -> str:
    link = f"<a href='#{_anchor(record)}'>{escape(record.title)}</a>"
    return f"<li>{link}{_severity(row)} {_shown(row.symptom if row else record.fired)}</li>"


def _anchor(record: Record) -> str:
    return "red-" + re.sub(r"[^\w]+", "-", record.nodeid)


def _severity(row: Row | None) -> str:
    return f" <span class='severity'>{row.severity}</span>" if row else ""


def _card(record: Record, row: Row | None, evidence: Inlined) -> str:
    told = [("symptom", row.symptom), ("likely cause", row.cause), ("first thing to do", row.first)] if row else []
    lines = [*told, ("what fired", record.fired), ("expired", record.reason), ("last exchange", record.exchange),
             ("curl", record.curl), ("repeat", record.repeat)]  # fmt: skip
    listed = "".join(f"<dt>{label}</dt><dd>{_quoted(label, text)}</dd>" for label, text in lines if text)
    title = f"{escape(record.title)}{_severity(row)} {_shown(sentence(record.nodeid))}"
    return (
        f"<section class='red' id='{_anchor(record)}'><h2>{title}</h2>"
        f"<dl>{listed}</dl>{evidence.shown(record)}</section>"
    )


def _pictures(records: Sequence[Record], evidence: Inlined) -> str:
    """What checks that are not red have taken pictures of."""
    shown = (
        f"<h3>{escape(record.title)} {_shown(sentence(record.nodeid))}</h3>{evidence.shown(record)}"
        for record in records
        if record.word != "fail" and record.attachments
    )
    return _section("pictures", "Pictures", "".join(shown))


def _quoted(label: str, text: str) -> str:
    if label in COPIED:
        return f"<code class='copied'>{_shown(text)}</code>"
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _shown(text))


def _known_defects(findings: Findings) -> str:
    lines = [*folded(record for record in by_check(findings.verdict.records) if record.word == ACCEPTED)]
    return _section("unsure", "Known defects", f"<ul>{_items(lines)}</ul>" if lines else "")


def _not_checked(findings: Findings) -> str:
    lines = [*folded(record for record in by_check(findings.verdict.records) if record.word != ACCEPTED)]
    if findings.not_asked:
        many = len(findings.not_asked)
        lines.append(f"{many} rows that have a check were not asked for: {', '.join(findings.not_asked)}")
    if findings.planned:
        lines.append(f"{findings.planned} rows of the catalogue are planned and have no check yet")
    return _section("unsure", "Not checked", f"<ul>{_items(lines)}</ul>" if lines else "")


def _since(since: Difference | None) -> str:
    if since is None:
        return _section("since", "Since the last GO", "<p>There has been no GO on this target yet.</p>")
    told = [("red now", since.red), ("not judged now", since.lost), ("green now, not then", since.won)]
    lines = [f"{label}: {', '.join(rows)}" for label, rows in told if rows]
    if since.not_asked:
        lines.append(f"{since.not_asked} rows that were green then were not asked for now")
    changed = f"<ul>{_items(lines)}</ul>" if lines else "<p>Every row that was green then is green now.</p>"
    when = f"<p class='quiet'>release {_shown(since.release)}, {_moment(since.began)}</p>"
    return _section("since", "Since the last GO", when + changed)


def _readiness(items: Sequence[Item]) -> str:
    listed = "".join(
        f"<li class='{item.answer.replace(' ', '-')}'><span class='mark'>{MARKS[item.answer]}</span>"
        f"<span>{_shown(item.name)}<span class='quiet'> {_told(item)}</span></span></li>"
        for item in items
    )
    return _section("readiness", "Readiness", f"<ul>{listed}</ul>" if listed else "")


def _told(item: Item) -> str:
    if item.by_hand:
        return f"by hand: {_shown(item.by_hand)}"
    red = f": {', '.join(item.red)}" if item.red else ""
    return f"{item.answer}{red}" + (f", {item.green} of {item.rows} rows green" if item.answer != "not checked" else "")


def _section(kind: str, title: str, content: str) -> str:
    return f"<section class='{kind}'><h2>{title}</h2>{content}</section>" if content else ""


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li>{_shown(line)}</li>" for line in lines)


def _shown(text: str) -> str:
    return escape(harmless(text))


def _moment(began: float) -> str:
    """A moment that the reader's browser shows in the reader's zone; in UTC until then."""
    utc = datetime.fromtimestamp(began, UTC)
    return f"<time datetime='{utc.isoformat()}'>{utc:%Y-%m-%d %H:%M} UTC</time>"
