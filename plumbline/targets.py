"""The profiles in `targets/`, and one's own by its path."""

from __future__ import annotations

from pathlib import Path

from plumbline.nearest import meant
from plumbline.profile_file import ProfileError


def find(target: str, root: Path) -> Path:
    """Where the profile stands that a name in ``root``/targets or a path means; ProfileError where none does."""
    folder = root / "targets"
    known = sorted(file.stem for file in folder.glob("*.toml"))
    if "/" in target or target.endswith(".toml"):
        path = Path(target)
        if not path.is_file():
            raise ProfileError(f"there is no such file; give a profile's path, or a name: {', '.join(known)}")
        return path
    if target not in known:
        raise ProfileError(f"no such target{meant(target, known)} (or give a path to a profile)")
    return folder / f"{target}.toml"
