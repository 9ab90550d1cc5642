"""Every error that can leave the product, in one tree.

    ConteurError
    ├── MalformedRequestError     invalid-argument     MALFORMED_JSON
    ├── InvalidFieldError         invalid-argument     INVALID_FIELD
    ├── PromptBlockedError        invalid-argument     PROMPT_BLOCKED
    ├── UnauthenticatedError      unauthenticated
    │   ├── NoTokenError                               NO_TOKEN
    │   ├── TokenExpiredError                          TOKEN_EXPIRED
    │   ├── TokenInvalidError                          TOKEN_INVALID
    │   └── AppCheckError                              APP_CHECK
    ├── RequestIdReusedError      already-exists       REQUEST_ID_REUSED
    ├── InProgressError           aborted              IN_PROGRESS
    ├── QuotaError                resource-exhausted
    │   ├── UserQuotaError                             USER_QUOTA
    │   └── ConcurrencyError                           CONCURRENCY
    ├── BudgetError               resource-exhausted   GLOBAL_BUDGET
    ├── OpenAIRateLimitError      resource-exhausted   OPENAI_RATE_LIMIT
    ├── OutputBlockedError        failed-precondition  OUTPUT_BLOCKED
    ├── DeadlineError             deadline-exceeded    TIMEOUT
    ├── OpenAIError               unavailable          OPENAI_ERROR
    ├── CircuitOpenError          unavailable          CIRCUIT_OPEN
    ├── StoryInterruptedError     unavailable          STORY_INTERRUPTED
    ├── SecretUnavailableError    unavailable          SECRET_UNAVAILABLE
    ├── AuthUnavailableError      unavailable          AUTH_UNAVAILABLE
    ├── ClientGoneError           cancelled            CLIENT_GONE
    └── BugError                  internal             BUG

An error's text is shown to the person who calls: it says what happened and what to do
next, and never carries a prompt, a token or a key.
"""

from collections.abc import Mapping

from conteur import base_error
from conteur.catalogue import failures, refusals, terms, timeouts

# Whoever raises or reads an error needs these words as well.
Code = terms.Code
Phase = terms.Phase
Cause = terms.Cause
OpenAIFailure = terms.OpenAIFailure
NO_KIND = base_error.NO_KIND
ConteurError = base_error.ConteurError
kinds = base_error.kinds


class MalformedRequestError(ConteurError):
    """The body is not the JSON object that the callable protocol asks for."""

    entry = refusals.MALFORMED_JSON


class InvalidFieldError(ConteurError):
    """One field of the request has a wrong type or value."""

    entry = refusals.INVALID_FIELD

    def __init__(self, field: str, problem: str) -> None:
        """Name the field by its path (`characters[2].name`) and say what it must be."""
        super().__init__(f"{field}: {problem}", field=field)


class PromptBlockedError(ConteurError):
    """The model's own safety rules refuse the prompt."""

    entry = refusals.PROMPT_BLOCKED


class UnauthenticatedError(ConteurError):
    """Nobody is signed in, as far as can be told."""


class NoTokenError(UnauthenticatedError):
    """The call came without an ID token."""

    entry = refusals.NO_TOKEN


class TokenExpiredError(UnauthenticatedError):
    """The ID token was good, and is past its time."""

    entry = refusals.TOKEN_EXPIRED


class TokenInvalidError(UnauthenticatedError):
    """The ID token is forged, malformed, or another project's."""

    entry = refusals.TOKEN_INVALID


class AppCheckError(UnauthenticatedError):
    """The App Check token is missing or refused, and App Check is enforced."""

    entry = refusals.APP_CHECK


class RequestIdReusedError(ConteurError):
    """The request id belongs to an earlier request with another body."""

    entry = refusals.REQUEST_ID_REUSED


class InProgressError(ConteurError):
    """The same request is being told right now; the app follows its document."""

    entry = refusals.IN_PROGRESS


class QuotaError(ConteurError):
    """The user has what they may have for now."""


class UserQuotaError(QuotaError):
    """The user has had the day's stories."""

    entry = refusals.USER_QUOTA


class ConcurrencyError(QuotaError):
    """As many stories of the user as may be are being told right now."""

    entry = refusals.CONCURRENCY


class BudgetError(ConteurError):
    """All stories of the day together have cost what they may."""

    entry = failures.GLOBAL_BUDGET


class OpenAIRateLimitError(ConteurError):
    """The model's rate limit is met."""

    entry = failures.OPENAI_RATE_LIMIT


class OutputBlockedError(ConteurError):
    """The model refused, or a filter stopped what it wrote."""

    entry = refusals.OUTPUT_BLOCKED


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
        return DeadlineError(self.message, self.phase, cause, own_limit=self.own_limit)


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
    """The model's key cannot be read from Secret Manager."""

    entry = failures.SECRET_UNAVAILABLE


class AuthUnavailableError(ConteurError):
    """Google's public keys cannot be fetched, so no token can be checked."""

    entry = failures.AUTH_UNAVAILABLE


class ClientGoneError(ConteurError):
    """The client has left and its story was given up; nobody hears this, the document keeps it."""

    entry = refusals.CLIENT_GONE

    @classmethod
    def given_up(cls) -> "ClientGoneError":
        """Return the error for a story that nobody waits for any more."""
        return cls(
            "the client has left, so the story was given up: send the same request again to have"
            " it told"
        )


class BugError(ConteurError):
    """Something that nobody foresaw; the log has its traceback."""

    entry = failures.BUG


def recall(reason: str, message: str, facts: Mapping[str, str]) -> ConteurError:
    """Return an error that was kept earlier, as good as new.

    A reason or a kind that this revision does not know, for a newer one kept it, is a BugError.
    """
    cls = {kind.reason: kind for kind in kinds()}.get(reason, BugError)
    error = cls.__new__(cls)
    ConteurError.__init__(error, message)
    error.facts = dict(facts)
    understood = error.reason == reason and error.kind_label in cls.kind_labels
    return error if understood else BugError(message)
