"""How a call ends: for the app, the store, the model's server, the log and the metrics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tests.faults.answers import STORY

MODEL, OTHER_MODEL = "model-a", "model-b"
OK = "ok"
TELLING = "generate_story"

Counts = Mapping[str, int]
"""What the metrics rose by: a metric's path and its labels, with spaces between them."""


@dataclass(frozen=True)
class Kept:
    """A story's document: its state, its error's reason, its text, whether it may be told again."""

    state: str
    reason: str | None
    text: object
    retryable: bool | None = None


class _Beginning:
    """Equal to every beginning of the story that is not empty: where the clock says how much."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and 0 < len(other) < len(STORY) and STORY.startswith(other)

    def __hash__(self) -> int:
        return hash(STORY)

    def __repr__(self) -> str:
        return "a beginning of the story"


BEGINNING = _Beginning()


@dataclass(frozen=True)
class Ending:
    """All that a call leaves behind.

    `code` is the callable's and `facts` the error's further details; `status` is the result's.
    `text` is what was let out, less what was taken back; `resets` is how often that was, where
    a story is told. `asked` is how many requests came to the model's server, `events` the lines
    of the log: severity, event, what is said of reason and kind, and whether a retry follows.
    """

    code: str
    reason: str | None
    facts: Mapping[str, object]
    status: str | None
    text: object
    resets: int
    kept: Kept | None
    asked: int
    events: tuple[str, ...]
    counts: Counts

    def of(self, scenario: str) -> "Ending":
        """Return the same for an app that streams, or for one that waits for the whole."""
        return self if scenario == "stream" else replace(self, resets=0)


@dataclass(frozen=True)
class Error:
    """An error as the app, the log and the metrics tell it: `ours` to mend or not, of `model`."""

    code: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    ours: bool = True
    model: str = MODEL
    retryable: bool = True

    @property
    def details(self) -> Mapping[str, object]:
        return {"retryable": self.retryable, **self.facts}

    @property
    def kind(self) -> str:
        return str(self.facts.get("kind") or self.facts.get("phase") or "NONE")

    @property
    def last_line(self) -> str:
        if not self.ours:
            return f"WARNING call.refused {self._said}"
        event = "call.timeout" if self.reason == "TIMEOUT" else "call.failed"
        return f"ERROR {event} {self._said}"

    @property
    def end_line(self) -> str:
        return f"INFO call.ended {self.reason}"

    def attempt_line(self, *, again: bool) -> str:
        event = "attempt_timeout" if self.reason == "TIMEOUT" else "attempt_failed"
        return f"WARNING model.{event} {self._said}{' again' if again else ''}"

    @property
    def _said(self) -> str:
        return self.reason if self.kind == "NONE" else f"{self.reason} {self.kind}"


TOLD_LINE = "INFO call.ended NONE"


def told(
    *failures: Error,
    text: str = STORY,
    asked: int | None = None,
    resets: int = 0,
    model: str = MODEL,
) -> Ending:
    """Return how a story ends that `model` tells after these failures."""
    counts = Counter(
        {
            f"executions {TELLING} completed NONE NONE": 1,
            f"execution_seconds {TELLING} completed": 1,
            "story/words en": 1,
            "story/first_token_seconds": 1,
            "story/generation_seconds": 1,
            f"model/attempts {model} NONE NONE": 1,
        }
    ) + tokens(model)
    return Ending(
        code=OK,
        reason=None,
        facts={},
        status="completed",
        text=text,
        resets=resets,
        kept=Kept("COMPLETED", None, text),
        asked=len(failures) + 1 if asked is None else asked,
        events=(*(failure.attempt_line(again=True) for failure in failures), TOLD_LINE),
        counts=counts + _attempts(failures) + _retries(failures),
    )


def failed(*failures: Error, text: object = "", asked: int | None = None) -> Ending:
    """Return how a story ends whose attempts end so, the last one for good."""
    error = failures[-1]
    return Ending(
        code=error.code,
        reason=error.reason,
        facts=error.details,
        status=None,
        text=text,
        resets=0,
        kept=Kept("FAILED", error.reason, text, error.retryable),
        asked=len(failures) if asked is None else asked,
        events=(
            *(failure.attempt_line(again=True) for failure in failures[:-1]),
            error.attempt_line(again=False),
            error.last_line,
            error.end_line,
        ),
        counts=_execution(error) + _attempts(failures) + _retries(failures[:-1]),
    )


def refused(
    error: Error, *events: str, kept: Kept | None = None, function: str = TELLING
) -> Ending:
    """Return how a call ends for which no model is asked, as a rule without a document."""
    return Ending(
        code=error.code,
        reason=error.reason,
        facts=error.details,
        status=None,
        text=str(kept.text) if kept else "",
        resets=0,
        kept=kept,
        asked=0,
        events=(*events, error.last_line, error.end_line),
        counts=_execution(error, function),
    )


def answered(function: str, *events: str, **counts: int) -> Ending:
    """Return how a call of another function ends that goes well, and what else it counts."""
    return Ending(
        code=OK,
        reason=None,
        facts={},
        status=None,
        text="",
        resets=0,
        kept=None,
        asked=0,
        events=(*events, TOLD_LINE),
        counts={
            f"executions {function} completed NONE NONE": 1,
            f"execution_seconds {function} completed": 1,
            **counts,
        },
    )


def tokens(model: str = MODEL) -> Counter[str]:
    """Return what is counted of a story that the model has ended, whatever became of it."""
    return Counter(f"story/tokens {model} {direction}" for direction in ("input", "output"))


def _execution(error: Error, function: str = TELLING) -> Counter[str]:
    outcome = "failed" if error.ours else "refused"
    ending = f"{outcome} {error.reason} {error.kind}"
    return Counter([f"executions {function} {ending}", f"execution_seconds {function} {outcome}"])


def _attempts(failures: Sequence[Error]) -> Counter[str]:
    return Counter(f"model/attempts {each.model} {each.reason} {each.kind}" for each in failures)


def _retries(failures: Sequence[Error]) -> Counter[str]:
    return Counter(f"model/retries {each.reason} {each.kind}" for each in failures)
