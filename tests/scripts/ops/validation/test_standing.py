"""Whether what staging serves is a commit that was validated there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.validation import standing
from scripts.ops.validation.standing import Standing
from tests.scripts.ops.operations.made_up import MemoryBook, a_record

COMMIT = "c0ffee"


def done(record: Record, **asked: object) -> Record:
    """Return a record as it ends half a minute later."""
    ended = record.over(State.DONE, record.began + timedelta(seconds=30))
    return replace(ended, asked=asked)


def check(number: int, *, green: bool = True, partial: bool = False) -> Record:
    """Return a validation."""
    facts = {"green": green and not partial, "partial": partial}
    ended = State.DONE if green else State.FAILED
    return replace(done(a_record(number, Kind.VALIDATE).with_facts(**facts)), state=ended)


def back(number: int, **asked: object) -> Record:
    """Return a rollback."""
    return done(a_record(number, Kind.ROLLBACK), **asked)


DEPLOY, GOOD = done(a_record(1), functions=[]), check(2)


def judged(*records: Record) -> Standing:
    """Return how the commit stands, in a book that has these."""
    book = MemoryBook()
    for each in records:
        book.save(each)
    return standing.judge(standing.read(book), COMMIT)


def test_deployed_then_validated() -> None:
    """A commit that staging serves stands by the green validation after its deploy."""
    found = judged(DEPLOY, GOOD)
    assert found.shown_by == GOOD
    assert found.said == f"green at 2026-11-23 12:02 UTC by ada@example.com ({GOOD.id})"


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([GOOD], "no deploy of staging is on record"),
        ([DEPLOY], "nobody has validated c0ffee there since"),
        ([check(0), DEPLOY], "nobody has validated c0ffee there since"),
        ([done(a_record(1), functions=["health"]), GOOD], "which left out a part"),
        ([DEPLOY.with_facts(left_out=["Hosting"]), GOOD], "which left out a part"),
        ([replace(DEPLOY, state=State.WENT_BACK), GOOD], "which is not finished (went back)"),
        ([replace(DEPLOY, state=State.RUNNING), GOOD], "which is not finished (running)"),
        ([DEPLOY, replace(done(a_record(3)), commit="beef"), check(4)], "of commit beef and not"),
        ([DEPLOY, back(3, percent=100), check(4)], "which has gone back"),
        ([DEPLOY, back(3, trust=["a"], to=["a"]), check(4)], "which has gone back"),
        ([DEPLOY, GOOD, check(3, green=False)], "is not green"),
        ([DEPLOY, GOOD, check(3, green=False, partial=True)], "is not green"),
        ([DEPLOY, check(2, partial=True)], "nobody has validated c0ffee there since"),
        ([DEPLOY, replace(GOOD, commit="beef")], "nobody has validated c0ffee there since"),
        ([replace(DEPLOY, environment="production"), GOOD], "no deploy of staging is on record"),
    ],
)
def test_what_does_not_show_it(records: list[Record], said: str) -> None:
    """Anything else says why not, and what to do."""
    found = judged(*records)
    assert said in found.said
    assert (found.shown_by, bool(found.mend)) == (None, True)


@pytest.mark.parametrize(
    "later",
    [
        back(3, flag="store.enabled"),
        back(3, trust=["a"], to=[]),
        check(3, partial=True),
        replace(check(3), commit="beef"),
    ],
)
def test_what_changes_nothing_since(later: Record) -> None:
    """A knob, trust in a revision, or a look at a part leaves the commit as it was shown."""
    assert judged(DEPLOY, GOOD, later).shown_by == GOOD


def test_many_looks_hide_no_deploy() -> None:
    """However often somebody has looked since, the deploy is found."""
    assert judged(DEPLOY, *(check(number) for number in range(2, 60))).shown_by
