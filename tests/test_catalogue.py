"""The catalogue is what a red check says to a person: a row that cannot be must not get in."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from plumbline.elsewhere.permission import Level
from plumbline.judging.catalogue import AREAS, Catalogue, CatalogueError, Row

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
[SES-8]
holds    = "the old cookie is dead after logout"
class    = "readonly"
needs    = []
smoke    = true
severity = "P1"
symptom  = "I log out and am still in"
cause    = "only the browser's cookie goes"
first    = "read the session in both stores"
"""

HALF = """
[SES-8.everywhere]
holds = "on every instance"
class = "disruptive"
needs = ["replicas", "database|redis"]
smoke = false
"""

PLANNED = """
[SES-9]
severity = "P0"
holds    = "the cookie is HttpOnly"
planned  = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sessions.toml").write_text(WHOLE + HALF + PLANNED)
    return tmp_path


@pytest.fixture(scope="module")
def real(pytestconfig: pytest.Config) -> Catalogue:
    return Catalogue.load(pytestconfig.rootpath / "contract" / "regressions")


def test_a_row_says_what_its_check_may_do_and_what_it_needs(folder: Path) -> None:
    row = Catalogue.load(folder).row("SES-8")

    assert (row.title, row.level, row.smoke, row.needs) == ("SES-8", Level.READONLY, "yes", ())
    assert (row.area, row.judges, row.server_error, row.planned) == ("sessions", None, False, False)


def test_a_half_inherits_its_prose_and_nothing_else(folder: Path) -> None:
    half = Catalogue.load(folder).row("SES-8", "everywhere")

    assert (half.title, half.level, half.needs) == (
        "SES-8 everywhere",
        Level.DISRUPTIVE,
        ("replicas", "database|redis"),
    )
    assert (half.severity, half.symptom, half.smoke) == ("P1", "I log out and am still in", "no")


def test_a_half_may_have_its_turn_later_than_its_row(folder: Path) -> None:
    (folder / "sessions.toml").write_text(WHOLE + '[SES-8.everywhere]\nholds = "everywhere"\nplanned = true\n')
    row, half = Catalogue.load(folder)

    assert (row.title, row.planned) == ("SES-8", False)
    assert (half.title, half.planned, half.severity, half.symptom) == ("SES-8 everywhere", True, "P1", "")


def test_a_half_may_say_its_own_symptom(folder: Path) -> None:
    (folder / "sessions.toml").write_text(WHOLE + HALF + 'symptom = "logged out here, in elsewhere"\n')

    assert Catalogue.load(folder).row("SES-8", "everywhere").symptom == "logged out here, in elsewhere"


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("SES", ["SES-8", "SES-8 everywhere", "SES-9"]),
        ("ses-9", ["SES-9"]),
        (" SES-8 , SES-9,", ["SES-8", "SES-8 everywhere", "SES-9"]),
        ("sessions", ["SES-8", "SES-8 everywhere", "SES-9"]),
    ],
)
def test_rows_are_selected_by_id_letters_or_area(folder: Path, asked: str, titles: list[str]) -> None:
    assert [row.title for row in Catalogue.load(folder).select(asked)] == titles


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("SES-7", "no row or area 'SES-7' in the catalogue; did you mean SES-9?; areas: PRE, SES, TOK, "),
        ("sesions", "did you mean sessions?"),
        ("SES,HTL", "no row or area 'HTL' in the catalogue; did you mean HLT?"),
        (",", "no row in ','; name rows or areas, such as SES,HLT-2"),
    ],
)
def test_an_unknown_row_names_what_was_meant(folder: Path, asked: str, message: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        Catalogue.load(folder).select(asked)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("SES-8", "everywere"), "SES-8 has no half 'everywere'; did you mean everywhere?"),
        (("SES-9", "here"), "SES-9 has no halves; ask for SES-9 itself"),
        (("SSE-9", None), "no row 'SSE-9' in the catalogue; did you mean SES-9?"),
    ],
)
def test_a_mark_for_no_row_names_what_was_meant(folder: Path, row: tuple[str, str | None], message: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        Catalogue.load(folder).row(*row)

    assert message in str(refused.value)


WRONG = {
    "unknown key": (WHOLE + "smke = true", "[SES-8] smke: unknown key; did you mean smoke?"),
    "missing key": (WHOLE.replace("cause ", "# "), "[SES-8]: missing cause; a whole row has holds, class"),
    "missing in a half": (WHOLE + HALF.replace("smoke", "#"), "[SES-8.everywhere]: missing smoke"),
    "class": (WHOLE.replace("readonly", "read"), "[SES-8] class: there is no 'read'; did you mean readonly?"),
    "severity": (WHOLE.replace("P1", "P5"), "[SES-8] severity: there is no 'P5'; there are: P0"),
    "need": (
        WHOLE.replace("[]", '["restart|databse"]'),
        "needs: there is no 'databse'; did you mean database?",
    ),
    "needs a text": (WHOLE.replace("[]", '"restart"'), "[SES-8] needs: must be a list such as"),
    "smoke": (
        WHOLE.replace("true", '"remote"'),
        "[SES-8] smoke: must be true, false or \"url\", is 'remote'",
    ),
    "smoke a number": (WHOLE.replace("true", "1"), '[SES-8] smoke: must be true, false or "url", is 1'),
    "judges": (WHOLE + 'judges = "stop"', "[SES-8] judges: there is no 'stop'; there are: start"),
    "server_error": (WHOLE + 'server_error = "yes"', "[SES-8] server_error: must be true or false, is 'yes'"),
    "empty text": (WHOLE.replace("I log out and am still in", " "), "[SES-8] symptom: must be a text"),
    "a text that is a table": (WHOLE + "[SES-8.first]\na = 1", "sessions.toml: not TOML"),
    "prose in a planned row": (PLANNED + 'symptom = "x"', "[SES-9] symptom: a planned row has only severity"),
    "prose in a planned half": (
        WHOLE + '[SES-8.everywhere]\nholds = "x"\nplanned = true\ncause = "y"',
        "[SES-8.everywhere] cause: a planned row has only severity, holds, planned",
    ),
    "planned = false": (WHOLE + "planned = false", "[SES-8] planned: only `planned = true` may stand here"),
    "half of a planned row": (PLANNED + HALF.replace("SES-8", "SES-9"), "a planned row has no halves"),
    "name of a half": (WHOLE + HALF.replace("everywhere", "Every"), "[SES-8.Every]: not a half's name"),
    "id": (WHOLE.replace("[SES-8]", "[SES8]"), "[SES8]: not a row's id; one looks like SES-1"),
    "id of another area": (
        WHOLE.replace("SES-8", "HLT-8"),
        "HLT is not a row of sessions; move it to health.toml",
    ),
    "unknown area": (
        WHOLE.replace("SES-8", "XYZ-8"),
        "[XYZ-8]: XYZ is not a row of sessions; rows here begin",
    ),
    "twice in a file": (WHOLE + WHOLE, "sessions.toml: not TOML: Cannot declare ('SES-8',) twice"),
    "one symptom twice": (
        WHOLE + WHOLE.replace("SES-8", "SES-10").replace("I log", "i  log"),
        "[SES-10] symptom: SES-8 in sessions.toml has the same; say what the person sees here and not there",
    ),
    "outside any row": ("holds = 1", "holds: a key outside any row; put it below a line such as [SES-1]"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_row_is_one_message_with_file_row_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "sessions.toml").write_text(text)

    with pytest.raises(CatalogueError) as refused:
        Catalogue.load(tmp_path)

    assert message in str(refused.value)
    assert str(tmp_path / "sessions.toml") in str(refused.value)


def test_a_file_that_is_no_area_is_named(folder: Path) -> None:
    (folder / "sesions.toml").write_text(PLANNED)

    with pytest.raises(CatalogueError, match=r"sesions.toml: not an area; did you mean sessions\?"):
        Catalogue.load(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such folder; rows live in contract/regressions"):
        Catalogue.load(tmp_path / "rows")


def test_the_catalogue_holds_every_number_up_to_its_last(real: Catalogue) -> None:
    for letters in (letters for area in AREAS.values() for letters in area):
        numbers = [int(row.id.split("-")[1]) for row in real.select(letters) if row.half is None]

        assert numbers == list(range(1, len(numbers) + 1)), letters


def test_a_whole_row_says_how_it_looks_and_what_to_do_first(real: Catalogue) -> None:
    whole = [row for row in real if not row.planned]

    assert [row.title for row in whole if not (row.symptom and row.cause and row.first)] == []
    assert [row.title for row in whole if row.symptom.endswith(".") or row.symptom == row.holds] == []


def test_every_row_belongs_to_an_item_of_the_release_checklist(real: Catalogue, pytestconfig: pytest.Config) -> None:
    items = tomllib.loads((pytestconfig.rootpath / "contract" / "readiness.toml").read_text())
    answered: set[Row] = set()
    for item in items.values():
        assert set(item) in ({"rows"}, {"by_hand"}), item
        answered.update(real.select(",".join(item["rows"])) if "rows" in item else ())

    assert [row.title for row in real if row not in answered] == []
