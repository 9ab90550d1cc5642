"""Steps are completed once, put off three times, and judged by their providers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conteur.domain.store.onboarding import (
    MOST_SNOOZES,
    Completer,
    Progress,
    Step,
    StepStatus,
    Verification,
)
from conteur.domain.store.progress import completed, judged, snoozed
from conteur.errors import ProviderOnlyError, SnoozeLimitError
from tests.store_world import PAYMENTS, TERMS, definition, done

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_a_step_is_completed() -> None:
    """A step that is done has its time and who said so, and nothing of what was said before."""
    before = Progress(
        1,
        snooze_until=LATER,
        snooze_count=2,
        verification=Verification.FAILED,
        verification_reason="blurred",
        row_version=4,
    )
    after = completed(Step(PAYMENTS, before), Completer.PROVIDER, NOW)
    assert after == Progress(
        1, StepStatus.DONE, None, 2, completed_by="provider", completed_at=NOW, row_version=4
    )


def test_completed_again() -> None:
    """A step that is done keeps the time at which it was."""
    first = completed(Step(TERMS), Completer.PERSON, NOW)
    assert completed(Step(TERMS, first), Completer.PERSON, LATER) == first


def test_completed_in_a_new_version() -> None:
    """A step that was done in an older version is done now, in the new one."""
    after = completed(Step(definition("terms", version=2), done()), Completer.PERSON, LATER)
    assert (after.version, after.completed_at, after.row_version) == (2, LATER, 1)


@pytest.mark.parametrize("progress", [None, done()])
def test_what_a_person_may_not_complete(progress: Progress | None) -> None:
    """A person cannot complete what a provider verifies, done or not."""
    with pytest.raises(ProviderOnlyError):
        completed(Step(PAYMENTS, progress), Completer.PERSON, NOW)


def test_a_step_is_put_off() -> None:
    """A step that is put off says until when, and how often it was."""
    after = snoozed(Step(TERMS), 7, NOW)
    assert (after.snooze_until, after.snooze_count) == (NOW + timedelta(days=7), 1)
    assert after.status is StepStatus.TODO


def test_the_most_snoozes() -> None:
    """A step is put off three times, and not a fourth time."""
    step = Step(TERMS)
    for number in range(MOST_SNOOZES):
        step = replace(step, progress=snoozed(step, 7, NOW + timedelta(days=number)))
    with pytest.raises(SnoozeLimitError):
        snoozed(step, 7, NOW + timedelta(days=3))


def test_put_off_twice_by_one_request() -> None:
    """The same days from the same moment count once, also at the limit."""
    first = replace(snoozed(Step(TERMS), 7, NOW), snooze_count=MOST_SNOOZES)
    assert snoozed(Step(TERMS, first), 7, NOW) == first


def test_a_done_step_is_not_put_off() -> None:
    """What is done cannot be put off; done in an older version, it can."""
    with pytest.raises(SnoozeLimitError):
        snoozed(Step(TERMS, done()), 7, NOW)
    assert snoozed(Step(definition("terms", version=2), done()), 7, NOW).snooze_count == 1


@pytest.mark.parametrize("verification", list(Verification))
def test_a_verdict(verification: Verification) -> None:
    """What a provider says of a step that is not done is kept with its reason."""
    after = judged(Step(PAYMENTS), verification, "looks odd")
    assert (after.status, after.verification) == (StepStatus.TODO, verification)
    assert after.verification_reason == "looks odd"


def test_a_refusal_takes_back() -> None:
    """A provider that refuses what it had accepted closes the gate again."""
    after = judged(Step(PAYMENTS, done()), Verification.FAILED, "closed account")
    assert (after.status, after.completed_at, after.completed_by) == (StepStatus.TODO, None, None)
    assert after.row_version == 1


def test_a_late_check() -> None:
    """A step that is done stays so while its provider looks again."""
    assert judged(Step(PAYMENTS, done()), Verification.PENDING, "") == done()
