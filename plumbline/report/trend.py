"""The page of the history: for each check its red rate, the release that made it red, and whether it grows slower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from plumbline.harmless import harmless
from plumbline.report.page import hashed

if TYPE_CHECKING:
    from plumbline.judging.history import Past

STYLE = Path(__file__).with_name("report.css")
SHOWN = 40
"""How many of a check's runs, its last, are drawn."""

ENOUGH = 6
"""Runs without which nothing is said about growth."""


@dataclass(frozen=True)
class Trend:
    """One check on one target, over its runs, oldest first."""

    past: Sequence[Past]

    @property
    def judged(self) -> list[Past]:
        """The runs that judged it."""
        return [one for one in self.past if one.word in {"pass", "fail", "disabled", "accepted"}]

    @property
    def red(self) -> int:
        """In how many runs it was red, expected or not."""
        return sum(one.word != "pass" for one in self.judged)

    @property
    def rate(self) -> float:
        """The share of them."""
        return self.red / len(self.judged) if self.judged else 0.0

    @property
    def since(self) -> str:
        """The release with which it became red, the last time that it did; empty where it never was."""
        first = ""
        before = "pass"
        for one in self.judged:
            if one.word != "pass" and before == "pass":
                first = one.release
            before = one.word
        return first

    @property
    def growth(self) -> float:
        """How many times as long its last third took as its first, by medians of green runs; 1 where too few are."""
        taken = [one.seconds for one in self.judged if one.word == "pass"]
        third = len(taken) // 3
        if len(taken) < ENOUGH or not median(taken[:third]):
            return 1.0
        return median(taken[-third:]) / median(taken[:third])


def trends(past: Iterable[Past]) -> list[Trend]:
    """Every check of every target: the reddest first, then those that grow fastest."""
    checks: dict[tuple[str, str], list[Past]] = {}
    for one in past:
        checks.setdefault((one.target, one.check), []).append(one)
    return sorted(map(Trend, checks.values()), key=lambda trend: (-trend.rate, -trend.growth))


def page(past: Sequence[Past]) -> str:
    """The whole page; it needs nothing but itself, and nothing runs in it."""
    found = trends(past)
    runs = len({one.run for one in past})
    style = STYLE.read_text("utf-8")
    policy = f"default-src 'none'; style-src {hashed(style)}; base-uri 'none'; form-action 'none'"
    head = (
        "<th>Row</th><th>Check</th><th>Runs</th><th>Red</th><th>First red release</th><th>Seconds</th><th>Growth</th>"
    )
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>Plumbline: history</title><style>{style}</style></head><body class='history'><h1>History</h1>"
        f"<p>{runs} runs, {len(found)} checks; the reddest first, then those that grow slower.</p>"
        f"<div class='wide'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(map(_line, found))}</tbody></table></div></body></html>\n"
    )


def _line(trend: Trend) -> str:
    last = trend.past[-1]
    name = last.check.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    growth = f"{trend.growth:.1f} times" if len(trend.judged) >= ENOUGH else ""
    cells = [
        escape(last.row), f"{_shown(name)} <span class='quiet'>{_shown(last.target)}</span>{_drawn(trend)}",
        str(len(trend.past)), f"{trend.rate:.0%}" if trend.red else "", _shown(trend.since),
        f"{last.seconds:.2f}", growth,
    ]  # fmt: skip
    return f"<tr class='{'was-red' if trend.red else ''}'>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _drawn(trend: Trend) -> str:
    """A bar a run: its height the time that it took, its colour how it ended."""
    past = trend.past[-SHOWN:]
    longest = max((one.seconds for one in past), default=0) or 1
    bars = "".join(_bar(one, number, _height(one.seconds / longest)) for number, one in enumerate(past))
    return f"<svg viewBox='0 0 {SHOWN * 5} 18' width='{SHOWN * 5}' height='18' aria-hidden='true'>{bars}</svg>"


def _bar(one: Past, number: int, height: int) -> str:
    title = f"<title>{_shown(one.release)}: {one.word}, {one.seconds:.2f} s</title>"
    return f"<rect class='bar {one.word}' x='{number * 5}' width='4' y='{18 - height}' height='{height}'>{title}</rect>"


def _height(share: float) -> int:
    return max(3, round(18 * share))


def _shown(text: str) -> str:
    return escape(harmless(text))
