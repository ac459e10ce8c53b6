"""Drafts an instance's environment from the example beside its source: an allow-list, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from plumbline.drafting.draft import Draft

EXAMPLES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example")

GIVEN = (
    (r"((APP|HTTP|SERVER|WEB)_)?PORT", "{port}"),
    (r"(\w+_)?DATABASE_URL|POSTGRES(QL)?_(URL|URI)|PG_URL|DB_URL", "{database_url}"),
    (r"(\w+_)?(REDIS|VALKEY)_(URL|URI)|CACHE_URL", "{redis_url}"),
    (r"((APP|HTTP|SERVER)_)?(HOST|BIND)", "127.0.0.1"),
    (r"(SESSION|COOKIE|JWT|AUTH|APP|DJANGO|BETTER_AUTH|NEXTAUTH)_SECRET(_KEY)?|SECRET(_KEY(_BASE)?)?", "{secret}"),
)
"""Variable → what the run gives it."""

KEPT_OUT = re.compile(
    r"KEY|TOKEN|SECRET|PASS|DSN|SMTP|MAIL|STRIPE|PAY|AWS|S3_|BUCKET|SENTRY|WEBHOOK|TWILIO|CREDENTIAL|PRIVATE"
)
"""What leads to others: mail, payment, storage, trackers. A run must not inherit it."""

BY_VALUE = ((r"postgres(ql)?://.+", "{database_url}"), (r"rediss?://.+", "{redis_url}"))
"""What an example has for it → what the run gives, whatever the variable is called."""

PARTS = re.compile(r"(PG|DB_|POSTGRES_|REDIS_|DATABASE_)(HOST|PORT|USER|USERNAME|NAME|DB|DATABASE)")


def add(folder: Path, draft: Draft, offers: list[str]) -> None:
    """Adds [environment] and [settings], and says what was left out."""
    example = next((name for name in EXAMPLES if (folder / name).is_file()), None)
    told = dict(_told((folder / example).read_text("utf-8", "replace"))) if example else {}
    given = dict(_given(told))
    ports = [
        name for name in told if name.endswith("_PORT") and not PARTS.fullmatch(name) and not KEPT_OUT.search(name)
    ]
    if len(ports) == 1 and "{port}" not in given.values():
        given[ports[0]] = "{port}"
        draft.guessed.append(f"{ports[0]} is the variable that takes {{port}}")
    offers += [one for one in ("database", "redis") if f"{{{one}_url}}" in given.values() and one not in offers]
    left_out = sorted(told.keys() - given.keys())
    if example:
        draft.found.append(f"{example}: {len(given)} of its {len(told)} variables are handed on")
    for name, text in (("PORT", "{port}"), *((f"{_url(one)}_URL", f"{{{one}_url}}") for one in offers if _url(one))):
        if text not in given.values():
            given[name] = text
            draft.guessed.append(f"{name} is the variable that takes {text}")
    kept = f" Left out, as empty, secret or leading to others: {', '.join(left_out)}." if left_out else ""
    draft.add("[environment]", given, f"The whole environment of an instance: nothing else is handed on.{kept}")
    place = f"the environment, see {example}" if example else "the environment"
    needed = [name for name, text in given.items() if text in {"{database_url}", "{redis_url}", "{secret}"}]
    draft.add("[settings]", dict.fromkeys(needed, place), "Without these it cannot work → where a person sets them.")
    if any(PARTS.fullmatch(name) for name in left_out):
        draft.left.append("its database by parts (host, name, user): the run gives one connection, {database_url};"
                          " let a command take it apart, or the platform take a URL")  # fmt: skip
    if (folder / ".env").exists():
        draft.left.append(
            "its .env, which was not read: a platform that reads it by itself may find another database there"
        )


def _url(service: str) -> str:
    return service.upper() if service in {"database", "redis"} else ""


def _told(text: str) -> Iterator[tuple[str, str]]:
    """The variables of an example with their values."""
    for line in text.splitlines():
        found = re.fullmatch(r"\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*?)\s*", line)
        if found:
            yield found[1], found[2].partition(" #")[0].strip().strip("\"'")


def _given(told: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Those that are handed on, with their values."""
    for name, value in told.items():
        text = next((text for pattern, text in GIVEN if re.fullmatch(pattern, name)), None)
        text = text or next((text for pattern, text in BY_VALUE if re.fullmatch(pattern, value)), None)
        if text is not None:
            yield name, text
        elif value and "://" not in value and not KEPT_OUT.search(name) and not PARTS.fullmatch(name):
            yield name, value.replace("{", "{{").replace("}", "}}")
