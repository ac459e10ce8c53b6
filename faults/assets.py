"""The platform's scripts and styles, rewritten: for faults of what a browser runs, and their probes."""

# mypy: disable-error-code="method-assign"
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faults import Served
    from reference.assembly import Platform
    from reference.pages.assets import Asset


def rewrite(platform: Platform, name: str, *changes: tuple[str, str]) -> None:
    """Serves a script with some of its text replaced; ValueError where the text is not in it any more."""
    find = platform.assets.find

    def rewritten(hashed: str) -> Asset | None:
        asset = find(hashed)
        if asset is None or asset.name != name:
            return asset
        content = asset.content.decode()
        for right, wrong in changes:
            if right not in content:
                raise ValueError(f"{name} does not say {right!r}")
            content = content.replace(right, wrong)
        return replace(asset, content=content.encode())

    platform.assets.find = rewritten


def says(page: str, name: str, text: str) -> Callable[[Served], bool]:
    """Whether the script, under the name that the page has for it, has this text."""
    stem, kind = name.split(".")

    def seen(served: Served) -> bool:
        [path] = re.findall(rf"/assets/{stem}\.\w+\.{kind}", served.get(page, as_="admin").text)
        return text in served.get(path).text

    return seen


def lacks(page: str, name: str, text: str) -> Callable[[Served], bool]:
    """Whether it does not have it."""
    seen = says(page, name, text)
    return lambda served: not seen(served)
