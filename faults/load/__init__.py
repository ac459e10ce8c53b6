"""Faults of the critical routes."""
