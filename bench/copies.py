"""A pytest plugin of the bench: each check `BENCH_COPIES` times, for the cost of one more."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def copy_number(request: pytest.FixtureRequest) -> int:
    """Which copy of the check this is."""
    number: int = request.param
    return number


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes the copies."""
    metafunc.fixturenames.append("copy_number")
    metafunc.parametrize("copy_number", range(int(os.environ["BENCH_COPIES"])), indirect=True)
