"""The steps of onboarding in PostgreSQL, and the history of their changes."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from scripts.ops.database import DatabaseError

LOCK_SECONDS = 5

_NOW = """
SELECT DISTINCT ON (id) id, version, title, required, weight, position, completed_by,
       role_visibility AS roles, market_rule -> 'in' AS markets
FROM onboarding_step_definitions
WHERE active_from <= now() AND now() < active_to
ORDER BY id, version DESC
"""
# The shop that checks publish has to pass the gate, whatever is required of authors.
_COMPLETE_SYNTHETIC = """
INSERT INTO user_onboarding (user_id, step_id, version, status, completed_by, completed_at)
SELECT author.id, step.id, step.version, 'done', 'operator', now()
FROM onboarding_step_definitions step
JOIN users author ON step.market_rule IS NULL OR step.market_rule -> 'in' ? author.market
WHERE step.id = %s AND step.version = %s
      AND author.id IN (SELECT user_id FROM stores WHERE synthetic)
ON CONFLICT (user_id, step_id) DO UPDATE
SET version = excluded.version, status = 'done', completed_by = 'operator', completed_at = now(),
    verification = NULL, verification_reason = NULL, row_version = user_onboarding.row_version + 1
WHERE (user_onboarding.version, user_onboarding.status) <> (excluded.version, 'done')
RETURNING user_id
"""


class StepError(DatabaseError):
    """What was asked for is wrong; nothing was written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Definition:
    """A step as it stands now. No `markets` are all, no `roles` everybody's list."""

    id: str
    version: int
    title: str
    required: bool
    weight: int
    position: int
    completed_by: str
    roles: list[str]
    markets: list[str] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One change: when, by whom, of which step, what and why."""

    at: datetime
    who: str
    step_id: str
    version: int
    change: dict[str, dict[str, object]]
    reason: str


def definitions(connection: psycopg.Connection, market: str | None = None) -> list[Definition]:
    """Return the newest version of each step that is active, in their order; a market's alone."""
    with connection.cursor(row_factory=class_row(Definition)) as cursor:
        found = cursor.execute(_NOW).fetchall()
    mine = [each for each in found if market is None or market in (each.markets or [market])]
    return sorted(mine, key=lambda each: (each.position, each.id))


def definition(connection: psycopg.Connection, step: str) -> Definition:
    """Return a step as it stands now. Raises StepError."""
    found = definitions(connection)
    for each in found:
        if each.id == step:
            return each
    known = ", ".join(each.id for each in found)
    raise StepError(f"There is no step {step!r}. There are {known}. Nothing was written.")


@dataclass(frozen=True, slots=True)
class Change:
    """A step as it was, and the synthetic authors for whom it was completed."""

    before: Definition
    completed_for: list[str]


def set_required(
    connection: psycopg.Connection, step: str, *, required: bool, who: str, reason: str
) -> Change:
    """Change whether a step is required, and record it, both or neither.

    One that is required is completed for the synthetic authors, in the same transaction. A step
    that is so already leaves no record. Raises StepError.
    """
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{LOCK_SECONDS}s",))
        # Two operators take turns, and each records what was there before. Authors do not wait.
        connection.execute(
            "SELECT FROM onboarding_step_definitions WHERE id = %s FOR NO KEY UPDATE", (step,)
        )
        before = definition(connection, step)
        if before.required is not required:
            _change(connection, before, required=required, who=who, reason=reason)
        completed = _complete_synthetic(connection, before) if required else []
    return Change(before, completed)


def _complete_synthetic(connection: psycopg.Connection, step: Definition) -> list[str]:
    rows = connection.execute(_COMPLETE_SYNTHETIC, (step.id, step.version))
    return sorted(author for (author,) in rows)


def _change(
    connection: psycopg.Connection, before: Definition, *, required: bool, who: str, reason: str
) -> None:
    change = {"required": {"before": before.required, "after": required}}
    connection.execute(
        "UPDATE onboarding_step_definitions SET required = %s WHERE id = %s AND version = %s",
        (required, before.id, before.version),
    )
    connection.execute(
        "INSERT INTO step_changes (who, step_id, version, change, reason)"
        " VALUES (%s, %s, %s, %s, %s)",
        (who, before.id, before.version, Jsonb(change), reason),
    )


def history(connection: psycopg.Connection, most: int) -> list[Record]:
    """Return the newest changes, `most` of them, the newest first."""
    with connection.cursor(row_factory=class_row(Record)) as cursor:
        return cursor.execute(
            "SELECT at, who, step_id, version, change, reason FROM step_changes"
            " ORDER BY id DESC LIMIT %s",
            (most,),
        ).fetchall()
