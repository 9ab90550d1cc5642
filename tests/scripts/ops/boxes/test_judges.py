"""What single answers mean: decisions on made-up values."""

from datetime import timedelta

import pytest

from scripts.ops.boxes import backups, current, key, planned, retention, review
from scripts.ops.boxes.backups import Kept
from scripts.ops.boxes.finding import Finding, listed
from scripts.ops.boxes.index_spec import facts_of_file
from scripts.ops.monitoring.reading.readings import Row, State
from scripts.ops.monitoring.signals import SIGNALS
from scripts.ops.operations.outcome import Verdict
from tests.scripts.ops.operations.made_up import NOON

PASSED, FAILED, CONFIRM = Verdict.PASSED, Verdict.FAILED, Verdict.CONFIRM
HOUR = timedelta(hours=1)


def backed_up(*ages: int, scheduled: int = 1000) -> Finding:
    """Return how backups of these ages are, in hours."""
    kept = Kept([NOON - scheduled * HOUR], [NOON - age * HOUR for age in ages])
    return backups.judge(kept, NOON, "p")


def test_backups() -> None:
    """A schedule is believed for its first day, and then by what it does, up to 26 hours."""
    assert backed_up(scheduled=25).verdict is PASSED
    assert backed_up(scheduled=27).verdict is FAILED
    assert backed_up(26, 50).verdict is PASSED
    assert backed_up(27).said == "scheduled daily, and the newest backup is 27 h old"
    assert backed_up(0, -1).said.endswith("13:00 UTC, which is still to come")
    assert backed_up(scheduled=-1).verdict is FAILED
    assert backups.judge(Kept([], [NOON]), NOON, "p").mend.startswith("Schedule them: gcloud")


def kept_for(*days: int, opted_out: bool = False) -> Verdict:
    """Return how it is where images are deleted after these days."""
    ages = [timedelta(days=each) for each in days]
    return retention.judge(ages, opted_out=opted_out, mend="").verdict


def test_images_are_kept_for_thirty_days() -> None:
    """The shortest of all policies counts; who has opted out of deleting keeps them for good."""
    assert (kept_for(30), kept_for(29), kept_for(90, 29)) == (PASSED, FAILED, FAILED)
    assert (kept_for(), kept_for(opted_out=True)) == (FAILED, PASSED)
    assert kept_for(7, opted_out=True) is FAILED


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "does not know the key"), (429, "quota is used up"), (500, "answered 500")],
)
def test_what_openai_answers(status: int, words: str) -> None:
    """Each refusal of OpenAI's says what is wrong with the key."""
    assert words in key.judge(status).said
    assert key.judge(status).verdict is FAILED


def test_a_review() -> None:
    """An approved pull request ticks the box; any other has a person say who has looked."""
    approved, merged = (
        {"number": 7, "reviewDecision": "APPROVED"},
        {"number": 8, "reviewDecision": ""},
    )
    assert review.judge([merged, approved], "c0ffee").said == "pull request #7 was approved"
    assert review.judge([merged], "c0ffee").verdict is CONFIRM
    assert review.judge([], "c0ffee").said == "no merged pull request has c0ffee"


def test_figures_that_cannot_be_told_are_red() -> None:
    """No answer is not the same as nothing past a threshold."""
    (signal, *_) = SIGNALS.values()
    row = Row(signal=signal, alerts=(), labels={}, state=State.NOT_ANSWERED, problem="It is away.")
    assert current.judge([row], "staging").verdict is FAILED
    assert current.judge([], "staging").said == "nothing is counted"


@pytest.mark.parametrize("value", ["", "0", "-1", "inf", "much"])
def test_what_is_no_budget(value: str) -> None:
    """Only a number above 0 bounds a bill."""
    assert not planned.is_bound(value)
    assert planned.is_bound("0.5")


def test_many_names() -> None:
    """Of many names the first three are told, and how many there are."""
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"


def test_an_index_of_arrays_and_of_vectors() -> None:
    """What is not ordered is told by what it is."""
    text = """{"fieldOverrides": [], "indexes": [{"collectionGroup": "a",
      "queryScope": "COLLECTION", "fields": [{"fieldPath": "x", "arrayConfig": "CONTAINS"},
                 {"fieldPath": "y", "vectorConfig": {"dimension": 3, "flat": {}}}]}]}"""
    assert [*facts_of_file(text)] == ["index a COLLECTION: x CONTAINS, y VECTOR"]
