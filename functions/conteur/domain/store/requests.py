"""Reads the bodies of the store's requests, as request_parser.py reads a story's.

Each raises InvalidFieldError, and nothing else but what its docstring names. Unknown fields are
no error: the answer's `warnings` name them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conteur.domain.fields import (
    Members,
    check_shape,
    read_choice,
    read_integer,
    read_object,
    read_visible_text,
    unknown_fields,
)
from conteur.domain.store.onboarding import SNOOZE_DAYS, StepStatus, Verification
from conteur.errors import ConfirmationRequiredError, InvalidFieldError

CONFIRM, DAYS = "confirmPublish", "days"
MOST_DAYS = 30
REASON_LENGTH = 500

_VERDICT = frozenset({"eventId", "userId", "status", "reason"})
_EVENT_ID = re.compile(r"[\x21-\x7e]{1,255}")
_USER_ID = re.compile(r"[A-Za-z0-9_.:@-]{1,128}")
_STATUSES = (StepStatus.DONE.value, *Verification)


@dataclass(frozen=True, slots=True)
class SnoozeRequest:
    """For how many days a step is put off."""

    days: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a provider says: DONE, or `verification` why not; the reason may be empty."""

    event_id: str
    user_id: str
    status: StepStatus
    verification: Verification | None
    reason: str
    warnings: tuple[str, ...] = ()


def parse_confirmation(data: Mapping[str, object]) -> tuple[str, ...]:
    """Return the warnings. Raises ConfirmationRequiredError where nobody has confirmed."""
    members = _members(data, frozenset({CONFIRM}))
    confirmed = members.known.get(CONFIRM, False)
    if not isinstance(confirmed, bool):
        raise InvalidFieldError(CONFIRM, "must be true or false")
    if not confirmed:
        raise ConfirmationRequiredError(
            "publishing makes the store public: confirm it with `confirmPublish`: true"
        )
    return unknown_fields(members.unknown)


def parse_nothing(data: Mapping[str, object]) -> tuple[str, ...]:
    """Return the warnings of a request that says nothing but its path."""
    return unknown_fields(_members(data, frozenset()).unknown)


def parse_snooze(data: Mapping[str, object]) -> SnoozeRequest:
    """Return for how long to put a step off."""
    members = _members(data, frozenset({DAYS}))
    days = read_integer(members.known.get(DAYS, SNOOZE_DAYS), DAYS, 1, MOST_DAYS)
    return SnoozeRequest(days, unknown_fields(members.unknown))


def parse_verdict(data: Mapping[str, object]) -> Verdict:
    """Return what a provider says of an author's step."""
    members = _members(data, _VERDICT)
    sent = members.known
    status, verification = _status(sent.get("status"))
    reason = sent.get("reason")
    return Verdict(
        event_id=_matching(sent, "eventId", _EVENT_ID, "1 to 255 visible ASCII characters"),
        user_id=_matching(sent, "userId", _USER_ID, "an author's id"),
        status=status,
        verification=verification,
        reason="" if reason is None else read_visible_text(reason, "reason", REASON_LENGTH),
        warnings=unknown_fields(members.unknown),
    )


def _status(value: object) -> tuple[StepStatus, Verification | None]:
    if value == StepStatus.DONE:
        return StepStatus.DONE, None
    verification = read_choice(value, "status", Verification) if value in _STATUSES else None
    if verification is None:
        raise InvalidFieldError("status", f"must be one of {', '.join(_STATUSES)}")
    return StepStatus.TODO, verification


def _matching(sent: Mapping[str, object], name: str, form: re.Pattern[str], rule: str) -> str:
    value = sent.get(name)
    if isinstance(value, str) and form.fullmatch(value):
        return value
    raise InvalidFieldError(name, f"must be {rule}")


def _members(data: Mapping[str, object], names: frozenset[str]) -> Members:
    check_shape(data)
    return read_object(data, "", names)
