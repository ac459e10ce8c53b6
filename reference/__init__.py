"""The reference platform: a session-backed deal desk on Postgres and Redis."""
