"""Chromium's DevTools over two pipes."""

from __future__ import annotations

import json
import os
from typing import IO, Any


class Pipe:
    """Chromium's DevTools over two pipes: JSON objects, each ended by a NUL."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading, self._writing = reading.fileno(), writing.fileno()
        self._ends = (reading, writing)
        self._pending = b""
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """The result of one command; events that come meanwhile are kept."""
        self._number += 1
        order: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        os.write(self._writing, json.dumps(order).encode() + b"\0")
        while True:
            while b"\0" not in self._pending:
                received = os.read(self._reading, 1 << 20)
                if not received:
                    raise RuntimeError("the browser ended")
                self._pending += received
            line, _, self._pending = self._pending.partition(b"\0")
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)
