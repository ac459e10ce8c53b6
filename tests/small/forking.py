"""The small platform under a parent that forks: KIND says who accepts, and what becomes of a worker that ends.

`prefork`: workers accept, and are replaced. `cluster`: the parent accepts, as Node's does, and replaces them.
`helped`: the parent serves by itself, and whom it started has an end.
"""

from __future__ import annotations

import os
import runpy
import signal
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

KIND = os.environ["KIND"]
SMALL = runpy.run_path(str(Path(__file__).with_name("platform.py")))["Small"]


def work(server: ThreadingHTTPServer) -> None:
    """Forks a worker; it begins when all are there."""
    if os.fork():
        return
    os.close(BEGIN)
    os.read(BEGINS, 1)
    if KIND == "prefork":
        server.serve_forever()
    server.socket.close()
    signal.pause()


if __name__ == "__main__":
    listening = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), SMALL)
    BEGINS, BEGIN = os.pipe()
    for _ in range(2):
        work(listening)
    if KIND != "prefork":
        threading.Thread(target=listening.serve_forever).start()
    os.write(BEGIN, b"..")
    while True:
        os.wait()
        if KIND != "helped":
            work(listening)
            os.write(BEGIN, b".")
        else:
            signal.pause()
