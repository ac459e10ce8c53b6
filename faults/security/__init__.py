"""Faults of the security headers."""
