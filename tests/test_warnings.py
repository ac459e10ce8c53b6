"""Whose warnings are errors: our own. What a library says while it is imported must not be a red check."""

import warnings

import pytest


@pytest.mark.parametrize("module", ["fixtures.services", "plumbline.asking.client", "suites.health.test_x"])
def test_a_warning_of_our_own_is_an_error(module: str) -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn_explicit("goes away", DeprecationWarning, "x.py", 1, module=module)


@pytest.mark.parametrize(
    ("message", "module"),
    [
        # requests ignores this one itself, by a filter that another thread may take back meanwhile (seen in CI).
        ("SOCKS support in urllib3 requires the installation of optional dependencies", "urllib3.contrib.socks"),
        ("goes away", "docker.api.client"),
    ],
)
def test_a_warning_of_a_library_is_none(message: str, module: str) -> None:
    with warnings.catch_warnings(record=True):  # out of this run's summary; an error would still be raised
        warnings.warn_explicit(message, DeprecationWarning, "x.py", 1, module=module)
