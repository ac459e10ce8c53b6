"""Further instances beside a first, on the same database and Redis space, and a front that leads to each in turn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from plumbline.judging.record import NotStarted
from plumbline.standing.instance import Ground, Instance
from plumbline.standing.link import Link


class Replicas:
    """Several instances as one platform; whoever keeps a connection open stays with one of them."""

    def __init__(self, ground: Ground, first: Instance, number: int, configure: Callable[[Instance], None]) -> None:
        """Starts instances until there are `number`; NotStarted, with its log, where one does not come up."""
        self.instances, self.url = [first], first.url
        """All of them, and where their front listens."""
        self._front: Link | None = None
        for place in range(1, number):
            one = Instance(ground, f"{first.name}-{place}", first.database_url, first.redis_url)
            self.instances.append(one)
            configure(one)
            start = one.start()
            if not start.answers:
                raise NotStarted(start.told)
        self._front = Link(*(("127.0.0.1", one.reservation.port) for one in self.instances))
        self.url = f"http://127.0.0.1:{self._front.port}"
        ground.target.allow_origin(self.url)

    def end(self) -> None:
        """Ends the front and all instances but the first, which is its maker's."""
        with ExitStack() as ending:
            for one in self.instances[1:]:
                ending.callback(one.kill)
            if self._front is not None:
                ending.callback(self._front.close)
