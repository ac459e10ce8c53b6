"""Random but reproducible values for what a check makes, where neither the check nor the profile says them.

They come from the run's seed and the check's name: the same alone as in the whole run. Faker is pinned exactly,
since each of its releases gives other values for the same seed; it is loaded by the first value that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plumbline.elsewhere.ledger import signature

if TYPE_CHECKING:
    from faker import Faker


@dataclass(frozen=True)
class Factory:
    """Makes up values for one check: `factory.values("closing_schedule")`. Dates are counted from `today`."""

    seed: int
    check: str
    today: date
    mark: str
    """The run's; it stands in the title of each record, so that anybody sees whose it is."""

    def values(self, kind: str) -> Mapping[str, Any]:
        """Column → value for a record of this kind, other values each time; empty for a kind that nobody knows."""
        return _KINDS[kind](self) if kind in _KINDS else {}

    @cached_property
    def fake(self) -> Faker:
        """The source of every value."""
        from faker import Faker

        fake = Faker("en_US", use_weighting=False)
        fake.seed_instance(f"{self.seed} {self.check}")
        return fake

    def title(self) -> str:
        """`Vision-oriented budgetary closing [plumbline 1f0c]`."""
        return f"{self.fake.catch_phrase()} {signature(self.mark)}"

    def soon(self) -> date:
        """A day of the next two months."""
        return self.today + timedelta(days=self.fake.random_int(1, 60))


def closing_schedule(factory: Factory) -> Mapping[str, Any]:
    """A closing that is due soon."""
    amount = factory.fake.random_int(10, 900) * 1000
    return {"title": factory.title(), "amount": amount, "due_date": factory.soon()}


def user(factory: Factory) -> Mapping[str, Any]:
    """Somebody of whom nobody has heard, who cannot be reached; the e-mail is written with capital letters, too."""
    first, last = factory.fake.first_name(), factory.fake.last_name()
    number = factory.fake.random_int(1000, 9999)
    return {
        "email": f"{first}.{NO_LETTER.sub('', last)}.{factory.mark}.{number}@example.invalid",
        "name": f"{first} {last} {signature(factory.mark)}",
        "password": f"{factory.fake.password(length=16, special_chars=False)}-!",
    }


NO_LETTER = re.compile(r"\W")
_KINDS: Mapping[str, Callable[[Factory], Mapping[str, Any]]] = {"closing_schedule": closing_schedule, "user": user}
