"""Of which callers the reference platform believes that they came over TLS."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from reference.assembly import assemble
from reference.settings import Settings

URLS = {"DATABASE_URL": "postgresql://a:b@127.0.0.1/c", "REDIS_URL": "redis://127.0.0.1:1/0"}
SECRET = {"SESSION_SECRET": "of-a-test-that-signs-nothing-0123456789"}


@pytest.mark.parametrize(
    ("said", "encrypted"),
    [(["https"], True), (["http, https"], True), (["https, http"], False), (["https", "http"], False), ([], False)],
)
def test_the_nearest_proxy_has_the_last_word_in_one_line_or_two(said: list[str], *, encrypted: bool) -> None:
    """What a caller says of himself stands first, and a proxy may add a line of its own."""
    platform = assemble(Settings.read({**URLS, **SECRET, "TRUSTED_PROXIES": "127.0.0.1"}))
    headers = [(b"x-forwarded-proto", one.encode()) for one in said]

    caller = HTTPConnection({"type": "http", "headers": headers, "client": ("127.0.0.1", 1)})

    assert platform.proxies.encrypted(caller) is encrypted
