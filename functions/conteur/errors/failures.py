"""What we cause, or what we depend on."""

from conteur.base_error import ConteurError
from conteur.catalogue import failures, timeouts
from conteur.catalogue.terms import Cause, OpenAIFailure, Phase


class BudgetError(ConteurError):
    """All stories of the day together have cost what they may."""

    entry = failures.GLOBAL_BUDGET


class ShortMemoryError(ConteurError):
    """This instance is short of memory, and takes no new work."""

    entry = failures.MEMORY_ERROR


class OpenAIRateLimitError(ConteurError):
    """The model's rate limit is met."""

    entry = failures.OPENAI_RATE_LIMIT


class DeadlineError(ConteurError):
    """The time was up. Facts: `phase`, and `cause` where it can be told."""

    entry = timeouts.TIMEOUT
    kind_fact = "phase"
    kind_labels = tuple(Phase)
    own_limit = False

    def __init__(
        self, message: str, phase: Phase, cause: Cause | None = None, *, own_limit: bool = False
    ) -> None:
        """Say which phase used up its own limit, or else what was left of the deadline."""
        super().__init__(message, phase=phase, cause=cause)
        self.own_limit = own_limit

    @property
    def phase(self) -> Phase:
        """Return where the time ran out."""
        return Phase(self.facts["phase"])

    @property
    def cause(self) -> Cause | None:
        """Return why the time ran out, if that is known."""
        cause = self.facts.get("cause")
        return None if cause is None else Cause(cause)

    def because_of(self, cause: Cause) -> "DeadlineError":
        """Return the same error with its cause."""
        error = DeadlineError(self.message, self.phase, cause, own_limit=self.own_limit)
        return error.noting(**self.evidence)


class OpenAIError(ConteurError):
    """The model failed. Fact: `kind`, which says in what way."""

    entry = failures.OPENAI_ERROR
    kind_fact = "kind"
    kind_labels = tuple(OpenAIFailure)
    answered = False

    def __init__(
        self,
        message: str,
        kind: OpenAIFailure,
        retry_after_seconds: float | None = None,
        *,
        answered: bool = False,
    ) -> None:
        """Tell key, quota, prompt and outage apart; only an outage passes by itself.

        `answered` tells an outage of a model that is up, but has not answered with a story.
        """
        super().__init__(message, retry_after_seconds=retry_after_seconds, kind=kind)
        self.answered = answered

    @property
    def kind(self) -> OpenAIFailure:
        """Return what is wrong on the model's side."""
        return OpenAIFailure(self.facts["kind"])


class CircuitOpenError(ConteurError):
    """Every model has failed so often in a row that none is asked for a while."""

    entry = failures.CIRCUIT_OPEN


class ModerationUnavailableError(ConteurError):
    """Nobody can say whether a text is fit for children."""

    entry = failures.MODERATION_UNAVAILABLE


class StoryInterruptedError(ConteurError):
    """The attempt at a story died; nobody hears this, the document keeps it."""

    entry = failures.STORY_INTERRUPTED

    @classmethod
    def of_a_dead_attempt(cls) -> "StoryInterruptedError":
        """Return the error for a story whose lease is over."""
        return cls(
            "the story's server went away in the middle: send the same request again to have it "
            "told"
        )


class SecretUnavailableError(ConteurError):
    """A secret, such as the model's key, cannot be read from Secret Manager.

    `missing`: there is none, or it is of no use, until the operator adds a version.
    """

    entry = failures.SECRET_UNAVAILABLE

    def __init__(self, message: str, *, missing: bool = False) -> None:
        """Say which secret, and what to do next."""
        super().__init__(message)
        self.missing = missing


class AuthUnavailableError(ConteurError):
    """Google's public keys cannot be fetched, so no token can be checked."""

    entry = failures.AUTH_UNAVAILABLE


class BugError(ConteurError):
    """Something that nobody foresaw; the log has its traceback."""

    entry = failures.BUG
