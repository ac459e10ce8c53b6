"""The list of closings blew up on the first deal that had no date yet."""

from plumbline import OK, one, regression


@regression("CRT-1")
def test_closing_schedules_are_listed_with_the_one_that_has_no_date(admin, known):
    undated = known.one_without("closing_schedules", "due")

    answer = admin.get("/api/closing-schedules")

    assert answer.meaning == OK
    assert one(answer.json(), title=undated.title)["dueDate"] is None
    for schedule in known.closing_schedules:
        assert one(answer.json(), title=schedule.title)["dueDate"] == schedule.due


@regression("CRT-13")
def test_schedules_without_a_due_date_are_listed_with_null(admin, make):
    assert admin.get("/api/closing-schedules").meaning == OK, "before there are more"
    one_undated = make.closing_schedule(due_date=None)
    another = make.closing_schedule(due_date=None)

    answer = admin.get("/api/closing-schedules")

    assert answer.meaning == OK
    for schedule in (one_undated, another):
        assert one(answer.json(), id=schedule.id)["dueDate"] is None
