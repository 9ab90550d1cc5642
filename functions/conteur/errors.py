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
    ├── OpenAIRateLimitError      resource-exhausted   OPENAI_RATE_LIMIT
    ├── OutputBlockedError        failed-precondition  OUTPUT_BLOCKED
    ├── DeadlineError             deadline-exceeded    TIMEOUT
    ├── OpenAIError               unavailable          OPENAI_ERROR
    ├── CircuitOpenError          unavailable          CIRCUIT_OPEN
    ├── SecretUnavailableError    unavailable          SECRET_UNAVAILABLE
    ├── AuthUnavailableError      unavailable          AUTH_UNAVAILABLE
    ├── ClientGoneError           cancelled            CLIENT_GONE
    └── BugError                  internal             BUG

An error's text is shown to the person who calls: it says what happened and what to do
next, and never carries a prompt, a token or a key.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import ClassVar


class Code(StrEnum):
    """The callable protocol's error codes, as client SDKs spell them."""

    INVALID_ARGUMENT = "invalid-argument"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission-denied"
    NOT_FOUND = "not-found"
    ALREADY_EXISTS = "already-exists"
    ABORTED = "aborted"
    RESOURCE_EXHAUSTED = "resource-exhausted"
    FAILED_PRECONDITION = "failed-precondition"
    DEADLINE_EXCEEDED = "deadline-exceeded"
    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


class Phase(StrEnum):
    """Where a story's time ran out."""

    SECRET = "secret"  # noqa: S105 - the name of a phase, not a secret
    ADMISSION = "admission"
    CONNECT = "connect"
    FIRST_TOKEN = "first_token"  # noqa: S105 - the name of a phase, not a secret
    IDLE = "idle"
    STREAM = "stream"
    STORE = "store"


class Cause(StrEnum):
    """Why a story's time ran out, where that can be told."""

    OVERLOAD = "overload"  # of this instance: its threads, its CPU or its memory
    NETWORK = "network"
    SLOW_MODEL = "slow_model"


class OpenAIFailure(StrEnum):
    """What is wrong on the model's side, told apart for whoever has to mend it."""

    KEY = "key"
    QUOTA = "quota"
    PROMPT = "prompt"
    OUTAGE = "outage"


class ConteurError(Exception):
    """A failure that the caller can be told about.

    `ours` says whether it counts as a failure of the service: what the user did wrong
    does not, and neither alerts nor the success rate look at it.
    """

    code: ClassVar[Code]
    reason: ClassVar[str]
    retryable: bool = False
    ours: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        **facts: str | None,
    ) -> None:
        """Keep the message and the facts that `details` shows (`None` ones are left out)."""
        super().__init__(message)
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.facts = {name: value for name, value in facts.items() if value is not None}

    def details(self) -> dict[str, str | bool | float]:
        """Return the contract's `details` members, all but `requestId`."""
        wait = self.retry_after_seconds
        return {
            "reason": self.reason,
            "retryable": self.retryable,
            **({} if wait is None else {"retryAfterSec": wait}),
            **self.facts,
        }


class MalformedRequestError(ConteurError):
    """The body is not the JSON object that the callable protocol asks for."""

    code = Code.INVALID_ARGUMENT
    reason = "MALFORMED_JSON"


class InvalidFieldError(ConteurError):
    """One field of the request has a wrong type or value."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_FIELD"

    def __init__(self, field: str, problem: str) -> None:
        """Name the field by its path (`characters[2].name`) and say what it must be."""
        super().__init__(f"{field}: {problem}", field=field)


class PromptBlockedError(ConteurError):
    """The model's own safety rules refuse the prompt."""

    code = Code.INVALID_ARGUMENT
    reason = "PROMPT_BLOCKED"


class UnauthenticatedError(ConteurError):
    """Nobody is signed in, as far as can be told."""

    code = Code.UNAUTHENTICATED


class NoTokenError(UnauthenticatedError):
    """The call came without an ID token."""

    reason = "NO_TOKEN"


class TokenExpiredError(UnauthenticatedError):
    """The ID token was good, and is past its time."""

    reason = "TOKEN_EXPIRED"
    retryable = True


