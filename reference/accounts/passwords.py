"""Passwords: argon2 hashes, made and compared in threads so that others are answered meanwhile."""

import asyncio
import base64
import os
from typing import TYPE_CHECKING

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

if TYPE_CHECKING:
    from reference.assembly import Platform

COSTS = {"low": (1, 1024, 1), "normal": (3, 65_536, 2), "high": (4, 262_144, 4)}
"""Rounds, KiB of memory and lanes of each ARGON2_COST; normal is at the strength OWASP asks for or above."""

SALT_BYTES, HASH_BYTES = 16, 32


class Passwords:
    """Makes and verifies password hashes at the cost that the settings ask for."""

    def __init__(self, platform: "Platform") -> None:
        time, memory, lanes = COSTS[platform.settings.argon2_cost]
        self._hasher = PasswordHasher(time, memory, lanes, HASH_BYTES, SALT_BYTES, type=Type.ID)
        cost = f"m={memory},t={time},p={lanes}"
        self.nobodys = f"$argon2id$v=19${cost}${_random(SALT_BYTES)}${_random(HASH_BYTES)}"
        """A hash that no password has: comparing with it costs what comparing with a real one does."""

    async def hash(self, password: str) -> str:
        """Return a new hash of *password*, in PHC form."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password_hash: str, password: str) -> bool:
        """Return whether *password* is the one of *password_hash*; False for what is no hash at all."""
        try:
            return await asyncio.to_thread(self._hasher.verify, password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _random(size: int) -> str:
    return base64.b64encode(os.urandom(size)).decode().rstrip("=")
