"""The deal desk: deals, closing schedules, funds and their capital calls."""
