"""The uptime monitor asks with HEAD, and met a handler that had never heard of it."""

from plumbline import head_faults, regression


@regression("CRT-12")
def test_head_is_get_without_its_body(admin, visitor, gets):
    wrong = [
        fault
        for caller in (admin, visitor)
        for path in [*gets.all, *gets.streams]
        for fault in head_faults(caller, path)
    ]

    assert not wrong, "\n".join(wrong)
