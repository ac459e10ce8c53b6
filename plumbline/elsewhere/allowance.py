"""What a run may do at most: by the profile and the command line, both."""

from __future__ import annotations

from pathlib import Path

from plumbline.elsewhere.declaration import incomplete
from plumbline.elsewhere.permission import Level
from plumbline.profile import Profile


class NotAllowed(Exception):
    """The command line asks for more than it may; the message names the remedy."""


def allowed(word: str, profile: Profile, path: Path, *, typed: bool) -> Level:
    """The level of a run; `word` is what was asked for, empty where nobody said. NotAllowed where it is too much.

    A variable may be left over from something else: writing to a platform that is not ours has to be typed.
    """
    if profile.managed:
        return Level.named(word) if word else Level.DISRUPTIVE
    most = Level.named(profile.remote.allow)
    if not word:
        return min(most, Level.READONLY if profile.accounts else Level.ANONYMOUS)
    level = Level.named(word)
    if level is Level.DISRUPTIVE:
        raise NotAllowed(
            f"target {profile.name} is reached, not started: nothing disruptive is done to it; give {most.word} at most"
        )
    if level > most:
        raise NotAllowed(f"{path} allows {most.word}; it takes remote.allow = {word!r} there, and --allow {word} here")
    if level is Level.WRITES and (lacks := incomplete(profile.remote.declaration)):
        raise NotAllowed(f"{path}: remote.declaration: {lacks}; a target that may be written to says so itself")
    if level is Level.WRITES and not typed:
        raise NotAllowed("a variable may be left over from something else: type --allow writes on the command line")
    return level
