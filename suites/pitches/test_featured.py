"""The front page showed drafts, pitches that nobody had chosen, and the oldest first."""

from plumbline import OK, moment, regression

FEATURED = "/api/pitches/featured"


@regression("PIT-1")
def test_whoever_asks_is_shown_the_ten_newest_that_are_published_and_featured(everybody, known):
    chosen = [pitch for pitch in known.pitches if pitch.featured and pitch.status == "published"]
    newest_first = [pitch.title for pitch in sorted(chosen, key=lambda pitch: pitch.created, reverse=True)]

    answers = {name: caller.get(FEATURED) for name, caller in everybody.items()}

    for name, answer in answers.items():
        assert answer.meaning == OK, name
        made = [moment(pitch["createdAt"]) for pitch in answer.json()]
        assert len(made) == 10, f"{name}: ten at most, and the seeds have more"
        assert made == sorted(made, reverse=True), name
        # Pitches that nobody knows may take places, on a platform that others use too; they change nothing in this.
        shown = [pitch["title"] for pitch in answer.json() if pitch["title"] in known.values("pitches.title")]
        assert shown == newest_first[: len(shown)], name
