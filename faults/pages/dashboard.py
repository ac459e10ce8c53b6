"""A dashboard whose scripts fail or do not come."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from faults import fault

if TYPE_CHECKING:
    from faults import Served
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


def _assets(served: Served) -> dict[str, object]:
    """Each file that the dashboard asks for: its status and how it begins."""
    page = served.get("/", as_="admin").text
    found: dict[str, object] = {}
    for path in sorted(set(re.findall(r"/assets/[\w.-]+", page))):
        answer = served.get(path)
        found[path] = [answer.status, answer.text[:25]]
    return found


script_error.probe = _assets
asset_missing.probe = _assets
