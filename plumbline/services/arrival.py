"""The servers of a run on their way, of whatever kind: started by threads as soon as the run has a name.

What they are and where, or why they did not come, stands in the run's rendezvous under `postgres` and `redis`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from plumbline.services import ServiceUnavailable
from plumbline.standing.child import NotFilled
from plumbline.standing.processes import ProcessFailed
from plumbline.stores.redis import RedisError

if TYPE_CHECKING:
    from plumbline.run import Run
    from plumbline.stores.postgres import Server
    from plumbline.stores.redis import RedisServer

LATE = 20.0
"""Seconds that a thread which is still busy at the end may take to notice."""


class Services:
    """Postgres and Redis of a run."""

    def __init__(
        self,
        run: Run,
        starts: Mapping[str, Callable[[], Server | RedisServer]],
        end: Callable[[], None],
        *,
        lasting: bool = False,
    ) -> None:
        """``lasting`` are those that do not end with the processes of the run, but by ``end`` alone."""
        self._run, self._end = run, end
        self.lasting = lasting
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._bring, args=(name, start), name=f"plumbline-{name}", daemon=True)
            for name, start in starts.items()
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both at once, with all they hold; also when they are still on their way."""
        self._stopping.set()
        late = [thread for thread in self._threads if thread.is_alive()]
        self._end()
        if self.lasting and late:
            for thread in late:
                thread.join(LATE)
            self._end()  # what they had made meanwhile

    def _bring(self, name: str, start: Callable[[], Server | RedisServer]) -> None:
        try:
            self._run.rendezvous.write(**{name: asdict(start())})
        except Exception as error:  # noqa: BLE001 - whoever waits for the server is told
            if not self._stopping.is_set():
                known = isinstance(error, ServiceUnavailable | ProcessFailed | RedisError | OSError)
                kind = "" if known else f"{type(error).__name__}: "
                blamed = "" if isinstance(error, NotFilled) else f"{name} did not start: "
                self._run.rendezvous.fail(name, f"{blamed}{kind}{error}")
