"""`-p tests.leaky.unmasked`: masking is switched off, so that the last look at the files has something to find."""

from plumbline.secrets import Secrets


def as_it_is(_secrets: Secrets, text: str) -> str:
    """Not masked."""
    return text


Secrets.mask = as_it_is  # type: ignore[assignment, method-assign]
