"""The container engine of this machine, asked over its socket, with nothing but the standard library.

Importing Docker's own client takes half a second, which a run without containers need not pay. The watchdog
runs this file as a script when its run is dead: `python -I -S engine.py ADDRESS RUN_ID` removes what is left.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from http.client import HTTPConnection

PATIENCE = 1.0
"""Seconds within which an engine says that it is there; one that is slower is not taken."""

WORK = 60.0
"""Seconds for an engine to do something, or to say something more about a pull."""

RUN, WORLD = "plumbline.run", "plumbline.world"
"""The labels of our containers: the run (owner pid, its start time, a random part), its boot and space of pids."""

OK, NOT_FOUND, FAILED = 200, 404, 400


class EngineError(RuntimeError):
    """No engine, or one that does not do what it is asked; the text names it and the remedy."""


@dataclass(frozen=True)
class Container:
    """One of our containers, running or not."""

    id: str
    state: str
    run: str
    world: str


@dataclass(frozen=True)
class Engine:
    """An engine by its address: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`."""

    address: str

    def check(self) -> None:
        """EngineError unless it answers within a second."""
        self._ask("GET", "/_ping", within=PATIENCE)

    def has(self, image: str) -> bool:
        """Whether it has this image, so that nothing need be pulled."""
        return self._ask("GET", f"/images/{quote(image)}/json", missing=True) is not None

    def pull(self, image: str) -> None:
        """Fetches an image from its registry. Raises EngineError with what the engine says."""
        named = image if "@" in image or ":" in image.rpartition("/")[2] else f"{image}:latest"
        said = self._ask("POST", f"/images/create?{urlencode({'fromImage': named})}") or b""
        for line in said.splitlines():
            error = json.loads(line).get("error")
            if error:
                raise EngineError(str(error))

    def containers(self, run: str = "") -> list[Container]:
        """Our containers, of one run or of all."""
        label = f"{RUN}={run}" if run else RUN
        query = urlencode({"all": "1", "filters": json.dumps({"label": [label]})})
        found = json.loads(self._ask("GET", f"/containers/json?{query}") or b"[]")
        return [
            Container(each["Id"], each["State"], each["Labels"][RUN], each["Labels"].get(WORLD, "")) for each in found
        ]

    def remove(self, container: Container) -> None:
        """Ends and removes a container with its volumes; nothing happens when it is gone."""
        try:
            self._ask("DELETE", f"/containers/{container.id}?force=1&v=1", missing=True)
        except EngineError as error:
            if "already in progress" not in str(error):  # by the run itself, or by Ryuk
                raise

    def remove_all(self, run: str) -> int:
        """Removes what is left of a run; how many there were."""
        left = self.containers(run)
        for container in left:
            self.remove(container)
        return len(left)

    def _ask(self, method: str, path: str, *, missing: bool = False, within: float = WORK) -> bytes | None:
        """The answer's body; None for a 404 where that may be."""
        from http.client import HTTPException

        connection = None
        try:
            connection = _line(self.address, within)
            connection.request(method, path)
            answer = connection.getresponse()
            body = answer.read()
        except PermissionError:
            raise EngineError(
                f"{self.address} may not be opened by this user: join the group that may (often docker)"
            ) from None
        except TimeoutError:
            raise EngineError(f"the engine at {self.address} did not answer within {within:g} s") from None
        except (OSError, HTTPException) as error:
            raise EngineError(f"no engine answers at {self.address}: {error}") from None
        finally:
            if connection is not None:
                connection.close()
        if answer.status == NOT_FOUND and missing:
            return None
        if answer.status >= FAILED:
            raise EngineError(_message(body) or f"{method} {path}: {answer.status}")
        return body


def _line(address: str, within: float) -> HTTPConnection:
    """HTTP over the engine's socket; imported late, since a machine without an engine never needs it."""
    from http.client import HTTPConnection

    parts = urlsplit(address)
    if parts.scheme != "unix":
        return HTTPConnection(parts.hostname or "localhost", parts.port or 2375, timeout=within)
    connection = HTTPConnection("localhost", timeout=within)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.settimeout(within)
    try:
        connection.sock.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace").strip()


def find() -> Engine:
    """The engine of this machine that answers. Raises EngineError with the reason where there is none."""
    reasons = []
    for address in _addresses():
        try:
            Engine(address).check()
        except EngineError as error:
            reasons.append(str(error))
        else:
            return Engine(address)
    raise EngineError(reasons[0] if reasons else "no container engine is installed or started here")


def _addresses() -> Iterator[str]:
    """Where an engine of this machine may listen: as DOCKER_HOST says, else the sockets that are there."""
    told = os.environ.get("DOCKER_HOST", "")
    if told:
        parts = urlsplit(told)
        if parts.scheme != "unix" and not (parts.scheme == "tcp" and parts.hostname in {"localhost", "127.0.0.1"}):
            raise EngineError(
                f"DOCKER_HOST={told} is not this machine, and containers are reached on 127.0.0.1 only: unset it"
            )
        yield told
        return
    runtime = os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    home = os.path.expanduser("~")  # noqa: PTH111 - no error where there is none
    for path in (
        "/var/run/docker.sock",
        f"{runtime}/docker.sock",
        f"{home}/.docker/run/docker.sock",
        f"{home}/.colima/default/docker.sock",
        f"{runtime}/podman/podman.sock",
    ):
        if Path(path).is_socket():
            yield f"unix://{path}"


if __name__ == "__main__":
    print(Engine(sys.argv[1]).remove_all(sys.argv[2]))  # noqa: T201 - for the watchdog
