"""A dashboard whose scripts fail or do not come."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from faults import Served
    from faults.served import Answer
    from reference.assembly import Platform
    from reference.pages.assets import Asset

MISTAKE = b"desk.startDashboard();\n"


@fault("script-error", brings_back=["BRW-1"])
def script_error(platform: Platform) -> None:
    """Calls a function that is not there, at the beginning of the dashboard's script."""
    find = platform.assets.find

    def with_mistake(hashed: str) -> Asset | None:
        asset = find(hashed)
        wrong = asset is not None and asset.name == "dashboard.js"
        return replace(asset, content=MISTAKE + asset.content) if asset and wrong else asset

    platform.assets.find = with_mistake


@fault("asset-missing", brings_back=["BRW-1"])
def asset_missing(platform: Platform) -> None:
    """Leaves the dashboard's styles out of the build."""
    find = platform.assets.find

    def without_styles(hashed: str) -> Asset | None:
        asset = find(hashed)
        return None if asset and asset.name == "dashboard.css" else asset

    platform.assets.find = without_styles


def _asset(served: Served, name: str) -> Answer:
    """A file that the dashboard asks for, by its name without the hash."""
    stem, kind = name.split(".")
    [path] = re.findall(rf"/assets/{stem}\.\w+\.{kind}", served.get("/", as_="admin").text)
    return served.get(path)


def _beginning_of_the_script(served: Served) -> str:
    return _asset(served, "dashboard.js").text[: len(MISTAKE)]


def _status_of_the_styles(served: Served) -> int:
    return _asset(served, "dashboard.css").status


script_error.probe = _beginning_of_the_script
asset_missing.probe = _status_of_the_styles
