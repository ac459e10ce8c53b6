"""The table of contents of `fixtures/`, nothing else."""

pytest_plugins = [
    "fixtures.options",
    "fixtures.rows",
    "fixtures.evidence",
    "fixtures.services",
    "fixtures.platform",
    "fixtures.preflight",
    "fixtures.callers",
    "fixtures.data",
    "fixtures.answers",
    "fixtures.browser",
    "fixtures.verdict",
    "fixtures.report",
]
