"""Prints a release, for people or for programs."""

import json
import sys

from scripts.ops.operations.table import table
from scripts.ops.releasing.plan import lines, shown
from scripts.ops.releasing.verbs import Planned
from scripts.ops.releasing.version import Version

GREEN, OPEN, REFUSED = 0, 1, 2
_NEXT = {
    "prepare": "Have somebody else review the pull request, then `scripts/release stage {}`.",
    "stage": "CI deploys and validates staging; then `scripts/release finish {}`.",
    "finish": "CI deploys production once its reviewers approve; `scripts/metrics -P production`.",
}


class Printer:
    """Prints tables and lines for people, or one JSON object for programs and the rest beside."""

    def __init__(self, *, for_programs: bool) -> None:
        self._for_programs = for_programs

    def tell(self, line: str) -> None:
        """Print how far it came."""
        print(line, file=sys.stderr if self._for_programs else sys.stdout, flush=True)

    def plan(self, plan: Planned, *, yes: bool) -> None:
        """Print gates and steps before anything is done."""
        if self._for_programs:
            return
        if plan.gates.outcomes:
            print(table(plan.gates), end="\n\n")
        if not yes:
            print("\n".join(lines(shown(plan.steps))))

    def end(self, plan: Planned) -> int:
        """Print the end of what has changed nothing, and return the exit code."""
        if self._for_programs:
            self._print({**plan.document(), "changed": False})
        elif plan.over:
            print("All of it is done.")
        elif not plan.looks and plan.gates.green:
            print("\nNothing was changed. --yes does what is to do.")
        if plan.gates.green:
            return GREEN
        return OPEN if plan.looks else REFUSED

    def done(self, plan: Planned, record: str) -> int:
        """Print the end of what was done, and return the exit code."""
        if self._for_programs:
            self._print({**plan.document(), "changed": True, "record": record})
        else:
            told = _NEXT[plan.asked.verb].format(plan.asked.version)
            print(f"\nDone, and kept as {record}. {told}")
        return GREEN

    def notes(self, version: Version, found: str) -> int:
        """Print the notes, and return the exit code."""
        if self._for_programs:
            self._print({"version": str(version), "notes": found})
        else:
            print(found, end="")
        return GREEN

    def _print(self, document: dict[str, object]) -> None:
        print(json.dumps(document, indent=2))
