"""Before a report is ready each of its files is looked through: masked where that can be done, else withheld."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

import pytest

from plumbline.publishing import Publisher, scan
from plumbline.secrets import Secrets

SECRET = "a-session-id-2"
TEXTS = ("report.html", "junit.xml", "verdict.json", "records.jsonl", "exchanges.har", "log.txt", "database.sql")


@pytest.fixture
def secrets() -> Secrets:
    """One secret, and a password that everybody may know."""
    known = Secrets()
    known.register(SECRET, "session of admin")
    known.register("password123", "password of admin", public=True)
    return known


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_masked(name: str, tmp_path: Path, secrets: Secrets) -> None:
    (tmp_path / name).write_text(f"sid={SECRET};")

    assert [hit.path for hit in scan(tmp_path, secrets)] == [name]
    assert Publisher(tmp_path, secrets).publish() == []
    assert (tmp_path / name).read_text() == "sid=«session of admin»;"


def test_every_member_of_an_archive_is_masked_packed_ones_too(tmp_path: Path, secrets: Secrets) -> None:
    inner = zipped({"log": SECRET.encode()})
    members = {"trace.trace": SECRET.encode(), "a/b.gz": gzip.compress(SECRET.encode()), "inner.zip": inner}
    (tmp_path / "trace.zip").write_bytes(zipped({**members, "untouched.png": b"\x89PNG\xff"}))

    assert "in a/b.gz unpacked" in scan(tmp_path, secrets)[0].why
    assert Publisher(tmp_path, secrets).publish() == []
    with zipfile.ZipFile(tmp_path / "trace.zip") as archive:
        assert archive.read("trace.trace").decode() == "«session of admin»"
        assert gzip.decompress(archive.read("a/b.gz")).decode() == "«session of admin»"
        assert archive.read("untouched.png") == b"\x89PNG\xff"


def test_the_pictures_of_a_recorded_page_that_showed_a_secret_go(tmp_path: Path, secrets: Secrets) -> None:
    snapshot = b'{"type":"frame-snapshot","html":"%s"}' % SECRET.encode()
    for name, line in {"shown.zip": snapshot, "sent.zip": SECRET.encode()}.items():
        (tmp_path / name).write_bytes(zipped({"trace.trace": line, "resources/page.jpeg": b"\xff\xd8"}))
    Publisher(tmp_path, secrets).publish()

    assert zipfile.ZipFile(tmp_path / "shown.zip").namelist() == ["trace.trace"]
    assert zipfile.ZipFile(tmp_path / "sent.zip").namelist() == ["trace.trace", "resources/page.jpeg"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x89PNG\xff" + SECRET.encode(), "holds «session of admin»"),
        (zlib.compress(SECRET.encode()), "holds «session of admin» in unpacked"),
        (b"PK\x03\x04 is no archive", "could not be looked through: File is not a zip file"),
    ],
)
def test_what_cannot_be_masked_is_withheld(content: bytes, why: str, tmp_path: Path, secrets: Secrets) -> None:
    (tmp_path / "artefact").write_bytes(content)

    assert [str(hit) for hit in Publisher(tmp_path, secrets).publish()] == [f"withheld: artefact {why}"]
    assert [path.name for path in tmp_path.iterdir()] == ["artefact.withheld.txt"]
    assert scan(tmp_path, secrets) == []


def test_a_name_that_is_a_secret_is_withheld(tmp_path: Path, secrets: Secrets) -> None:
    (tmp_path / f"{SECRET}.txt").write_text("nothing")

    assert [hit.path for hit in Publisher(tmp_path, secrets).publish()] == ["«session of admin».txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["«session of admin».txt.withheld.txt"]


def test_a_public_password_keeps_nothing_from_being_published(tmp_path: Path, secrets: Secrets) -> None:
    (tmp_path / "report.html").write_text("password123")

    assert (scan(tmp_path, secrets), Publisher(tmp_path, secrets).publish()) == ([], [])
    assert (tmp_path / "report.html").read_text() == "password123"


def test_reports_elsewhere_are_looked_through_too(tmp_path: Path, secrets: Secrets) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "junit.xml").write_text(SECRET)
    Publisher(tmp_path / "run", secrets).publish(tmp_path / "junit.xml")

    assert (tmp_path / "junit.xml").read_text() == "«session of admin»"


def test_what_was_clean_is_looked_at_again_once_it_has_changed(tmp_path: Path, secrets: Secrets) -> None:
    publisher = Publisher(tmp_path, secrets)
    (tmp_path / "log").write_text("clean")
    publisher.publish()
    (tmp_path / "log").write_text(f"then {SECRET}")
    publisher.publish()

    assert (tmp_path / "log").read_text() == "then «session of admin»"
