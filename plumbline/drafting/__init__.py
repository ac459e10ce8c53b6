"""A first profile of a platform that nobody has described yet: what was found, what is guessed, what is left to say."""
