"""The words that tell failures apart, as apps, logs and metrics spell them."""

from enum import StrEnum


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
