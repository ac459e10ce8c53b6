"""The platform is started without a setting that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults import fault
from faults.probes import start

if TYPE_CHECKING:
    from faults import Served


@fault("database-url-missing", brings_back=["PRE-1"])
def database_url_missing(environment: dict[str, str]) -> None:
    """Starts the platform without DATABASE_URL."""
    environment.pop("DATABASE_URL", None)


database_url_missing.probe = start


@fault("missing-setting-defaulted", brings_back=["PRE-1 named"])
def missing_setting_defaulted(environment: dict[str, str]) -> None:
    """Takes what a developer's machine has for each setting that is missing, and says nothing."""
    environment.setdefault("DATABASE_URL", "postgresql://platform@127.0.0.1:9/platform")
    environment.setdefault("REDIS_URL", "redis://127.0.0.1:9/0")
    environment.setdefault("SESSION_SECRET", "the-key-of-every-developers-machine-here")


def _code_without_database_url(served: Served) -> int:
    return served.command("serve", without="DATABASE_URL")


missing_setting_defaulted.probe = _code_without_database_url
