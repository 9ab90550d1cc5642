"""The boxes that only a person can tick."""

from scripts.ops.boxes.box import Box, Look
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, asked

_QUESTIONS = (
    (
        "rollback-plan",
        "Rollback plan read",
        "who goes back, and when, is agreed",
        "Read docs/operations.md, Rolling back, and agree on who watches and who goes back.",
    ),
    (
        "documentation",
        "Documentation says what changed",
        "that the pages hold is checked, not that they say all",
        "Read CHANGELOG.md, Unreleased: it has all that users and operators will notice.",
    ),
    (
        "audit",
        "Known vulnerabilities looked through",
        "no command of this repository asks for them",
        "Run npm audit, look at the advisories of functions/requirements.txt, and decide on each.",
    ),
    (
        "billing",
        "Budget alert on the bill",
        "a billing account is nobody's who deploys",
        "Look at Budgets & alerts of the billing account: one must be on this project.",
    ),
    (
        "team",
        "Team told",
        "nobody but you knows whom you have told",
        "Say what is deployed, when, and who watches it.",
    ),
)


def people_boxes() -> list[Box]:
    """Return a box a question."""
    return [Box(key, title, _ask(said, mend), asks=True) for key, title, said, mend in _QUESTIONS]


def _ask(said: str, mend: str) -> Look:
    def look(_: Desk) -> Finding:
        return asked(said, mend)

    return look
