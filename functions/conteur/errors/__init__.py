"""Every error that can leave the product, in one tree.

    ConteurError
    ├── MalformedRequestError     invalid-argument     MALFORMED_JSON
    ├── InvalidFieldError         invalid-argument     INVALID_FIELD
    ├── PromptBlockedError        invalid-argument     PROMPT_BLOCKED
    ├── UnauthenticatedError      unauthenticated
    │   ├── NoTokenError                               NO_TOKEN
    │   ├── TokenExpiredError                          TOKEN_EXPIRED
    │   ├── TokenInvalidError                          TOKEN_INVALID
    │   ├── TokenRevokedError                          TOKEN_REVOKED
    │   └── AppCheckError                              APP_CHECK
    ├── UserBlockedError          permission-denied    USER_BLOCKED
    ├── AppCheckReplayedError     permission-denied    APP_CHECK_REPLAYED
    ├── StoryNotFoundError        not-found            STORY_NOT_FOUND
    ├── RequestIdReusedError      already-exists       REQUEST_ID_REUSED
    ├── InProgressError           aborted              IN_PROGRESS
    ├── QuotaError                resource-exhausted
    │   ├── UserQuotaError                             USER_QUOTA
    │   ├── ConcurrencyError                           CONCURRENCY
    │   └── NetworkQuotaError                          NETWORK_QUOTA
    ├── BudgetError               resource-exhausted   GLOBAL_BUDGET
    ├── ShortMemoryError          resource-exhausted   MEMORY_ERROR
    ├── OpenAIRateLimitError      resource-exhausted   OPENAI_RATE_LIMIT
    ├── OutputBlockedError        failed-precondition  OUTPUT_BLOCKED
    ├── FeatureDisabledError      failed-precondition  FEATURE_DISABLED
    ├── DeadlineError             deadline-exceeded    TIMEOUT
    ├── OpenAIError               unavailable          OPENAI_ERROR
    ├── CircuitOpenError          unavailable          CIRCUIT_OPEN
    ├── ModerationUnavailableError  unavailable        MODERATION_UNAVAILABLE
    ├── StoryInterruptedError     unavailable          STORY_INTERRUPTED
    ├── SecretUnavailableError    unavailable          SECRET_UNAVAILABLE
    ├── AuthUnavailableError      unavailable          AUTH_UNAVAILABLE
    ├── ClientGoneError           cancelled            CLIENT_GONE
    ├── StoreError                what only authors meet
    │   ├── RouteNotFoundError        not-found            ROUTE_NOT_FOUND
    │   ├── MethodNotAllowedError     invalid-argument     METHOD_NOT_ALLOWED
    │   ├── BodyTooLargeError         invalid-argument     BODY_TOO_LARGE
    │   ├── UnsupportedMediaTypeError invalid-argument     UNSUPPORTED_MEDIA_TYPE
    │   ├── ConfirmationRequiredError invalid-argument     CONFIRMATION_REQUIRED
    │   ├── RateLimitedError          resource-exhausted   RATE_LIMITED
    │   ├── SignatureInvalidError     unauthenticated      SIGNATURE_INVALID
    │   ├── UnknownAuthorError        permission-denied    UNKNOWN_AUTHOR
    │   ├── AuthorBlockedError        permission-denied    AUTHOR_BLOCKED
    │   ├── ProviderOnlyError         permission-denied    PROVIDER_ONLY
    │   ├── StoreNotFoundError        not-found            STORE_NOT_FOUND
    │   ├── StepNotFoundError         not-found            STEP_NOT_FOUND
    │   ├── VersionMismatchError      failed-precondition  VERSION_MISMATCH
    │   ├── StepsMissingError         failed-precondition  PRECONDITION_REQUIRED
    │   ├── SnoozeLimitError          failed-precondition  SNOOZE_LIMIT
    │   ├── IdempotencyInFlightError  aborted              IDEMPOTENCY_IN_FLIGHT
    │   ├── IdempotencyKeyReusedError already-exists       IDEMPOTENCY_KEY_REUSED
    │   ├── StoreDisabledError        unavailable          STORE_DISABLED
    │   ├── GatingUnavailableError    unavailable          GATING_UNAVAILABLE
    │   ├── DatabaseBusyError         unavailable          DATABASE_BUSY
    │   ├── DatabaseUnavailableError  unavailable          DATABASE_UNAVAILABLE
    │   ├── StoreTimeoutError         deadline-exceeded    STORE_TIMEOUT
    │   └── MailError                 unavailable          MAIL_UNSENT
    └── BugError                  internal             BUG

An error's text is shown to the person who calls: it says what happened and what to do
next, and never carries a prompt, a token or a key.
"""

