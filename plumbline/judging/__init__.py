"""Which checks run, what became of them, and what a run comes to."""
