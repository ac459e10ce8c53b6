"""The commands of `python -m plumbline`: a module each, with `arguments(parser)` and `main(asked)`, its exit code."""


class WrongUse(Exception):
    """Something asked for cannot be; the message says what to do."""
