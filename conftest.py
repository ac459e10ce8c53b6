"""The table of contents of `fixtures/`, nothing else."""

import pytest

MENU = (
    "fixtures.options",
    "fixtures.rows",
    "fixtures.evidence",
    "fixtures.quarantine",
    "fixtures.services",
    "fixtures.platform",
    "fixtures.cleanup",
    "fixtures.remote",
    "fixtures.preflight",
    "fixtures.restraint",
    "fixtures.scene",
    "fixtures.callers",
    "fixtures.data",
    "fixtures.people",
    "fixtures.answers",
    "fixtures.speed",
    "fixtures.realtime",
    "fixtures.browser",
    "fixtures.pictures",
    "fixtures.banner",
    "fixtures.calendar",
    "fixtures.login_form",
    "fixtures.secrecy",
    "fixtures.logs",
    "fixtures.keep",
    "fixtures.rounds",
    "fixtures.shards",
    "fixtures.report",
    "fixtures.outputs",
    "fixtures.verdict",
    "fixtures.merging",
    "fixtures.explain",
    "fixtures.progress",
)


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Loads them; for a list in `pytest_plugins` pytest reads the metadata of every package, once a name."""
    for name in MENU:
        pluginmanager.import_plugin(name)
