"""Postgres and Redis for a run: where they come from, and what to say when they do not come."""

from __future__ import annotations


class ServiceUnavailable(RuntimeError):
    """A service cannot be started here; the text names it and the remedy."""
