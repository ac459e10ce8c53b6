"""The error page carried none of the headers that the other pages had, and became the way in."""

import pytest

from plumbline import header_faults, https_only_seconds, regression

PAGES = ["/login", "/no-such-page", "/no-such/page.html", "/assets/no-such-asset.css", "/api/no-such-route"]


@regression("SEC-1")
@pytest.mark.parametrize("path", PAGES)
def test_pages_and_error_pages_carry_the_security_headers(visitor, path):
    answer = visitor.get(path, headers={"Accept": "text/html"})

    assert header_faults(answer.headers) == []


@regression("SEC-1", "production")
def test_production_asks_for_https_for_months(own_platform):
    own_platform.starts_in_production()

    for path in PAGES:
        page = own_platform.visitor().get(path, headers={"Accept": "text/html"})
        assert header_faults(page.headers) == []
        assert https_only_seconds(page.headers) >= 180 * 24 * 3600, path
