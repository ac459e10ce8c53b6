"""Where what a target holds may be real people's, evidence has its shape: no bodies, values, pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plumbline.asking.contract import Contract
from plumbline.elsewhere.outline import WHY, failure, outlined, outlined_whole
from plumbline.evidence.gather import Gathering
from plumbline.profile import Remote
from tests.deployed import PASSWORD, VARIABLE, deployed
from tests.made_up import exchange, scene, target
from tests.whole_runs import pytest_run

ROOT = Path(__file__).resolve().parent.parent
PERSON = "Ada Lovelace"
HEADERS = {"Content-Type": "application/json", "X-User": PERSON, "Location": f"/people/{PERSON}"}


def test_only_made_up_data_of_a_remote_is_shown() -> None:
    there = ("https://staging.example.org",)

    assert target().shows_values, "a platform that the run has started"
    assert not target(remote=Remote(origins=there)).shows_values
    assert target(remote=Remote(origins=there, synthetic=True)).shows_values


def test_an_answer_keeps_its_status_and_the_names_of_its_headers() -> None:
    shown = outlined(exchange(200, f'{{"name": "{PERSON}"}}', HEADERS, request_body="ours"))

    assert PERSON not in str(shown)
    assert (shown.status, shown.request_body) == (200, "ours")
    assert [name for name, _ in shown.headers] == list(HEADERS)
    assert dict(shown.headers)["Content-Type"] == "application/json"
    assert b"bytes" in shown.body


def test_of_a_pages_own_question_no_more_is_kept() -> None:
    asked = exchange(url=f"http://x/find?q={PERSON}", request_body=PERSON, request_headers={"X-Name": PERSON})

    shown = outlined_whole(asked)

    assert PERSON not in str(shown)
    assert shown.url == "http://x/find"


def test_a_red_check_tells_the_statement_that_failed_and_no_value() -> None:
    with pytest.raises(AssertionError) as excinfo:
        assert {"name": PERSON} == {"name": "somebody"}

    line, text = failure(excinfo, Path(__file__))

    assert line == 'assert {"name": PERSON} == {"name": "somebody"}'
    assert PERSON not in text
    assert "test_outline.py:" in text
    assert WHY in text


def test_what_failed_outside_of_the_check_is_told_by_its_kind() -> None:
    with pytest.raises(ValueError, match=PERSON) as excinfo:
        raise ValueError(PERSON)

    assert PERSON not in "".join(failure(excinfo, Path("elsewhere.py")))


@pytest.mark.parametrize(("body", "said"), [
    (f'{{"status": "{PERSON}"}}'.encode(), "does not fit"), (PERSON.encode(), "the body is no JSON"),
])  # fmt: skip
def test_a_breach_tells_the_place_in_the_schema(body: bytes, said: str) -> None:
    contract = Contract(ROOT / "contract" / "openapi", quotes=False)

    breach = contract.breach("GET", "/api/system/health", 200, "application/json", body)

    assert breach is not None
    assert said in breach
    assert PERSON not in breach


def test_no_page_leaves_a_picture_or_its_words(tmp_path: Path) -> None:
    class Page:
        """A page that would say anything."""

        @staticmethod
        def exchanges() -> list[object]:
            return [exchange(200, PERSON, HEADERS)]

    left = Gathering(scene(diaries=[Page()], shows_values=False), tmp_path, "evidence/x", traced=True).gather()

    assert sorted(one.path for one in left.attachments) == [
        "evidence/x/exchanges.har", "evidence/x/exchanges.txt", "evidence/x/notes.txt",
    ]  # fmt: skip
    written = "".join(file.read_text("utf-8") for file in (tmp_path / "evidence" / "x").iterdir())
    assert PERSON not in written
    assert WHY in written


@pytest.mark.parametrize(
    "words", [("-vv", "-l", "--tb=long", "-rA"), ("-n", "2", "--log-level=DEBUG")], ids=["loud", "n2"]
)
def test_a_red_run_leaves_no_value_anywhere(tmp_path: Path, words: tuple[str, ...]) -> None:
    github = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(tmp_path / "outputs")}
    github["GITHUB_STEP_SUMMARY"] = str(tmp_path / "summary")
    with deployed() as platform:
        platform.user = platform.well = PERSON
        profile = tmp_path / "deployed.toml"
        profile.write_text(platform.profile(), "utf-8")
        own = {VARIABLE: PASSWORD, "PLUMBLINE_HOME": str(tmp_path / "home"), **github}
        ended = pytest_run(tmp_path, f"--target={profile}", "--rows", "SES-1,SES-3,HLT-1", *words, environ=own)

    assert re.search(r" fail=[2-9] ", ended.verdict), ended.output
    assert WHY in ended.output
    assert PERSON not in ended.output
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"junit.xml", "report.html", "verdict.json", "records.jsonl", "exchanges.har", "summary"} <= {
        path.name for path in written
    }
    assert not [path for path in written if PERSON.encode() in path.read_bytes()]
