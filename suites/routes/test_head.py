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


@regression("CRT-12")
def test_head_is_get_for_those_whom_an_administrator_is_not(login, target, gets):
    closed = set(gets.closed_to("admin"))
    theirs = {role: sorted(closed & set(gets.open_to(role))) for role in target.profile.accounts}

    asked = [(login(role), paths) for role, paths in theirs.items() if paths]
    wrong = [fault for caller, paths in asked for path in paths for fault in head_faults(caller, path)]

    assert not wrong, "\n".join(wrong)
