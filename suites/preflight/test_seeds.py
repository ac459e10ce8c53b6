"""Seeding a second time doubled the demo deals, and a seed without sectors left every chart blank."""

from plumbline import OK, regression


@regression("PRE-4")
def test_seeding_gives_the_known_records_and_twice_changes_nothing(own_platform, standing):
    own_platform.starts(database="migrated")
    own_platform.seed()
    once = own_platform.database.contents()

    assert standing.missing_from(own_platform.database) == []

    own_platform.seed()
    assert own_platform.database.contents() == once
    assert own_platform.visitor().login(own_platform.account("admin")).meaning == OK
