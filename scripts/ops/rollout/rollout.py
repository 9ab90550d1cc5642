"""Goes through a deploy, in an order in which the service works at every moment.

1. Migrations: new code may read new columns; old code works on new tables (docs/migrations.md).
2. Rules, indexes and TTL, until the indexes are READY: a query without its index fails
   (https://firebase.google.com/docs/firestore/query-data/indexing), and new code asks at once.
   Old code does not mind an index more. Rules only let more or less through for apps, which
   outlive many deploys: they are written for the old app too.
3. Pins, then the functions: what is new gets nothing before it was looked at. Without a canary
   there is no pin, and each new revision gets all traffic as soon as it is ready.
4. The canary, step by step, then unpinned: a pin that is forgotten keeps the next deploy out.
5. Hosting: its pages and rewrites may name functions that were not there before
   (https://firebase.google.com/docs/hosting/full-config#rewrites), and never the other way round.
6. The whole validate, of what everybody gets now.

Every step looks first, so that a deploy which was cut off anywhere can be gone on with.
Where the last look cannot be had at all, everything stays: each step of the canary was seen to be
good by then, and going on looks again.
"""

from scripts.ops.operations.errors import FailedError, OperationError
from scripts.ops.rollout import canary, functions, preparing
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.going_back import WHY, go_back, retreat
from scripts.ops.rollout.releasing import release


def roll_out(desk: Desk) -> None:
    """Deploy. Raises OperationError, WentBackError where it went back by itself."""
    if WHY in desk.journal.record.facts:
        go_back(desk)
    preparing.migrate(desk)
    preparing.deploy_firestore(desk)
    functions.note(desk)
    canary.pin(desk)
    functions.deploy(desk)
    _try(desk)
    release(desk)
    preparing.deploy_hosting(desk)
    _validate(desk)


def _try(desk: Desk) -> None:
    """Go through the canary. Whatever breaks this program off leaves nobody on a new revision."""
    try:
        bad = canary.attempt(desk)
        if not bad:
            canary.unpin(desk)
    except OperationError:
        raise
    except Exception as error:
        if desk.on_trial:
            retreat(desk, error)
        raise
    if bad:
        _reject(desk, bad)


def _validate(desk: Desk) -> None:
    found: list[str] = []

    def look() -> str:
        report = desk.outside.validate_whole()
        found.extend(f"{each.title}: {each.said}" for each in report.failed)
        if found and desk.on_trial:
            desk.journal.keep(must=True, **{WHY: found})
        if found and not desk.on_trial:
            raise FailedError(
                f"All is deployed, and validate fails: {'; '.join(found)}. Nothing was taken back, "
                "for there was no canary. Look at scripts/logs, and undo it with scripts/rollback "
                "if it is the deploy's."
            )
        return f"bad: {'; '.join(found)}" if found else "green"

    desk.journal.step("validate", "Validate the whole", look, must=desk.on_trial != ())
    if found:
        go_back(desk)


def _reject(desk: Desk, reasons: list[str]) -> None:
    desk.journal.keep(must=True, **{WHY: reasons})
    go_back(desk)
