"""What trials make of what they see, and what every measure must hold to."""

from itertools import groupby
from pathlib import Path

import pytest

from conteur.telemetry.aggregate import Aggregate
from tests.bench.goals import GOALS
from tests.bench.load import Answer
from tests.bench.measures import MEASURES
from tests.bench.measures.counting import steps_of_a_story, written_out
from tests.bench.measures.measure import Stage
from tests.bench.measures.operations import a_story
from tests.bench.measures.streams import UPSTREAM_MS, figures
from tests.bench.measures.telling import WrongAnswerError, checked
from tests.bench.peers import CONTEUR, HELLO_WORLD
from tests.bench.services import Addresses, Counts, Services
from tests.issuer import Issuer

GOOD = Answer(status=200, ok=True, first_ms=330.0, total_ms=UPSTREAM_MS + 20)
BAD = Answer(status=503, ok=False, first_ms=None, total_ms=1.0)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(
        Services(Addresses(0, 0, 0, 0, 0), Issuer()), tmp_path, tmp_path / "sources", share=0.2
    )


def test_every_goal_is_measured() -> None:
    """Each goal is of a metric that there is, against a peer that is always measured with it."""
    for goal in GOALS:
        measure = MEASURES[goal.measure]
        assert goal.metric in {metric.name for metric in measure.metrics}
        assert goal.against is None or goal.against in measure.peers


def test_conteur_comes_first() -> None:
    """Each measure is conteur's, whatever it is held against."""
    assert {measure.peers[0].name for measure in MEASURES.values()} == {CONTEUR.name}


def test_services_start_once() -> None:
    """Measures over the same services follow each other, as starting those takes seconds."""
    needs = [(one.round_trip_ms, one.counted) for one in MEASURES.values()]
    assert len(list(groupby(needs))) == len(set(needs))


def test_goals_of_both_kinds() -> None:
    """What a server adds is held to the same goals whether an answer is whole or streamed."""
    judged = [goal.metric for goal in GOALS if goal.measure == "unpaced"]
    assert len(judged) == len(set(judged)) == 12
    for kind in ("whole", "streamed"):
        assert sum(metric.startswith(f"{kind}-") for metric in judged) == 6


def test_a_story_counts_nine_events() -> None:
    """A story counts its execution and time, attempt, cost, tokens, words and two moments."""
    meter = Aggregate()
    written_out(steps_of_a_story())(meter)
    assert meter.changes == 9


def test_streams_against_the_ideal() -> None:
    """The ideal is eighty stories in the time that one takes the model."""
    seen = figures([GOOD] * 80, rate=0.5 * 80_000 / UPSTREAM_MS)
    assert seen["of-ideal"] == pytest.approx(50)
    assert seen["first-p95-of-upstream"] == pytest.approx(1.1)
    assert seen["added-p95"] == pytest.approx(20)


def test_counts_a_story() -> None:
    """Counts are divided by the stories, and calls to Firestore told by method too."""
    counts = Counts(20, {"Commit": 40, "BatchGetDocuments": 2}, 120, 2, 1, 1)
    seen = a_story(counts, 20)
    assert (seen["upstream"], seen["firestore"], seen["writes"]) == (1.0, 2.1, 6.0)
    assert (seen["firestore-Commit"], seen["monitoring"]) == (2.0, 0.05)


def test_a_part_of_the_amounts(stage: Stage) -> None:
    """A quick trial does a part of each amount, and at least something."""
    assert [stage.some(2000), stage.some(4), stage.some(1)] == [400, 1, 1]


def test_users_take_turns(stage: Stage) -> None:
    """More calls than users are made by the same users again, each with one token."""
    tokens = stage.tokens(250)
    assert (len(tokens), len(set(tokens))) == (250, 100)


def test_good_answers(stage: Stage) -> None:
    """Whole stories are what is measured."""
    assert checked([GOOD], HELLO_WORLD, stage) == [GOOD]


def test_wrong_answers(stage: Stage) -> None:
    """A peer that fails to tell a story is no peer: the error counts, and shows its log."""
    (stage.folder / "conteur.log").write_text("out of memory\n")
    with pytest.raises(WrongAnswerError, match="1 of 2 calls wrongly, the first with status 503"):
        checked([GOOD, BAD], CONTEUR, stage)
    with pytest.raises(WrongAnswerError, match="out of memory"):
        checked([BAD], CONTEUR, stage)