class TokenInvalidError(UnauthenticatedError):
    """The ID token is forged, malformed, or another project's."""

    reason = "TOKEN_INVALID"


class AppCheckError(UnauthenticatedError):
    """The App Check token is missing or refused, and App Check is enforced."""

    reason = "APP_CHECK"


class RequestIdReusedError(ConteurError):
    """The request id belongs to an earlier request with another body."""

    code = Code.ALREADY_EXISTS
    reason = "REQUEST_ID_REUSED"


class InProgressError(ConteurError):
    """The same request is being told right now; the app follows its document."""

    code = Code.ABORTED
    reason = "IN_PROGRESS"
    retryable = True


class OpenAIRateLimitError(ConteurError):
    """The model's rate limit is met."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "OPENAI_RATE_LIMIT"
    retryable = True
    ours = True


class OutputBlockedError(ConteurError):
    """The model refused, or a filter stopped what it wrote."""

    code = Code.FAILED_PRECONDITION
    reason = "OUTPUT_BLOCKED"


class DeadlineError(ConteurError):
    """The time was up. Facts: `phase`, and `cause` where it can be told."""

    code = Code.DEADLINE_EXCEEDED
    reason = "TIMEOUT"
    retryable = True
    ours = True

    def __init__(self, message: str, phase: Phase, cause: Cause | None = None) -> None:
        """Say which phase used up the time."""
        super().__init__(message, phase=phase, cause=cause)

    @property
    def phase(self) -> Phase:
        """Return where the time ran out."""
        return Phase(self.facts["phase"])

    def because_of(self, cause: Cause) -> "DeadlineError":
        """Return the same error with its cause."""
        return DeadlineError(self.message, self.phase, cause)


class OpenAIError(ConteurError):
    """The model failed. Fact: `kind`, one of OpenAIFailure."""

    code = Code.UNAVAILABLE
    reason = "OPENAI_ERROR"
    ours = True

    def __init__(
        self, message: str, kind: OpenAIFailure, retry_after_seconds: float | None = None
    ) -> None:
        """Tell key, quota, prompt and outage apart; only an outage passes by itself."""
        super().__init__(message, retry_after_seconds=retry_after_seconds, kind=kind)
        self.retryable = kind is OpenAIFailure.OUTAGE

    @property
    def kind(self) -> OpenAIFailure:
        """Return what is wrong on the model's side."""
        return OpenAIFailure(self.facts["kind"])


class CircuitOpenError(ConteurError):
    """Every model has failed so often in a row that none is asked for a while."""

    code = Code.UNAVAILABLE
    reason = "CIRCUIT_OPEN"
    retryable = True
    ours = True


class SecretUnavailableError(ConteurError):
    """The model's key cannot be read from Secret Manager."""

    code = Code.UNAVAILABLE
    reason = "SECRET_UNAVAILABLE"
    retryable = True
    ours = True


class AuthUnavailableError(ConteurError):
    """Google's public keys cannot be fetched, so no token can be checked."""

    code = Code.UNAVAILABLE
    reason = "AUTH_UNAVAILABLE"
    retryable = True
    ours = True


class ClientGoneError(ConteurError):
    """The client has left and its story was given up; nobody hears this, the document keeps it."""

    code = Code.CANCELLED
    reason = "CLIENT_GONE"
    retryable = True


class BugError(ConteurError):
    """Something that nobody foresaw; the log has its traceback."""

    code = Code.INTERNAL
    reason = "BUG"
    retryable = True
    ours = True


def recall(reason: str, message: str, facts: Mapping[str, str]) -> ConteurError:
    """Return an error that was kept earlier, as good as new; BugError for an unknown reason."""
    kind = {cls.reason: cls for cls in kinds()}.get(reason, BugError)
    error = kind.__new__(kind)
    ConteurError.__init__(error, message)
    error.facts = dict(facts)
    return error


def kinds(root: type[ConteurError] = ConteurError) -> Iterator[type[ConteurError]]:
    """Yield every class of the tree below `root` that names a reason."""
    for kind in root.__subclasses__():
        if hasattr(kind, "reason"):
            yield kind
        yield from kinds(kind)
