"""After a migration a grant was missing: everybody could read, and the first who saved something got an error."""

from plumbline import regression


@regression("PRE-5")
def test_the_platforms_role_may_do_what_its_routes_need(rights_lacking):
    lacking = rights_lacking()

    assert lacking == [], "\n".join(lacking)
