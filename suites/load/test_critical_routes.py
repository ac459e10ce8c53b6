"""One list took a second longer than all others, and nobody noticed while it was only tried once."""

from plumbline import regression


@regression("PRF-5")
def test_critical_routes_answer_soon(admin, critical_routes):
    assert critical_routes.late(admin) == []
