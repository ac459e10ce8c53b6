"""The links between one instance and its services, made when first asked for."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from plumbline.deadlines import wait_until
from plumbline.judging.record import NotPossibleHere
from plumbline.standing.link import Link

if TYPE_CHECKING:
    from plumbline.standing.instance import Ground


class Links:
    """What lies between an instance and its database, and its Redis; an instance knows those made before it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._made: dict[str, Link] = {}

    def to(self, service: str, *, may_make: bool) -> Link:
        """The link to `database` or `redis`; NotPossibleHere where the target does not offer that."""
        server = {"database": self._ground.postgres, "redis": self._ground.redis}[service]
        if server is None:
            raise NotPossibleHere(f"needs {service}, which the target does not offer")
        if service not in self._made:
            assert may_make, "a link is made before the instance starts: starts(linked=True)"
            if "verify-full" in getattr(server, "options", ""):
                raise NotPossibleHere(f"needs a URL of {service} without sslmode=verify-full: a link has another name")
            self._made[service] = Link((server.host, server.port))
        return self._made[service]

    def through(self, service: str, url: str) -> str:
        """The service's URL, leading through its link where there is one."""
        return self._made[service].through(url) if service in self._made else url

    def keep_out(self, late: int, refused: float) -> None:
        """Turns the database's callers away for `late` waits, or has nobody listen for `refused` seconds."""
        if late:
            self._made["database"].turn_away()
            threading.Thread(target=self._let_in_after, args=(late,), daemon=True).start()
        if refused:
            self._made["database"].cut()
            threading.Timer(refused, self._made["database"].restore).start()

    def _let_in_after(self, times: int) -> None:
        """Restores the link once somebody has waited so often, or for half of what a start may take."""
        database = self._made["database"]
        wait_until(lambda: len(database.waits) >= times, within=self._ground.commands.deadline / 2)
        database.restore()

    def close(self) -> None:
        """Ends them all."""
        with ExitStack() as ending:
            for link in self._made.values():
                ending.callback(link.close)
