"""The tables `onboarding_step_definitions` and `user_onboarding`."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from psycopg.rows import TupleRow

from conteur.adapters.postgres.failures import STALE, unavailable
from conteur.adapters.postgres.session import Session
from conteur.domain.store.onboarding import (
    Action,
    Completer,
    Progress,
    Step,
    StepDefinition,
    StepStatus,
    Verification,
)
from conteur.errors import BugError, GatingUnavailableError

_MARKET = re.compile("[A-Z]{2}")
_DEFINED = 11  # columns of the definition; those of the progress come after

_STEPS: LiteralString = """
SELECT step.*, p.version, p.status, p.snooze_until, p.snooze_count, p.completed_by, p.completed_at,
       p.verification, coalesce(p.verification_reason, ''), p.row_version
FROM (
    SELECT DISTINCT ON (id) id, version, title, description, required, weight, position,
           completed_by, action, market_rule, role_visibility
    FROM onboarding_step_definitions
    WHERE active_from <= %(now)s AND active_to > %(now)s
    ORDER BY id, version DESC
) step
LEFT JOIN user_onboarding p ON p.user_id = %(author)s AND p.step_id = step.id
ORDER BY step.position, step.id
"""
# A row begins with version 2: 1 is that of a row that was imported, and not changed here since.
_INSERT: LiteralString = """
INSERT INTO user_onboarding (user_id, step_id, version, status, snooze_until, snooze_count,
                             completed_by, completed_at, verification, verification_reason,
                             row_version)
VALUES (%(author)s, %(step)s, %(version)s, %(status)s, %(snooze_until)s, %(snooze_count)s,
        %(completed_by)s, %(completed_at)s, %(verification)s, nullif(%(reason)s::text, ''), 2)
ON CONFLICT (user_id, step_id) DO NOTHING
"""
_UPDATE: LiteralString = """
UPDATE user_onboarding
SET version = %(version)s, status = %(status)s, snooze_until = %(snooze_until)s,
    snooze_count = %(snooze_count)s, completed_by = %(completed_by)s,
    completed_at = %(completed_at)s, verification = %(verification)s,
    verification_reason = nullif(%(reason)s::text, ''), row_version = row_version + 1
WHERE user_id = %(author)s AND step_id = %(step)s AND row_version = %(row_version)s
"""


def steps(session: Session, author_id: str, now: datetime) -> Sequence[Step]:
    """Return the newest active version of each step.

    Raises GatingUnavailableError where one cannot be understood, or the server refuses to tell.
    """
    try:
        rows = session.rows(_STEPS, {"author": author_id, "now": now})
    except BugError as error:
        raise GatingUnavailableError(f"the steps cannot be read: {error.message}") from None
    return [_step(row) for row in rows]


def save_progress(session: Session, author_id: str, step: str, progress: Progress) -> None:
    """Keep the progress, unless it has changed since it was read."""
    changed = session.changed(
        _UPDATE if progress.row_version else _INSERT,
        {
            "author": author_id,
            "step": step,
            "version": progress.version,
            "status": progress.status,
            "snooze_until": progress.snooze_until,
            "snooze_count": progress.snooze_count,
            "completed_by": progress.completed_by,
            "completed_at": progress.completed_at,
            "verification": progress.verification,
            "reason": progress.verification_reason,
            "row_version": progress.row_version,
        },
    )
    if not changed:
        raise unavailable(STALE)


def _step(row: TupleRow) -> Step:
    try:
        return Step(_definition(row[:_DEFINED]), _progress(row[_DEFINED:]))
    except ValueError as error:
        raise GatingUnavailableError(
            f"version {row[1]} of the step {row[0]} cannot be understood: {error}"
        ) from None


def _definition(row: TupleRow) -> StepDefinition:
    step, version, title, description, required, weight, position, *ruled = row
    completer, action, rule, roles = ruled
    return StepDefinition(
        id=step,
        version=version,
        title=title,
        description=description,
        required=required,
        weight=weight,
        position=position,
        completer=Completer(completer),
        action=_action(action),
        markets=_markets(rule),
        roles=frozenset(roles),
    )


def _action(action: object) -> Action:
    match action:
        case {"type": "open_modal", "modal": str(target)}:
            return Action("open_modal", target)
        case {"type": "redirect", "url": str(target)}:
            return Action("redirect", target)
    raise ValueError("its action opens no modal and leads to no URL")


def _markets(rule: object) -> frozenset[str]:
    """Return the markets of a rule; one that names none would be taken for all of them."""
    match rule:
        case None:
            return frozenset()
        case {"in": [_, *_] as markets, **others} if not others and all(map(_is_market, markets)):
            return frozenset(markets)
    raise ValueError("its market_rule names no markets")


def _is_market(name: object) -> bool:
    return isinstance(name, str) and _MARKET.fullmatch(name) is not None


def _progress(row: TupleRow) -> Progress | None:
    version, status, until, count, completed_by, completed_at, verification, reason, fence = row
    if fence is None:
        return None
    return Progress(
        version=version,
        status=StepStatus(status),
        snooze_until=until,
        snooze_count=count,
        completed_by=completed_by,
        completed_at=completed_at,
        verification=None if verification is None else Verification(verification),
        verification_reason=reason,
        row_version=fence,
    )
