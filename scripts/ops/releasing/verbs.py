"""What each verb of scripts/release comes to: its gates, and its steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.outcome import Report
from scripts.ops.releasing.finishing import Finishing
from scripts.ops.releasing.gates import merge_gates, release_gates
from scripts.ops.releasing.github import MERGED
from scripts.ops.releasing.looking import STAGING, Looker
from scripts.ops.releasing.plan import Step, shown
from scripts.ops.releasing.preparing import Preparing
from scripts.ops.releasing.seen import Seen
from scripts.ops.releasing.version import Version, refuse_older


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    verb: str
    version: Version
    title: str = ""

    @property
    def subject(self) -> str:
        """Return the first line of commit, pull request and tag."""
        return self.title or f"Release {self.version.tag}"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a verb would do. `looks` is for one that changes nothing, whatever is asked."""

    asked: Asked
    gates: Report
    steps: Sequence[Step]
    looks: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return all(step.done() for step in self.steps)

    def refusal(self) -> RefusedError:
        """Return the error of what is asked for while a gate is closed."""
        names = ", ".join(each.key for each in (*self.gates.failed, *self.gates.open))
        return RefusedError(
            f"Refused, and nothing was changed: {names}. The table says what to do about each; "
            "then give the command again."
        )

    def document(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "verb": self.asked.verb,
            "version": str(self.asked.version),
            "green": self.gates.green,
            "gates": self.gates.document(),
            "steps": shown(self.steps),
        }


@dataclass(frozen=True, slots=True)
class Verbs:
    """Plans what is asked for. Methods raise OperationError."""

    root: Path
    looker: Looker

    def planned(self, asked: Asked, now: datetime) -> Planned:
        """Return what a verb would do."""
        match asked.verb:
            case "prepare":
                return self._prepare(asked, now)
            case "stage":
                return self._stage(asked, now)
            case "status":
                return self._status(asked, now)
            case _:
                return self._finish(asked, now)

    def _prepare(self, asked: Asked, now: datetime) -> Planned:
        preparing = Preparing(
            self.root,
            self.looker.repository,
            self.looker.github,
            asked.version,
            now.date(),
            asked.subject,
        )
        preparing.refuse()
        return Planned(asked, Report([]), preparing.steps())

    def _stage(self, asked: Asked, now: datetime) -> Planned:
        seen = self.looker.before_merge(asked.version, now)
        done = seen.pull is not None and seen.pull.state == MERGED
        return Planned(asked, Report([]) if done else merge_gates(seen), [self._merging(seen)])

    def _finish(self, asked: Asked, now: datetime) -> Planned:
        refuse_older(asked.version, self.looker.repository.tags())
        seen = self.looker.before_release(asked.version, now)
        finishing = Finishing(
            self.root,
            self.looker.repository,
            self.looker.github,
            asked.version,
            seen.commit,
            asked.subject,
        )
        return Planned(asked, release_gates(seen), finishing.steps())

    def _status(self, asked: Asked, now: datetime) -> Planned:
        staged = self._stage(asked, now)
        found = self._finish(asked, now) if staged.over else staged
        return Planned(asked, found.gates, found.steps, looks=True)

    def _merging(self, seen: Seen) -> Step:
        pull = seen.pull
        number = pull.number if pull else "NUMBER"
        head = f"--match-head-commit {seen.commit[:9] or 'COMMIT'}"

        def done() -> str | None:
            there = self.looker.github.pull_request(seen.version.branch, STAGING)
            return f"merged as {there.merged_as[:9]}" if there and there.merged_as else None

        def do() -> str:
            if pull is None:
                raise RefusedError("There is no pull request to merge. Nothing was changed.")
            self.looker.github.merge(pull)
            return f"{pull.url}; staging is deployed by it"

        command = f"gh pr merge {number} --merge {head}"
        return Step("merge", f"Merge into {STAGING}", command, done, do)
