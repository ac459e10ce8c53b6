"""The dashboard came up as a frame without data, because one script did not load."""

from plumbline import regression


@regression("BRW-1")
def test_the_dashboard_shows_its_data_and_stays_quiet(settled):
    dashboard = settled("/")

    dashboard.expect_heading()
    dashboard.expect_all_that_must_be_seen()
    assert dashboard.complaints() == []

    dashboard.wait_until_open_for(seconds=1)
    dashboard.expect_all_that_must_be_seen()
    assert dashboard.complaints() == []
