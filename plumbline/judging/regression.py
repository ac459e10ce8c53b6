"""The one mark: which row of the catalogue a check holds for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def regression(row: str, half: str | None = None) -> Callable[[F], F]:
    """Says that a check holds for a row, or for one half of it: `@regression("SES-8", "everywhere")`.

    Class, smoke and needs come from the row in `contract/regressions/`, never from here.
    """
    import pytest

    mark = pytest.mark.regression(row, half)

    def marked(check: F) -> F:
        return mark(check)  # type: ignore[no-any-return, call-overload, unused-ignore]  # pytest types it loosely

    return marked
