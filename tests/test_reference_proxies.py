"""Of which callers the reference platform believes that they came over TLS."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.whole_runs import ROOT

SETTINGS = {
    "DATABASE_URL": "postgresql://a:b@127.0.0.1/c",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SESSION_SECRET": "of-a-test-that-signs-nothing-0123456789",
    "TRUSTED_PROXIES": "127.0.0.1",
}
SAID = {
    "one": (["https"], True),
    "two in a line": (["http, https"], True),
    "the caller, in a line": (["https, http"], False),
    "the caller, in a line of his own": (["https", "http"], False),
    "nobody": ([], False),
}
BELIEVED = """
import json, sys
from reference.assembly import assemble
from reference.settings import Settings
from starlette.requests import HTTPConnection

settings, every = json.load(sys.stdin)
proxies = assemble(Settings.read(settings)).proxies
for said in every:
    headers = [(b"x-forwarded-proto", one.encode()) for one in said]
    print(proxies.encrypted(HTTPConnection({"type": "http", "headers": headers, "client": ("127.0.0.1", 1)})))
"""


def test_the_nearest_proxy_has_the_last_word_in_one_line_or_two() -> None:
    """What a caller says of himself stands first, and a proxy may add a line of its own."""
    sent = json.dumps([SETTINGS, [said for said, _ in SAID.values()]])

    asked = subprocess.run(
        [sys.executable, "-c", BELIEVED], input=sent, cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert asked.stdout.split() == [str(believed) for _, believed in SAID.values()]
