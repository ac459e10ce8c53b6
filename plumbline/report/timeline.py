"""The timeline of a run: a lane a worker, a bar a check."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.judging.record import Record

WIDTH, LANE, BAR = 1000, 26, 16
"""In units of the picture: its width, a lane's height, and a bar's."""

NARROWEST = 2.0
"""So that the shortest check is seen."""

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600)
"""Seconds between two marks of the axis."""


MARKS = 12
"""At most."""


def timeline(records: Sequence[Record]) -> str:
    """An SVG; empty where no check has run."""
    ran = [record for record in records if record.began and record.seconds]
    if not ran:
        return ""
    began = min(record.began for record in ran)
    length = max(max(record.began + record.seconds for record in ran) - began, 0.001)
    lanes = sorted({record.worker for record in ran})
    height = LANE * len(lanes)
    bars = "".join(_bar(record, began, length, lanes.index(record.worker)) for record in ran)
    names = "".join(f"<li>{escape(lane or 'this process')}</li>" for lane in lanes)
    slowest = sorted(ran, key=lambda record: -record.seconds)[:3]
    told = ", ".join(f"{escape(record.title)} {record.seconds:.2f} s" for record in slowest)
    axis = f"{length:.1f} s, a line each {_step(length):g} s; set-up is between the bars"
    return (
        f"<div class='lanes'><ol class='workers'>{names}</ol>"
        f"<svg viewBox='0 0 {WIDTH} {height}' preserveAspectRatio='none' height='{height}' role='img'"
        f" aria-label='checks over time'>{bars}{_axis(length, height)}</svg></div>"
        f"<p class='quiet'>{axis}. Slowest: {told}</p>"
    )


def _bar(record: Record, began: float, length: float, lane: int) -> str:
    x = (record.began - began) / length * WIDTH
    width = max(record.seconds / length * WIDTH, NARROWEST)
    name = escape(f"{record.title}: {record.word}, {record.seconds:.2f} s")
    return (
        f"<rect class='bar {record.word}' x='{min(x, WIDTH - width):.1f}' y='{lane * LANE + (LANE - BAR) // 2}'"
        f" width='{width:.1f}' height='{BAR}'><title>{name}</title></rect>"
    )


def _step(length: float) -> float:
    return next((step for step in STEPS if length / step <= MARKS), ceil(length / MARKS))


def _axis(length: float, height: int) -> str:
    step = _step(length)
    marks = [step * number for number in range(1, int(length / step) + 1)]
    return "".join(_mark(mark, f"{mark / length * WIDTH:.1f}", height) for mark in marks)


def _mark(seconds: float, x: str, height: int) -> str:
    return f"<line class='mark' x1='{x}' x2='{x}' y1='0' y2='{height}'><title>{seconds:g} s</title></line>"
