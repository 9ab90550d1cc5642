"""What a rollback would do to a service."""

from datetime import timedelta

import pytest

from scripts.ops.going_back.plan import (
    STAYS,
    Service,
    is_there,
    newest_serving,
    refusals,
    split_of,
    step_of,
)
from scripts.ops.going_back.wish import Move, Wish
from scripts.ops.traffic.compatibility import Verdict
from scripts.ops.traffic.platform import RevisionState, ServiceState
from scripts.ops.traffic.qualifying import Judged, Known
from scripts.ops.traffic.split import Split, all_on, between, follows_latest
from tests.scripts.ops.operations.made_up import NOON

FITS = Verdict()
OLD, MIDDLE, NEW = "story-00001-abc", "story-00002-abc", "story-00003-abc"
CREATED = {name: NOON + timedelta(hours=n) for n, name in enumerate((OLD, MIDDLE, NEW))}


def judged(name: str, *bars: str, doubts: tuple[str, ...] = ()) -> Judged:
    made = RevisionState(name, CREATED[name], "ada", ready=True, image="image", percent=0)
    return Judged(Known(made, has_image=True, quarantined=None, rate=None), bars, doubts)


def state(split: Split | None = None, **serving: int) -> ServiceState:
    shares = {f"story-0000{name[1:]}-abc": share for name, share in serving.items()} or {NEW: 100}
    return ServiceState(
        "story", "https://x", "etag", split or follows_latest(), shares, {}, NEW, NEW
    )


def service(to: str = "", *others: Judged, now: ServiceState | None = None) -> Service:
    return Service(now or state(), judged(NEW), others or (judged(MIDDLE), judged(OLD)), to)


def test_the_newest_that_qualifies() -> None:
    """It gets all, and what it is taken from is quarantined."""
    step = step_of(service(), Wish(), FITS)
    assert step.move == Move("story", NEW, MIDDLE, 100, (NEW,))
    assert refusals([step]) == []


def test_one_that_does_not_qualify() -> None:
    """It is passed over."""
    bad = judged(MIDDLE, doubts=("5.00 % of 100 calls failed",))
    step = step_of(service("", bad, judged(OLD)), Wish(), FITS)
    assert step.move
    assert step.move.target == OLD


def test_one_that_is_named() -> None:
    """What is doubted about it is said; what bars it refuses."""
    doubted = judged(MIDDLE, doubts=("5.00 % of 100 calls failed",))
    step = step_of(service(MIDDLE, doubted), Wish(), FITS)
    assert (step.problems, step.notes[0]) == ((), "5.00 % of 100 calls failed")
    [problem] = refusals([step_of(service(MIDDLE, judged(MIDDLE, "quarantined x")), Wish(), FITS)])
    assert problem == f"story: {MIDDLE} quarantined x (--trust {MIDDLE} takes it out)"


def test_nothing_to_go_back_to() -> None:
    """The first revision of all has none before it: who names its function is refused."""
    alone = Service(state(), judged(NEW), ())
    assert refusals([step_of(alone, Wish(functions=("story",)), None)]) == [
        f"story: there is no revision but {NEW}, so nothing to go back to"
    ]


def test_a_function_that_is_new() -> None:
    """It stays as it is where it is not named, and keeps no other from going back."""
    step = step_of(Service(state(), judged(NEW), ()), Wish(), None)
    assert (step.move, step.problems, step.notes) == (None, (), (STAYS,))


def test_a_part() -> None:
    """At a percentage nothing is quarantined, and both serve."""
    step = step_of(service(), Wish(percent=30), FITS)
    assert step.move
    assert step.move.quarantine == ()
    assert split_of(state(), step.move) == between(NEW, MIDDLE, 30)


def test_forward_again() -> None:
    """What is older than the target is not quarantined: nobody has found it bad."""
    older = Service(state(s1=100), judged(OLD), (judged(NEW),), NEW)
    step = step_of(older, Wish(to=(NEW,)), FITS)
    assert step.move == Move("story", OLD, NEW, 100)


def test_all_that_is_newer_is_left() -> None:
    """Where a canary and the revision before it both serve, neither is to come again."""
    both = Service(state(s2=90, s3=10), judged(NEW), (judged(MIDDLE), judged(OLD)), OLD)
    step = step_of(both, Wish(), FITS)
    assert step.move
    assert {*step.move.quarantine} == {NEW, MIDDLE}


@pytest.mark.parametrize(
    ("verdict", "check", "problem"),
    [
        (None, True, "no deploy has written down"),
        (None, False, ""),
        (Verdict(problems=("0002 takes away",)), False, "does not work with the database"),
        (FITS, True, ""),
    ],
)
def test_the_database(verdict: Verdict | None, *, check: bool, problem: str) -> None:
    """An unknown commit may be accepted by a person; what is known to break may not."""
    step = step_of(service(), Wish(check_migrations=check), verdict)
    assert problem in " ".join(step.problems)
    assert bool(step.problems) == bool(problem)


def test_there_already() -> None:
    """Where the target has its share, neither a bar nor the database matters."""
    there = Service(state(s2=100), judged(MIDDLE), (judged(OLD),), MIDDLE)
    step = step_of(there, Wish(to=(MIDDLE,)), None)
    assert (step.there, step.problems) == (True, ())


def test_there_by_what_is_served() -> None:
    """What was asked for and is not in force is not there."""
    move = Move("story", NEW, MIDDLE, 100)
    assert not is_there(state(all_on(MIDDLE)), move)
    assert is_there(state(all_on(MIDDLE), s2=100), move)


def test_whom_traffic_is_taken_from() -> None:
    """It is the newest that has some, but not the one that is to get more."""
    assert newest_serving(state(s2=90, s3=10), CREATED) == NEW
    assert newest_serving(state(s2=90, s3=10), CREATED, NEW) == MIDDLE
    assert newest_serving(state(s3=100), CREATED, NEW) == NEW
