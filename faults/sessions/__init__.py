"""Faults of login and sessions."""
