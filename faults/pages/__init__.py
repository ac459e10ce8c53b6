"""Faults of the pages."""
