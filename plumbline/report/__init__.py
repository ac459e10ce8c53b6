"""What a person reads after a run: the HTML report's own parts, made from the records."""
