"""A measure and its table: figure and floor taken in turns, their ratio, the goal, and whether it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

NONE = "-"
"""Where there is nothing to say."""


@dataclass
class Series:
    """What was measured of one thing, in the measure's unit."""

    values: list[float] = field(default_factory=list)

    @property
    def least(self) -> float:
        """The smallest."""
        return min(self.values)

    def shown(self, unit: str) -> str:
        """Smallest and median, as a text."""
        if not self.values:
            return NONE
        digits = 2 if unit == "s" else 0 if unit == "MB" else 1
        return f"{self.least:.{digits}f} / {median(self.values):.{digits}f}"


@dataclass
class Measure:
    """One line of the table.

    `ratio_goal` bounds the ratio of the two minima, `goal` the smallest figure itself, in `unit`, `median_goal` the
    median. `floor` is None where the goal stands alone. Both are functions that do the work once and give what it took.
    """

    name: str
    unit: str
    figure: Callable[[], float]
    floor: Callable[[], float] | None = None
    ratio_goal: float | None = None
    goal: float | None = None
    median_goal: float | None = None
    rounds: int = 1
    """How many pairs are taken for each `--runs`: a measure of milliseconds can have more."""
    figures: Series = field(default_factory=Series)
    floors: Series = field(default_factory=Series)

    def take(self) -> None:
        """One pair: the floor, then the figure."""
        if self.floor is not None:
            self.floors.values.append(self.floor())
        self.figures.values.append(self.figure())

    @property
    def ratio(self) -> float | None:
        """Smallest figure to smallest floor, since a busy machine only ever adds; None without a floor."""
        return self.figures.least / self.floors.least if self.floors.values else None

    @property
    def over(self) -> bool:
        """Whether a goal is missed."""
        beyond_ratio = self.ratio_goal is not None and self.ratio is not None and self.ratio > self.ratio_goal
        beyond_median = self.median_goal is not None and median(self.figures.values) > self.median_goal
        return beyond_ratio or beyond_median or (self.goal is not None and self.figures.least > self.goal)

    def line(self) -> str:
        """This measure as a line of the table."""
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else NONE
        goal = f"≤ {self.ratio_goal:g}" if self.ratio_goal is not None else NONE
        goal = f"≤ {self.goal:g} {self.unit}" if self.goal is not None else goal
        goal = f"med ≤ {self.median_goal:g} {self.unit}" if self.median_goal is not None else goal
        floor, figure = self.floors.shown(self.unit), self.figures.shown(self.unit)
        return row(self.name, self.unit, floor, figure, ratio, goal, "over" if self.over else "")


def row(name: str, unit: str, floor: str, figure: str, ratio: str, goal: str, verdict: str) -> str:
    """One line, its columns aligned."""
    return f"{name:<46}{unit:>4}  {floor:>15}  {figure:>15}  {ratio:>6}  {goal:>9}  {verdict}".rstrip()


HEAD = row("measure", "unit", "floor", "figure", "ratio", "goal", "")
EXPLAINED = "floor and figure: min / median; ratio: of the minima; each figure in turns with its floor"
