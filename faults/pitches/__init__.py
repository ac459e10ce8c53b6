"""Faults of pitches."""
