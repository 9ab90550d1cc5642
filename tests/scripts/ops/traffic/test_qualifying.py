"""Which revisions qualify to be gone back to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scripts.ops.operations.book import Quarantined
from scripts.ops.traffic.error_rates import Rate
from scripts.ops.traffic.platform import RevisionState
from scripts.ops.traffic.qualifying import Known, judge, newest

from .cloud import FIRST, SECOND, START, THIRD

GOOD = Rate(200, 1)
BAD = Quarantined(FIRST, "it was slow", "ada@example.com", START)


def known(name: str = FIRST, hours: int = 1) -> Known:
    """Return a revision that qualifies, made so many hours after START."""
    created = START + timedelta(hours=hours)
    made = RevisionState(name, created, "ada", ready=True, image="image", percent=0)
    return Known(made, has_image=True, quarantined=None, rate=GOOD)


def test_one_that_qualifies() -> None:
    """Ready, its image there, not quarantined, and hardly a call that failed."""
    found = judge(known())
    assert found.qualifies
    assert (found.bars, found.doubts, found.notes) == ((), (), ())


def test_one_that_is_not_ready() -> None:
    """It cannot serve, and Cloud Run's reason is told."""
    made = known()
    broken = replace(made.revision, ready=False, problem="it does not start")
    assert judge(replace(made, revision=broken)).bars == ("not Ready (it does not start)",)


def test_one_without_an_image() -> None:
    """It could not be started again; where nobody can tell, that is said and no bar."""
    assert judge(replace(known(), has_image=False)).bars == ("its image is deleted",)
    unknown = judge(replace(known(), has_image=None))
    assert unknown.qualifies
    assert unknown.notes == ("nobody can tell whether its image is there",)


def test_one_in_quarantine() -> None:
    """Who left it, when and why is told."""
    [bar] = judge(replace(known(), quarantined=BAD)).bars
    assert bar == "quarantined 2026-11-23 12:00 UTC by ada@example.com: it was slow"


@pytest.mark.parametrize(
    ("rate", "qualifies"), [(Rate(200, 2), False), (Rate(200, 1.9), True), (Rate(200, 0), True)]
)
def test_failures(rate: Rate, *, qualifies: bool) -> None:
    """One call of a hundred that failed is too many to be chosen, and no bar to being named."""
    found = judge(replace(known(), rate=rate))
    assert (found.qualifies, found.bars) == (qualifies, ())


@pytest.mark.parametrize(
    ("rate", "note"),
    [(Rate(19, 19), "19 calls, too few to judge"), (None, "no figures of its calls")],
)
def test_figures_that_tell_nothing(rate: Rate | None, note: str) -> None:
    """Too few calls, or none known, are no verdict, and are said."""
    found = judge(replace(known(), rate=rate))
    assert found.qualifies
    assert found.notes == (note,)


def test_a_newer_one() -> None:
    """Forward is no way back, but for who names it."""
    found = judge(known(), newer=True)
    assert (found.qualifies, found.bars) == (False, ())


def test_the_newest_that_qualifies() -> None:
    """It is chosen by when it was made, in whatever order they come."""
    quarantined = judge(replace(known(THIRD, 3), quarantined=BAD))
    fit = [judge(known(FIRST, 1)), quarantined, judge(known(SECOND, 2))]
    found = newest(fit)
    assert found is not None
    assert found.name == SECOND
    assert newest([quarantined]) is None


def test_all_is_told() -> None:
    """What bars, what is doubted and what is to be known stand in one line."""
    found = judge(replace(known(), has_image=False, rate=Rate(100, 50)), newer=True)
    assert found.text == (
        "its image is deleted; newer than what serves now; 50.00 % of 100 calls failed"
    )
