"""The profiles in `targets/`, and one's own by its path."""

from __future__ import annotations

from pathlib import Path

from plumbline.nearest import meant
from plumbline.places import HOME, ROOT
from plumbline.profile import Profile
from plumbline.profile_file import ProfileError, load


def chosen(target: str, said: str) -> tuple[Path, Profile]:
    """The profile that `--target` names, and where it stands; ProfileError, with what was ``said``, where none does."""
    try:
        path = find(target, ROOT)
    except ProfileError as error:
        raise ProfileError(f"{said}: {error}") from None
    return path, load(path, HOME / "profiles")


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
