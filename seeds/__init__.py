"""What every target starts with (`known.toml`), as the suite reads it, and what checks make besides."""
