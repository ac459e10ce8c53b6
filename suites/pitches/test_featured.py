"""The front page showed drafts, pitches that nobody had chosen, and the oldest first."""

from plumbline import OK, moment, regression

FEATURED = "/api/pitches/featured"


@regression("PIT-1")
def test_ten_pitches_are_featured_and_the_newest_comes_first(admin):
    answer = admin.get(FEATURED)

    assert answer.meaning == OK
    made = [moment(pitch["createdAt"]) for pitch in answer.json()]
    assert len(made) == 10, "ten at most, and the seeds have more"
    assert made == sorted(made, reverse=True)


@regression("PIT-1")
def test_of_the_known_pitches_the_newest_that_are_published_and_featured_are_shown(admin, known):
    chosen = [pitch for pitch in known.pitches if pitch.featured and pitch.status == "published"]
    newest_first = [pitch.title for pitch in sorted(chosen, key=lambda pitch: pitch.created, reverse=True)]

    answer = admin.get(FEATURED)

    assert answer.meaning == OK
    # Pitches that nobody knows may take places, on a platform that others use too; they change nothing in this order.
    shown = [pitch["title"] for pitch in answer.json() if pitch["title"] in known.values("pitches.title")]
    assert shown == newest_first[: len(shown)]
