"""The exchanges of a red check: to be read, and as a HAR; masked, and nothing in them acts on a terminal."""

from __future__ import annotations

import json
from typing import Any

from plumbline.asking.exchange import Exchange
from plumbline.evidence.exchanges import har, readable
from plumbline.evidence.gather import place_of, telling
from plumbline.secrets import Secrets
from tests.made_up import exchange, scene

LOGIN = exchange(
    401,
    '{"error": "no"}',
    {"content-type": "application/json", "set-cookie": "sid=a-good-session"},
    method="POST",
    request_body="name=ada&password=a-good-password",
    request_headers={"content-type": "application/x-www-form-urlencoded"},
    request_id="id-1",
    began=1_700_000_000.25,
    breach="POST /login may not answer 401",
)
SILENT = exchange(0, failure="no answer within 10 s", request_id="id-2", began=1_700_000_001.0)


def text_of(*exchanges: Exchange, **secrets: str) -> str:
    """What a person reads."""
    registered = Secrets()
    for name, value in secrets.items():
        registered.register(value, name)
    return readable(scene(*exchanges, secrets=registered), exchanges)


def har_of(*exchanges: Exchange) -> dict[str, Any]:
    """What tools read."""
    log: dict[str, Any] = json.loads(har(scene(*exchanges), exchanges))["log"]
    return log


def test_a_reader_sees_request_answer_breach_id_and_curl() -> None:
    text = text_of(LOGIN)

    assert "1. 22:13:20.250  POST /api/auth/me as admin: 401 in 3 ms" in text
    assert "   > name=ada&password=a-good-password" in text
    assert "   < 401 Unauthorized" in text
    assert '   < {"error": "no"}' in text
    assert "   breaks the contract: POST /login may not answer 401" in text
    assert "   request id: id-1" in text
    assert "   curl -i -X POST" in text


def test_secrets_are_masked_by_name() -> None:
    text = text_of(LOGIN, password="a-good-password", session="a-good-session")

    assert "password=«password»" in text
    assert "sid=«session»" in text
    assert "a-good" not in text


def test_a_request_without_an_answer_says_why() -> None:
    assert "< (no answer: no answer within 10 s)" in text_of(SILENT)


def test_escape_codes_are_shown() -> None:
    text = text_of(exchange(200, "\x1b]0;title\x07<script>", {"content-type": "text/html"}))

    assert "\x1b" not in text
    assert "\\x1b]0;title\\x07<script>" in text


def test_of_what_is_no_text_only_the_length_is_told() -> None:
    assert "(4 characters of image/png)" in text_of(exchange(200, "\x01PNG", {"content-type": "image/png"}))


def test_a_long_body_is_cut_and_says_so() -> None:
    assert "(4000 more characters)" in text_of(exchange(200, "x" * 20_000))


def test_the_har_has_what_har_1_2_demands() -> None:
    log = har_of(LOGIN)

    [entry] = log["entries"]
    assert log["version"] == "1.2"
    assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert entry["startedDateTime"] == "2023-11-14T22:13:20.250+00:00"
    assert entry["request"]["postData"]["mimeType"] == "application/x-www-form-urlencoded"
    assert entry["response"]["content"] == {"size": 15, "mimeType": "application/json", "text": '{"error": "no"}'}
    assert entry["_requestId"] == "id-1"


def test_a_masked_har_is_still_json() -> None:
    secrets = Secrets()
    secrets.register('a "quoted" secret', 'password of "ada"')
    asked = exchange(200, 'it is a "quoted" secret')

    entries = json.loads(har(scene(asked, secrets=secrets), [asked]))["log"]["entries"]

    assert entries[0]["response"]["content"]["text"] == 'it is «password of "ada"»'


def test_the_har_tells_of_a_request_without_an_answer() -> None:
    [entry] = har_of(SILENT)["entries"]

    assert (entry["response"]["status"], entry["_error"]) == (0, "no answer within 10 s")


def test_of_a_pages_requests_the_one_that_failed_tells_most() -> None:
    page, failed, script = exchange(200, "<html>"), exchange(500), exchange(200)

    assert telling([page, failed, script]) is failed
    assert telling([page, script]) is page
    assert telling([]) is None


def test_two_checks_never_share_a_folder() -> None:
    one, other = place_of("suites/a.py::test_it[a/b]", "SES-1"), place_of("suites/a.py::test_it[a b]", "SES-1")

    assert one != other
    assert one.startswith("evidence/SES-1-it-a-b-")
