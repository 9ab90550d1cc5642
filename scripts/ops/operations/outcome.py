"""How one thing that was looked at is: a box of a check list, or a check of a deployed service."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is."""

    PASSED = "passed"
    FAILED = "failed"
    CONFIRM = "confirm"  # only a person can tell, and none has yet
    LEFT_OUT = "left out"  # asked not to look, or nothing to look at here


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found. `key` is its name for --json and options, `mend` what to do about it."""

    key: str
    title: str
    verdict: Verdict
    said: str
    mend: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at, in the order of the list."""

    outcomes: Sequence[Outcome]

    @property
    def green(self) -> bool:
        """Whether nothing failed, and nobody has to be asked any more."""
        return not self.failed and not self.open

    @property
    def failed(self) -> Sequence[Outcome]:
        """What is not as it has to be."""
        return [each for each in self.outcomes if each.verdict is Verdict.FAILED]

    @property
    def open(self) -> Sequence[Outcome]:
        """What a person has to confirm."""
        return [each for each in self.outcomes if each.verdict is Verdict.CONFIRM]

    def document(self) -> list[dict[str, object]]:
        """Return it for programs, and for the record."""
        return [
            {
                "key": each.key,
                "title": each.title,
                "verdict": each.verdict.value,
                "said": each.said,
                "mend": each.mend,
                "seconds": round(each.seconds, 1),
            }
            for each in self.outcomes
        ]
