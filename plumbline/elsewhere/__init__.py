"""Platforms that are not ours: what a run may do there, how it gets there, and how it leaves nothing behind."""
