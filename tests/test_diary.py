"""What a page is said to have lacked: what this machine did to its browser is told as such."""

from __future__ import annotations

from typing import Any

import pytest

from plumbline.browsing.diary import Diary


class Tab:
    """A page that fails a request as it is told."""

    def __init__(self) -> None:
        self._heard: dict[str, Any] = {}

    def on(self, event: str, hear: Any) -> None:  # noqa: ANN401 - Playwright's own
        """Notes who listens."""
        self._heard[event] = hear

    def fail(self, why: str | None) -> None:
        """A request of a script gets no answer."""
        made = type(
            "Request", (), {"failure": why, "method": "POST", "url": "http://x.test/in", "resource_type": "xhr"}
        )
        self._heard["requestfailed"](made)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("net::ERR_NETWORK_CHANGED", "(net::ERR_NETWORK_CHANGED: a network interface of this machine came or went"),
        ("net::ERR_CONNECTION_REFUSED", "(net::ERR_CONNECTION_REFUSED)"),
        (None, "(it failed)"),
    ],
)
def test_a_request_without_an_answer_says_why(why: str | None, told: str) -> None:
    tab = Tab()
    diary = Diary(tab)  # type: ignore[arg-type]  # a page of ours
    tab.fail(why)

    [complaint] = diary.complaints
    assert complaint.startswith(f"no answer: POST http://x.test/in {told}")
