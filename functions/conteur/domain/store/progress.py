"""What changes how far an author is with a step: done, put off, or judged by its provider.

Each change is the same when it is made again with the same time: a transaction whose commit was
not acknowledged finds its own work done.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from conteur.domain.store.onboarding import (
    MOST_SNOOZES,
    Completer,
    Progress,
    Step,
    StepStatus,
    Verification,
)
from conteur.errors import ProviderOnlyError, SnoozeLimitError


def completed(step: Step, completer: Completer, now: datetime) -> Progress:
    """Return the progress of a step that is done; one that was done before stays as it is.

    Raises ProviderOnlyError where a person completes what only a provider can verify.
    """
    if completer is Completer.PERSON and step.definition.completer is Completer.PROVIDER:
        raise ProviderOnlyError(
            f"the step {step.definition.id} is completed by the one who verifies it"
        )
    if step.done:
        return step.current
    return replace(
        step.current,
        status=StepStatus.DONE,
        snooze_until=None,
        completed_by=completer.value,
        completed_at=now,
        verification=None,
        verification_reason="",
    )


def snoozed(step: Step, days: int, now: datetime) -> Progress:
    """Return the progress of a step that is put off for `days`; a required one stays required.

    Raises SnoozeLimitError for a step that is done, or was put off as often as it may be.
    """
    current, until = step.current, now + timedelta(days=days)
    if step.done:
        raise SnoozeLimitError(f"the step {step.definition.id} is done")
    if current.snooze_until == until:
        return current
    if current.snooze_count >= MOST_SNOOZES:
        raise SnoozeLimitError(
            f"the step {step.definition.id} was put off {MOST_SNOOZES} times, which is the most"
        )
    return replace(current, snooze_until=until, snooze_count=current.snooze_count + 1)


def judged(step: Step, verification: Verification, reason: str) -> Progress:
    """Return the progress of a step that its provider has not accepted, or not yet.

    A refusal also takes back what was done; a check that is under way does not.
    """
    if step.done and verification is Verification.PENDING:
        return step.current
    return replace(
        step.current,
        status=StepStatus.TODO,
        completed_by=None,
        completed_at=None,
        verification=verification,
        verification_reason=reason,
    )
