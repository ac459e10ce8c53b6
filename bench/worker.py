"""A thread of the floor that keeps what it raised."""

from __future__ import annotations

import threading
from typing import Any


class Worker(threading.Thread):
    """A thread that keeps what it raised."""

    def __init__(self, work: Any, *given: object) -> None:  # noqa: ANN401 - any callable
        super().__init__(daemon=True)
        self._work, self._given = work, given
        self._raised: BaseException | None = None
        self.start()

    def run(self) -> None:
        """The thread's work."""
        try:
            self._work(*self._given)
        except BaseException as error:  # noqa: BLE001 - raised where the floor ends
            self._raised = error

    def raise_what_it_raised(self) -> None:
        """Raise it here."""
        if self._raised is not None:
            raise self._raised
