"""What the new functions need before they are there: tables, rules, indexes."""

from scripts.ops.operations.errors import OperationError
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.planning import needs_tables

MIGRATIONS = "migrations"
INDEX_SECONDS, INDEX_PAUSE = 600.0, 10.0
"""How long indexes are waited for, and how often one looks."""


def migrate(desk: Desk) -> None:
    """Apply pending migrations."""
    if needs_tables(desk.wish):
        desk.journal.step(MIGRATIONS, "Migrate the database", lambda: _migrate(desk))


def deploy_firestore(desk: Desk) -> None:
    """Deploy rules, indexes and TTL, and wait until the indexes can be used."""
    if not desk.wish.whole:
        return
    desk.journal.step("firestore", "Deploy rules and indexes", lambda: _deploy(desk, "firestore"))
    desk.journal.step("indexes", "Wait for the indexes", lambda: _until_ready(desk))


def deploy_hosting(desk: Desk) -> None:
    """Deploy Hosting."""
    if desk.wish.whole:
        desk.journal.step("hosting", "Deploy Hosting", lambda: _deploy(desk, "hosting"))


def _migrate(desk: Desk) -> str:
    schema = desk.outside.schema
    if (pending := schema.pending()) is None:
        return "no store is set up"
    done = schema.apply() if pending else []
    return f"applied {', '.join(done)}" if done else "nothing was pending"


def _deploy(desk: Desk, part: str) -> str:
    ran = desk.outside.firebase.deploy(part, part)
    if ran.code:
        raise OperationError(
            f"firebase deploy --only {part} failed, so the deploy stops here. All of its output is "
            f"in {desk.outside.firebase.output(part)}; it ends with:\n{ran.last_lines}\n"
            "Mend what it says, and go on with --resume."
        )
    return "done"


def _until_ready(desk: Desk) -> str:
    outside, left = desk.outside, INDEX_SECONDS
    while building := outside.building():
        if left <= 0:
            raise OperationError(
                f"Firestore still builds {len(building)} indexes after {INDEX_SECONDS:.0f} s: "
                f"{', '.join(building)}. The functions were not deployed, for they would fail "
                "without them. Look at the console's page of the indexes, and go on with --resume "
                "when they are there."
            )
        outside.tell(f"  {len(building)} indexes are being built: {', '.join(building)}")
        outside.wait(INDEX_PAUSE)
        desk.journal.go_on()
        left -= INDEX_PAUSE
    return "all are READY"
