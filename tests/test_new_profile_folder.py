"""`new-profile DIR` reads what says how a platform is started, and no secret."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import pytest

from plumbline.commands.new_profile import main
from plumbline.profile_file import load

if TYPE_CHECKING:
    from pathlib import Path

    from plumbline.profile import Profile

NODE = {
    "package.json": json.dumps(
        {"scripts": {"start": "node a.js && node b.js", "db:migrate": "node m.js up"},
         "dependencies": {"pg": "1", "connect-pg-simple": "1", "ioredis": "1"}}
    ),
    ".env.example": 'DATABASE_URL=postgres://u:of-mine@h/d\nexport APP_PORT=1\nSTRIPE_KEY="of-mine"\nLOG_LEVEL=info # x'
    "\nSMTP_HOST=mail.of-mine\nCDN=https://of-mine\nREDIS_URL=\nDB_HOST=of-mine\n",
    ".env": "DATABASE_URL=postgres://of-mine",
    "openapi.yaml": "openapi: 3.1.0\n",
}  # fmt: skip
DJANGO = {
    "manage.py": "",
    "requirements.txt": "Django==5.2\npsycopg[binary]>=3\n",
    "docker-compose.yml": "image: redis:8",
}

FLASK = {
    "requirements.txt": "flask==3.1\npsycopg2-binary==2.9\n",
    "Procfile": "web: python app.py\nrelease: python tables.py\n",
    ".env.example": "ORCHARD_DSN=postgresql://orchard@127.0.0.1/orchard\nORCHARD_PORT=7431\nSMTP_PORT=25\n",
}


def drafted(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Profile, str]:
    """The profile that the command has written, as a run reads it, and what it said."""
    assert main(argparse.Namespace(what=str(folder), into=None, ca_file="")) == 0
    return load(folder / "target.toml"), capsys.readouterr().out


@pytest.fixture
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with the files of the test's parameter."""
    folder = tmp_path / "my platform"
    folder.mkdir()
    for name, text in request.param.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("source", [NODE], indirect=True)
def test_a_folder_of_nodes_is_described(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, told = drafted(source, capsys)

    assert (profile.name, profile.contract) == ("my-platform", "openapi.yaml")
    assert {"database", "redis"} < set(profile.offers)
    assert profile.commands.serve == ("npm", "run", "--silent", "start")
    assert profile.commands.migrate == ("node", "m.js", "up")
    assert profile.environment == {
        "DATABASE_URL": "{database_url}", "APP_PORT": "{port}", "LOG_LEVEL": "info", "REDIS_URL": "{redis_url}",
    }  # fmt: skip
    assert profile.session.store == "connect-pg-simple"
    assert "of-mine" not in (source / "target.toml").read_text("utf-8") + told
    assert ".env, which was not read" in told


@pytest.mark.parametrize("source", [DJANGO], indirect=True)
def test_a_folder_of_djangos_is_described(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, _ = drafted(source, capsys)

    assert profile.commands.serve[:2] == ("sh", "-c")
    assert profile.commands.migrate[1:] == ("manage.py", "migrate", "--noinput")
    assert set(profile.environment.values()) == {"{port}", "{database_url}", "{redis_url}"}
    assert profile.session.store == "django-db"


@pytest.mark.parametrize("without", ["", "requirements.txt", ".env.example"])
@pytest.mark.parametrize("source", [FLASK], indirect=True)
def test_database_and_port_are_known_by_what_they_hold(
    source: Path, capsys: pytest.CaptureFixture[str], without: str
) -> None:
    if without:
        (source / without).unlink()
    profile, told = drafted(source, capsys)

    assert "database" in profile.offers
    names = ("DATABASE_URL", "PORT") if without == ".env.example" else ("ORCHARD_DSN", "ORCHARD_PORT")
    assert profile.environment == dict(zip(names, ("{database_url}", "{port}"), strict=True))
    assert f"{names[1]} is the variable that takes {{port}}" in told


@pytest.mark.parametrize("source", [FLASK], indirect=True)
def test_a_procfile_says_how_it_is_served_and_migrated(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, told = drafted(source, capsys)

    assert "Procfile (serve, migrate)" in told
    assert profile.commands.serve[2:] == ("exec python app.py",)
    assert profile.commands.migrate[2:] == ("exec python tables.py",)

    (source / ".venv" / "bin").mkdir(parents=True)
    (source / ".venv" / "bin" / "python").touch()
    (source / "target.toml").unlink()
    assert drafted(source, capsys)[0].commands.serve[2:] == ("exec .venv/bin/python app.py",)


@pytest.mark.parametrize("source", [{}], indirect=True)
def test_of_an_empty_folder_is_said_what_is_left(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, told = drafted(source, capsys)

    assert profile.offers == ("restart", "process")
    assert "the command that starts it" in told
