"""Faults of sockets and streams."""
