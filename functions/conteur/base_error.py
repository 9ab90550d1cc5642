"""The root of the tree that errors.py draws, and its walk."""

import math
from collections.abc import Iterator
from typing import ClassVar, Self

from conteur.catalogue.entry import Entry
from conteur.catalogue.terms import Code

NO_KIND = "NONE"
FACTS = ("storyId", "field", "phase", "cause", "kind")  # those that the contract knows

Evidence = str | int | float | bool
"""What a log says of an error besides its facts: a word, a number, never a text of others."""


class ConteurError(Exception):
    """A failure that the caller can be told about; a class that is raised has an `entry`.

    `ours` says whether it counts as a failure of the service: what the user did wrong
    does not, and neither alerts nor the success rate look at it. `kind_fact` names the fact
    that tells errors of one reason apart, `kind_labels` has its values.
    """

    entry: ClassVar[Entry]
    code: ClassVar[Code]
    reason: ClassVar[str]
    ours: ClassVar[bool]
    kind_fact: ClassVar[str] = ""
    kind_labels: ClassVar[tuple[str, ...]] = (NO_KIND,)

    def __init_subclass__(cls) -> None:
        """Take from the catalogue what is known of every error of the class."""
        super().__init_subclass__()
        if "entry" in vars(cls):
            cls.code, cls.reason, cls.ours = cls.entry.code, cls.entry.reason, cls.entry.ours

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        **facts: str | None,
    ) -> None:
        """Keep the message and the facts (`None` ones are left out)."""
        super().__init__(message)
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.facts = {name: value for name, value in facts.items() if value is not None}
        self.evidence: dict[str, Evidence] = {}

    def noting(self, **evidence: Evidence | None) -> Self:
        """Add what helps an operator and the log alone is told (`None` is left out)."""
        self.evidence |= {name: value for name, value in evidence.items() if value is not None}
        return self

    @property
    def traits(self) -> dict[str, Evidence]:
        """Return all that a log says of the error but its reason and message."""
        return {**self.facts, **self.evidence}

    @property
    def kind_label(self) -> str:
        """Return what tells errors of one reason apart in the metrics, one of `kind_labels`."""
        return self.facts.get(self.kind_fact, NO_KIND)

    @property
    def retryable(self) -> bool:
        """Return whether the same request, repeated, may succeed."""
        return self.entry.kinds.get(self.kind_label, self.entry).retryable

    def details(self) -> dict[str, str | bool | float]:
        """Return the contract's `details` members, all but `requestId`; other facts stay here."""
        wait = self.retry_after_seconds
        return {
            "reason": self.reason,
            "retryable": self.retryable,
            **({} if wait is None else {"retryAfterSec": math.ceil(wait)}),
            **{name: self.facts[name] for name in FACTS if name in self.facts},
        }


def kinds(root: type[ConteurError] = ConteurError) -> Iterator[type[ConteurError]]:
    """Yield every class of the tree below `root` that has an entry."""
    for kind in root.__subclasses__():
        if "entry" in vars(kind):
            yield kind
        yield from kinds(kind)
