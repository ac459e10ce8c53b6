"""Drafts the profile of a platform that the run will start, by what lies in its folder."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plumbline.drafting import environment
from plumbline.drafting.draft import Draft

CLIENTS = {
    "database": r"pg|postgres|pg-promise|@prisma/client|knex|typeorm|sequelize|drizzle-orm|psycopg[\w-]*|asyncpg"
    r"|(flask-)?sqlalchemy",
    "redis": r"redis|ioredis|valkey|connect-redis|django-redis",
}
"""Capability → the packages by which a platform uses such a server."""

STORES = {
    "connect-pg-simple": "connect-pg-simple", "connect-redis": "express-session-redis", "better-auth": "better-auth",
    "flask-session": "flask-session-redis", "django": "django-db",
}  # fmt: skip
"""Package → the preset of [session] that it stands for."""

DOCUMENTS = (
    "openapi.json",
    "openapi.yaml",
    "openapi.yml",
    "docs/openapi.json",
    "docs/openapi.yaml",
    "api/openapi.yaml",
)
COMPOSE = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
SHELL = set("&|;<>$`*")


def draft(folder: Path) -> Draft:
    """Looks at what says how the platform is started; nothing is run, and no .env is read."""
    name = re.sub(r"[^\w.-]", "-", folder.resolve().name) or "mine"
    draft = Draft(name, f"the platform in {name}/")
    packages = set(_packages(folder))
    offers = ["restart", "process", *_servers(folder, packages)]
    draft.top["offers"] = offers
    _contract(folder, draft)
    commands = _commands(folder, draft)
    draft.add("[commands]", {**commands, "cwd": ".", "ready": "/"}, "How it is run; `cwd` counts from this file.")
    environment.add(folder, draft, offers)
    account = {"username": "admin", "password": "a password of your seeds"}
    draft.propose("[accounts.admin]", account, "Somebody whom your seeds make: fill in, and take the # away.")
    draft.left += [
        "an account of your seeds: [accounts.admin]",
        "the paths of login, who is logged in, log-out and health: [paths], [login], [me], [health]",
        "start the platform, and `new-profile http://127.0.0.1:PORT --into other.toml` finds most of these paths",
    ]
    for package, preset in STORES.items():
        if package in packages:
            draft.guessed.append(f"sessions are kept as {package} keeps them")
            draft.add("[session]", {"store": preset})
            break
    return draft


def _packages(folder: Path) -> Iterator[str]:
    """The names of all packages that it asks for, in small letters."""
    node = _json(folder / "package.json")
    for group in ("dependencies", "devDependencies"):
        yield from (name.lower() for name in node.get(group, {}))
    asked = [line for file in folder.glob("requirements*.txt") for line in _text(file).splitlines()]
    project = _toml(folder / "pyproject.toml")
    asked += project.get("project", {}).get("dependencies", [])
    asked += project.get("tool", {}).get("poetry", {}).get("dependencies", {})
    for line in asked:
        if found := re.match(r"[A-Za-z0-9][\w.-]*", str(line)):
            yield found[0].lower()


def _servers(folder: Path, packages: set[str]) -> Iterator[str]:
    """Which of Postgres and Redis it stands on."""
    composed = " ".join(_text(folder / name) for name in COMPOSE)
    images = {"database": r"image:.*\bpost(gres|gis)", "redis": r"image:.*\b(redis|valkey)"}
    for service, pattern in CLIENTS.items():
        if re.search(images[service], composed) or any(re.fullmatch(pattern, package) for package in packages):
            yield service


def _contract(folder: Path, draft: Draft) -> None:
    found = next((name for name in DOCUMENTS if (folder / name).is_file()), None)
    if found:
        draft.top["contract"] = found
        draft.found.append(f"its OpenAPI document, {found}: answers are held to it")


def _commands(folder: Path, draft: Draft) -> dict[str, list[str]]:
    """The commands of whichever kind of platform it is."""
    scripts = _json(folder / "package.json").get("scripts", {})
    if (folder / "manage.py").is_file():
        kind, commands = "manage.py: it is Django's", _django(_python(folder))
    elif scripts:
        kind, commands = "package.json", dict(_of_scripts(scripts))
    elif re.search(r"^web:", _text(folder / "Procfile"), re.MULTILINE):
        kind, commands = "Procfile", dict(_of_procfile(folder))
    else:
        kind, commands = "", {}
    if kind:
        draft.found.append(f"{kind} ({', '.join(commands) or 'no script that starts it'})")
    if (folder / "alembic.ini").is_file():
        commands.setdefault("migrate", [_python(folder), "-m", "alembic", "upgrade", "head"])
    if (folder / "prisma").is_dir():
        commands.setdefault("migrate", ["npx", "prisma", "migrate", "deploy"])
    if "serve" not in commands:
        commands = {"serve": ["./start", "--in-front"], **commands}
        draft.left.append("the command that starts it: `serve` of [commands] is made up")
    if "migrate" not in commands:
        draft.left.append("the command that makes its tables: `migrate` of [commands], and `seed`")
    return commands


def _django(python: str) -> dict[str, list[str]]:
    return {
        "serve": _through_shell(f"{python} manage.py runserver --noreload 127.0.0.1:$PORT"),
        "migrate": [python, "manage.py", "migrate", "--noinput"],
        "status": [python, "manage.py", "migrate", "--check"],
    }


def _of_scripts(scripts: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Commands of a profile from npm's scripts, by their usual names."""
    usual = {
        "serve": ("start", "serve", "dev"),
        "migrate": ("migrate", "db:migrate", "migrate:up", "migrate:latest", "migrate:deploy", "db:push"),
        "seed": ("seed", "db:seed", "seed:run"),
        "status": ("migrate:status", "db:status"),
    }
    for command, names in usual.items():
        name = next((name for name in names if name in scripts), None)
        if name:
            plain = scripts[name].startswith("node ") and not SHELL & set(scripts[name])
            yield command, shlex.split(scripts[name]) if plain else ["npm", "run", "--silent", name]


def _of_procfile(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Its web process and its release phase; where the folder has a Python of its own, they mean that one."""
    for command, process in (("serve", "web"), ("migrate", "release")):
        if line := re.search(rf"^{process}:\s*(.+)$", _text(folder / "Procfile"), re.MULTILINE):
            own = _python(folder)
            yield command, _through_shell(re.sub(r"^python3?(?=\s)", own, line[1]) if "/" in own else line[1])


def _through_shell(line: str) -> list[str]:
    """A command line in which variables are filled in; the shell is replaced, so that signals arrive."""
    return ["sh", "-c", f"exec {line}".replace("{", "{{").replace("}", "}}")]


def _python(folder: Path) -> str:
    own = [f"{name}/bin/python" for name in (".venv", "venv") if (folder / name / "bin" / "python").exists()]
    return own[0] if own else "python3"


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_text(file) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError:
        return {}
