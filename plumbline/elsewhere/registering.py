"""Users whom nobody makes: they register themselves, and are removed as the profile removes users."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plumbline.asking.exchange import REGISTERED, TAKEN
from plumbline.elsewhere.ledger import NotMade
from plumbline.elsewhere.permission import SAFE_METHODS
from plumbline.elsewhere.ways import REFUSALS

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer
    from plumbline.elsewhere.ways import Way
    from plumbline.profile import Account


@dataclass(frozen=True)
class Registered:
    """A try to register: what came of it, and the account by which somebody logs in after it."""

    answer: Answer
    email: str
    account: Account
    name: str | None
    """How the platform calls whoever is logged in by it; None where that is not known."""


class ByRegistering:
    """A way of making users, for `make.by`; `answer` is the last one's."""

    def __init__(
        self, removing: Way, ask: Callable[[Mapping[str, Any]], Answer], found: Callable[[Answer, str], object],
        *, sends_once: bool = True,
    ) -> None:  # fmt: skip
        """`ask` registers somebody with these values, `found` gives the id of who was, by the answer and the e-mail.

        `sends_once`: one request alone sends something, so that where it is refused nobody is registered.
        """
        self._removing = removing
        self._ask = ask
        self._found = found
        self._sends_once = sends_once
        self.answer: Answer | None = None

    def takes(self) -> None:
        """Whatever the steps send."""

    def make(self, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the platform calls an id
        """Registers somebody; NotMade where the platform has refused to."""
        self.answer = answer = self._ask(values)
        if answer.meaning == TAKEN or (answer.meaning != REGISTERED and self._is_refused(answer)):
            raise NotMade(f"{answer!r}: {answer.text[:200]}")
        found = self._found(answer, str(values["email"]))
        if found is None:
            raise AssertionError(f"{answer!r}: nothing tells who was registered")
        return found

    def _is_refused(self, answer: Answer) -> bool:
        """Whether this has surely registered nobody: a page to which a yes has led may be missing."""
        return self._sends_once and answer.exchange.method not in SAFE_METHODS and answer.status in REFUSALS

    def text(self, made: Any) -> str | None:  # noqa: ANN401 - an id
        """As the profile's way."""
        return self._removing.text(made)

    def remove(self, made: Any) -> None:  # noqa: ANN401 - an id
        """As the profile's way."""
        self._removing.remove(made)
