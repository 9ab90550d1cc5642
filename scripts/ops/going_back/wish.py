"""What a rollback is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.ops.traffic.split import WHOLE


@dataclass(frozen=True, slots=True)
class Wish:
    """Which functions go back, and how far.

    `functions` are names as in main.py, none for those that came together; `to` are revisions,
    none for the newest that qualifies; `percent` is the share that the earlier revision gets.
    `trust` are revisions to take out of quarantine. Without `check_migrations` a revision of
    which no commit is known may be gone back to.
    """

    functions: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    percent: int = WHOLE
    trust: tuple[str, ...] = ()
    check_migrations: bool = True

    @property
    def whole(self) -> bool:
        """Whether the revision that is left keeps nothing."""
        return self.percent == WHOLE

    def document(self) -> dict[str, Any]:
        """Return it for the record."""
        return {
            "functions": list(self.functions),
            "to": list(self.to),
            "percent": self.percent,
            "trust": list(self.trust),
            "check_migrations": self.check_migrations,
        }


@dataclass(frozen=True, slots=True)
class Move:
    """One service's move: `target` gets `percent`, `leave` the rest.

    `quarantine` are the revisions that are not to be served again; none at a partial percentage.
    With `untag` a canary is over: its tag is taken away.
    """

    function: str
    leave: str
    target: str
    percent: int
    quarantine: tuple[str, ...] = ()
    untag: bool = False

    @property
    def text(self) -> str:
        """It for people: `generate_story: generate-story-00002-abc gets 100 %`."""
        return f"{self.function}: {self.target} gets {self.percent} %"

    def document(self) -> dict[str, Any]:
        """Return it for the record, and for --json."""
        return {
            "function": self.function,
            "leave": self.leave,
            "target": self.target,
            "percent": self.percent,
            "quarantine": list(self.quarantine),
            "untag": self.untag,
        }


def read_move(kept: Mapping[str, Any]) -> Move:
    """Return the move of a record."""
    return Move(
        kept["function"],
        kept["leave"],
        kept["target"],
        kept["percent"],
        tuple(kept["quarantine"]),
        kept.get("untag", False),
    )


def function_of(revision: str, functions: tuple[str, ...]) -> str:
    """Return whose revision it is, by its name (`generate-story-00003-abc`); empty: nobody's."""
    service = revision.rsplit("-", 2)[0]
    return next((name for name in functions if name.replace("_", "-") == service), "")
