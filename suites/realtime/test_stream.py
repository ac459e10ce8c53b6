"""A proxy kept the events back until it had a buffer full of them, hours later."""

from plumbline import NOT_LOGGED_IN, OK, is_event_line, regression

STREAM = "/api/notifications/stream"


@regression("RT-8", "anonymous")
def test_nobody_gets_a_stream_without_a_session(visitor, strange_sessions):
    answers = [visitor.get(STREAM), visitor.get(STREAM, headers=strange_sessions["foreign signature"])]

    assert [answer for answer in answers if answer.meaning != NOT_LOGGED_IN] == []


@regression("RT-8")
def test_nothing_on_the_way_keeps_events_back(admin, stream):
    head = stream(admin, STREAM).head

    assert head.meaning == OK
    assert head.headers.get("content-type", "").partition(";")[0] == "text/event-stream"
    assert {"no-cache", "no-store"} & set(head.headers.get("cache-control", "").lower().replace(",", " ").split())
    assert head.headers.get("x-accel-buffering") == "no"
    assert "content-length" not in head.headers


@regression("RT-8")
def test_the_stream_begins_at_once_and_goes_on(admin, stream):
    opened = stream(admin, STREAM)

    first = opened.block(within=2)

    assert [line for line in first if not is_event_line(line)] == []
    assert admin.me().meaning == OK
    assert not opened.ended, f"the platform ended the stream after {first}"


@regression("RT-8", "stays")
def test_the_stream_stays_open(admin, stream):
    opened = stream(admin, STREAM)
    first = opened.block(within=2)

    assert opened.stays_open(seconds=3), f"the platform ended the stream after {first}"