from collections.abc import Mapping

from conteur import base_error
from conteur.catalogue import terms
from conteur.errors.failures import (
    AuthUnavailableError,
    BudgetError,
    BugError,
    CircuitOpenError,
    DeadlineError,
    ModerationUnavailableError,
    OpenAIError,
    OpenAIRateLimitError,
    SecretUnavailableError,
    ShortMemoryError,
    StoryInterruptedError,
)
from conteur.errors.refusals import (
    AppCheckError,
    AppCheckReplayedError,
    ClientGoneError,
    ConcurrencyError,
    FeatureDisabledError,
    InProgressError,
    InvalidFieldError,
    MalformedRequestError,
    NetworkQuotaError,
    NoTokenError,
    OutputBlockedError,
    PromptBlockedError,
    QuotaError,
    RequestIdReusedError,
    StoryNotFoundError,
    TokenExpiredError,
    TokenInvalidError,
    TokenRevokedError,
    UnauthenticatedError,
    UserBlockedError,
    UserQuotaError,
)
from conteur.errors.store import (
    AuthorBlockedError,
    BodyTooLargeError,
    ConfirmationRequiredError,
    DatabaseBusyError,
    DatabaseUnavailableError,
    GatingUnavailableError,
    IdempotencyInFlightError,
    IdempotencyKeyReusedError,
    MailError,
    MethodNotAllowedError,
    ProviderOnlyError,
    RateLimitedError,
    RouteNotFoundError,
    SignatureInvalidError,
    SnoozeLimitError,
    StepNotFoundError,
    StepsMissingError,
    StoreDisabledError,
    StoreError,
    StoreNotFoundError,
    StoreTimeoutError,
    UnknownAuthorError,
    UnsupportedMediaTypeError,
    VersionMismatchError,
)

# Whoever raises or reads an error needs these words as well.
Code = terms.Code
Phase = terms.Phase
Cause = terms.Cause
OpenAIFailure = terms.OpenAIFailure
NO_KIND = base_error.NO_KIND
ConteurError = base_error.ConteurError
kinds = base_error.kinds

__all__ = [
    "NO_KIND",
    "AppCheckError",
    "AppCheckReplayedError",
    "AuthUnavailableError",
    "AuthorBlockedError",
    "BodyTooLargeError",
    "BudgetError",
    "BugError",
    "Cause",
    "CircuitOpenError",
    "ClientGoneError",
    "Code",
    "ConcurrencyError",
    "ConfirmationRequiredError",
    "ConteurError",
    "DatabaseBusyError",
    "DatabaseUnavailableError",
    "DeadlineError",
    "FeatureDisabledError",
    "GatingUnavailableError",
    "IdempotencyInFlightError",
    "IdempotencyKeyReusedError",
    "InProgressError",
    "InvalidFieldError",
    "MailError",
    "MalformedRequestError",
    "MethodNotAllowedError",
    "ModerationUnavailableError",
    "NetworkQuotaError",
    "NoTokenError",
    "OpenAIError",
    "OpenAIFailure",
    "OpenAIRateLimitError",
    "OutputBlockedError",
    "Phase",
    "PromptBlockedError",
    "ProviderOnlyError",
    "QuotaError",
    "RateLimitedError",
    "RequestIdReusedError",
    "RouteNotFoundError",
    "SecretUnavailableError",
    "ShortMemoryError",
    "SignatureInvalidError",
    "SnoozeLimitError",
    "StepNotFoundError",
    "StepsMissingError",
    "StoreDisabledError",
    "StoreError",
    "StoreNotFoundError",
    "StoreTimeoutError",
    "StoryInterruptedError",
    "StoryNotFoundError",
    "TokenExpiredError",
    "TokenInvalidError",
    "TokenRevokedError",
    "UnauthenticatedError",
    "UnknownAuthorError",
    "UnsupportedMediaTypeError",
    "UserBlockedError",
    "UserQuotaError",
    "VersionMismatchError",
    "kinds",
    "recall",
]


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
