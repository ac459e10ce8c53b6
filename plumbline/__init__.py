"""Plumbline: a regression suite for session-backed web platforms on Postgres and Redis."""
