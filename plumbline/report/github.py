"""What GitHub gets of a run: its step's summary and outputs, and an annotation at each red check.

While a run writes, GitHub takes no commands from its output: what a platform answers may hold some.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from plumbline.harmless import harmless
from plumbline.judging.record import WORDS, by_check
from plumbline.report.summary import sentence

if TYPE_CHECKING:
    from plumbline.judging.record import Record
    from plumbline.report.findings import Findings

MOST = 50
"""Red checks that are told in full; the rest stand in the report."""

MARKS = "\\`*_[]|~#@!"
"""What Markdown could take for its own."""

IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTY = IN_DATA | {":": "%3A", ",": "%2C"}


def stop(token: str) -> str:
    """From here on, no line of the output is a command."""
    return f"::stop-commands::{token}"


def resume(token: str) -> str:
    """From here on, lines are commands again."""
    return f"::{token}::"


def errors(findings: Findings) -> Iterator[str]:
    """A line a red check: what fired, the likely cause, the first thing to do."""
    for record in _red(findings):
        row = findings.row(record)
        told = [record.fired, *([f"likely cause: {row.cause}", f"first: {row.first}"] if row else [])]
        place = record.nodeid.partition("::")[0]
        yield (
            f"::error file={_escaped(place, IN_PROPERTY)},line={record.line},"
            f"title={_escaped(record.title, IN_PROPERTY)}::{_escaped(chr(10).join(told), IN_DATA)}"
        )


def summary(findings: Findings) -> str:
    """The verdict as Markdown; what is quoted stands in HTML, where Markdown and its links do not reach."""
    verdict = findings.verdict
    head, rule = " | ".join(WORDS), " | ".join("---:" for _ in WORDS)
    numbers = " | ".join(str(verdict.counts[word]) for word in WORDS)
    lines = [
        f"## {verdict.answer} {_quoted(verdict.target)}, release {_quoted(verdict.release or 'unknown')}",
        f"| {head} |\n| {rule} |\n| {numbers} |",
    ]
    lines += [_red_check(record, findings) for record in _red(findings)]
    reasons = [*verdict.reasons()]
    if reasons:
        lines.append("### Not checked, and what else to know\n" + "\n".join(f"- {_quoted(one)}" for one in reasons))
    by_hand = [item.name for item in findings.readiness if item.answer == "by hand"]
    if by_hand:
        lines.append("### Left to people\n" + "\n".join(f"- [ ] {_quoted(name)}" for name in by_hand))
    return "\n\n".join(lines) + "\n"


def outputs(findings: Findings) -> str:
    """What later steps and jobs ask: the answer, and the release that it is about."""
    verdict = findings.verdict
    return f"verdict={verdict.answer}\nrelease={verdict.release_word}\n"


def _red(findings: Findings) -> list[Record]:
    return [record for record in by_check(findings.verdict.records) if record.word == "fail"][:MOST]


def _red_check(record: Record, findings: Findings) -> str:
    row = findings.row(record)
    severity = f" {row.severity}" if row else ""
    told = [("what fired", record.fired), *([("symptom", row.symptom), ("first", row.first)] if row else [])]
    told.append(("repeat", record.repeat))
    listed = "".join(f"<dt>{label}</dt><dd>{_quoted(text)}</dd>" for label, text in told if text)
    return f"### {_quoted(record.title + severity)} {_quoted(sentence(record.nodeid))}\n<dl>{listed}</dl>"


def _quoted(text: str) -> str:
    """As HTML: no mark of Markdown's, no line of its own."""
    line = " ".join(harmless(text).split())
    return "".join(f"&#{ord(c)};" if c in MARKS else escape(c) for c in line)


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(c, c) for c in harmless(text))
