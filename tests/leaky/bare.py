"""`-p tests.leaky.bare`: neither masked nor looked at, to see where secrets would be without either."""

from plumbline.publishing import Publisher
from plumbline.secrets import Secrets


def as_it_is(_secrets: Secrets, text: str) -> str:
    """Not masked."""
    return text


Secrets.mask = as_it_is  # type: ignore[assignment, method-assign]
Secrets.as_shell_variables = as_it_is  # type: ignore[assignment, method-assign]
Publisher.publish = lambda _self, *_elsewhere: []  # type: ignore[method-assign]
