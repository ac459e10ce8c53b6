"""Faults of settings, database, migrations and seeds."""
