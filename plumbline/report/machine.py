"""What other programs read: `verdict.json`, held to `verdict.schema.json`, and `ctrf.json` (ctrf.io, version 1.0)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.judging.record import WORDS, by_check
from plumbline.judging.verdict import INTERRUPTED, passing_again

if TYPE_CHECKING:
    from plumbline.judging.record import Record
    from plumbline.report.findings import Findings

SCHEMA = Path(__file__).with_name("verdict.schema.json")
CTRF = {"pass": "passed", "fail": "failed", "blocked": "other", "disabled": "pending", "accepted": "pending"}
"""Our word → CTRF's status; the others are `skipped`."""


def verdict_json(findings: Findings) -> dict[str, Any]:
    """The verdict, what explains it, and every check: a parametrised one once a case."""
    verdict = findings.verdict
    return {
        "version": 1,
        "verdict": verdict.answer,
        "line": verdict.line(),
        "target": verdict.target,
        "release": verdict.release or "unknown",
        "began": findings.began,
        "seconds": round(verdict.seconds, 3),
        "exit_status": verdict.exit_status,
        "interrupted": verdict.exit_status == INTERRUPTED,
        "counts": {word: verdict.counts[word] for word in WORDS},
        "red": verdict.red_rows,
        "missing": list(verdict.missing),
        "withheld": list(verdict.withheld),
        "refused": list(verdict.refused),
        "passing_again": passing_again(verdict.records),
        "planned": findings.planned,
        "command": findings.command,
        "chosen": dict(findings.chosen),
        "shard": asdict(findings.shard) if findings.shard else None,
        "shards": findings.shards,
        "since_last_go": _as_json(asdict(findings.since)) if findings.since else None,
        "readiness": [_as_json(asdict(item)) for item in findings.readiness],
        "checks": [_as_json(record.to_dict()) for record in verdict.records],
    }


def ctrf_json(findings: Findings) -> dict[str, Any]:
    """The same run as CTRF; times in milliseconds."""
    verdict = findings.verdict
    checks = by_check(verdict.records)
    statuses = [CTRF.get(record.word, "skipped") for record in checks]
    counted = {status: statuses.count(status) for status in ("passed", "failed", "pending", "skipped", "other")}
    start = round(findings.began * 1000)
    times = {"start": start, "stop": start + round(verdict.seconds * 1000)}
    return {
        "reportFormat": "CTRF",
        "specVersion": "1.0.0",
        "generatedBy": "plumbline",
        "results": {
            "tool": {"name": "plumbline"},
            "summary": {"tests": len(checks), **counted, **times},
            "tests": [_ctrf_test(record, findings) for record in checks],
            "environment": {"appName": verdict.target, "appVersion": verdict.release or "unknown"},
        },
    }


def _ctrf_test(record: Record, findings: Findings) -> dict[str, Any]:
    row = findings.row(record)
    place, _, name = record.nodeid.partition("::")
    start = round(record.began * 1000)
    told = {
        "message": record.fired or record.reason,
        "filePath": place,
        "attachments": [
            {"name": one.label, "contentType": one.media_type, "path": one.path} for one in record.attachments
        ],
    }
    return {
        "name": f"{record.title} {name}",
        "status": CTRF.get(record.word, "skipped"),
        "rawStatus": record.word,
        "duration": round(record.seconds * 1000),
        "start": start,
        "stop": start + round(record.seconds * 1000),
        "tags": [record.row, *([row.severity] if row else [])],
        **{key: value for key, value in told.items() if value},
    }


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    return {key: list(held) if isinstance(held, tuple) else held for key, held in value.items()}
