"""The pages: rendered on the server, filled by small scripts from the JSON API."""
