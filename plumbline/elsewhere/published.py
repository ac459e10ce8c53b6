"""Passwords that anybody can read, in profiles or in lists: on a platform that is not ours nobody logs in with one."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from plumbline.elsewhere.permission import Level
from plumbline.profile import Profile

WELL_KNOWN = frozenset({
    "admin", "administrator", "changeme", "demo", "demo123", "guest", "letmein", "pass", "password", "password1",
    "password123", "qwerty", "root", "secret", "test", "test123", "user", "welcome", "123456", "12345678", "123456789",
})  # fmt: skip


def published(root: Path) -> frozenset[str]:
    """The passwords that stand in the profiles of this project."""
    return frozenset(_standing(root))


def _standing(root: Path) -> Iterator[str]:
    for file in (*root.glob("targets/*.toml"), *root.glob("examples/*/*.toml")):
        accounts = tomllib.loads(file.read_text("utf-8")).get("accounts", {})
        yield from (account["password"] for account in accounts.values() if "password" in account)


def wrong_credentials(profile: Profile, path: Path, level: Level, root: Path) -> str:
    """Why a url target's accounts cannot be logged in as, with the remedy; empty where they can, or nobody will."""
    if profile.managed or level < Level.READONLY:
        return ""
    known = published(root)
    for name, account in profile.accounts.items():
        place, variable = f"{path}: accounts.{name}", account.password_env
        value = os.environ.get(variable, "")
        if account.password or not variable:
            return f"{place}: a url target's password comes from the environment: name its variable in password_env"
        if not value:
            return f"{place}: {variable} is not in the environment: set it, or give --allow anonymous"
        if value.lower() in WELL_KNOWN or value in known:
            return f"{place}: {variable} is a published demo password: give the account one of its own"
    return ""
