"""What the bodies of the store's requests say."""

import pytest

from conteur.domain.store.onboarding import StepStatus, Verification
from conteur.domain.store.requests import (
    SnoozeRequest,
    Verdict,
    parse_confirmation,
    parse_nothing,
    parse_snooze,
    parse_verdict,
)
from conteur.errors import ConfirmationRequiredError, InvalidFieldError

VERDICT = {"eventId": "evt_1", "userId": "author-1", "status": "failed", "reason": "no account"}


def test_confirmation() -> None:
    """`true` confirms, and what is unknown besides is warned of."""
    assert parse_confirmation({"confirmPublish": True, "a": 1}) == ("unknown field ignored: a",)


@pytest.mark.parametrize("said", [{}, {"confirmPublish": False}, {"confirmPublish": None}])
def test_unconfirmed(said: dict[str, object]) -> None:
    """Absent, null and false do not confirm."""
    with pytest.raises(ConfirmationRequiredError):
        parse_confirmation(said)


@pytest.mark.parametrize("value", [1, 0, "true", [], {}])
def test_no_boolean(value: object) -> None:
    """What only resembles true or false is refused."""
    with pytest.raises(InvalidFieldError):
        parse_confirmation({"confirmPublish": value})


def test_nothing() -> None:
    """Where nothing need be said, all that is said is unknown."""
    assert parse_nothing({"a": 1}) == ("unknown field ignored: a",)


@pytest.mark.parametrize(("said", "days"), [({}, 7), ({"days": None}, 7), ({"days": 30}, 30)])
def test_snooze(said: dict[str, object], days: int) -> None:
    """A step is put off for a week unless it is said for how long."""
    assert parse_snooze(said) == SnoozeRequest(days)


def test_verdict() -> None:
    """A provider's refusal has its reason."""
    assert parse_verdict(VERDICT) == Verdict(
        "evt_1", "author-1", StepStatus.TODO, Verification.FAILED, "no account"
    )


def test_verdict_without_reason() -> None:
    """A provider need not say why."""
    said = {**VERDICT, "status": "done", "reason": None}
    assert parse_verdict(said) == Verdict("evt_1", "author-1", StepStatus.DONE, None, "")


@pytest.mark.parametrize("name", ["eventId", "userId", "status"])
@pytest.mark.parametrize("value", [None, "", 7, [], "a b\n"])
def test_bad_verdict(name: str, value: object) -> None:
    """A member that is missing or malformed is refused by its name."""
    with pytest.raises(InvalidFieldError) as refused:
        parse_verdict({**VERDICT, name: value})
    assert refused.value.facts == {"field": name}
