"""What is wrong in a profile whose keys and types are right: a file for each of the vocabulary's.

Every finding is `key: what is wrong; the remedy`. None shows a value that may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plumbline.profile import Profile


def by_itself(profile: Profile) -> Iterator[str]:
    """What its own text says wrongly; what is wrong with the files that it names is for `files`."""
    # late: a profile that was found right is kept, and not judged again
    from plumbline.unusable import answers, callers, people, remote, running, stores

    return chain(*(part.wrong(profile) for part in (running, remote, callers, people, answers, stores)))
