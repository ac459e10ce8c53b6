"""What a check may ask of the stores behind a platform: databases, numbers, and what went wrong."""
