"""A setting that was not carried to an environment showed up as a platform that would not start, unexplained."""

from plumbline import regression


@regression("PRE-1")
def test_every_setting_the_target_needs_is_present(start):
    assert start.missing_settings == [], start.told

    assert start.answers or start.database_trouble, start.told


@regression("PRE-1", "named")
def test_a_missing_setting_is_named_with_where_to_set_it(own_platform, needed_setting):
    start = own_platform.starts(**{needed_setting: None})

    assert not start.answers, f"it started without {needed_setting}"
    assert start.ended_with not in {0, None}, start.told
    others = start.settings.keys() - {needed_setting}
    last = start.log.last(1)
    assert needed_setting in last, start.told
    assert [where for where in (".env", "environment", "config") if where in last] != [], start.told
    assert [other for other in others if other in last] == [], start.told
