"""A deploy without its migration: four billing columns were missing, and health was 200 all the same."""

from plumbline import regression


@regression("PRE-3")
def test_no_migration_is_pending(schema_state):
    assert schema_state.missing() == []

    assert schema_state.said_to_be_pending() == []
