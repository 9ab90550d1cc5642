"""Errors that only authors meet, who publish stores over HTTP."""

from collections.abc import Mapping, Sequence

from conteur.base_error import ConteurError
from conteur.catalogue import store


class StoreError(ConteurError):
    """Something about stores, their onboarding, or their HTTP routes."""


class RouteNotFoundError(StoreError):
    """No route has this path."""

    entry = store.ROUTE_NOT_FOUND


class MethodNotAllowedError(StoreError):
    """The route does not answer this method; `allowed` are those that it does."""

    entry = store.METHOD_NOT_ALLOWED

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        """Name the methods that there are."""
        super().__init__(f"{method[:20]} is not answered here: use {' or '.join(allowed)}")
        self.allowed = tuple(allowed)


class BodyTooLargeError(StoreError):
    """The body is longer than any request needs."""

    entry = store.BODY_TOO_LARGE


class UnsupportedMediaTypeError(StoreError):
    """The body is no JSON in UTF-8, as far as its headers say."""

    entry = store.UNSUPPORTED_MEDIA_TYPE


class ConfirmationRequiredError(StoreError):
    """`confirmPublish` is absent or false."""

    entry = store.CONFIRMATION_REQUIRED


class RateLimitedError(StoreError):
    """The author has made as many requests as one may in a minute."""

    entry = store.RATE_LIMITED


class SignatureInvalidError(StoreError):
    """A provider's call is not signed, or was signed for another body or too long ago."""

    entry = store.SIGNATURE_INVALID


class UnknownAuthorError(StoreError):
    """The token is good, and no author is known by it."""

    entry = store.UNKNOWN_AUTHOR


class AuthorBlockedError(StoreError):
    """The operator has blocked the author."""

    entry = store.AUTHOR_BLOCKED


class ProviderOnlyError(StoreError):
    """Only the provider who verifies the step may complete it."""

    entry = store.PROVIDER_ONLY


class StoreNotFoundError(StoreError):
    """There is no such store, or it is not public."""

    entry = store.STORE_NOT_FOUND


class StepNotFoundError(StoreError):
    """The onboarding of the author has no such step."""

    entry = store.STEP_NOT_FOUND


class VersionMismatchError(StoreError):
    """The store is no longer as `If-Match` says."""

    entry = store.VERSION_MISMATCH


class StepsMissingError(StoreError):
    """Required steps of the onboarding are missing: the gate is closed.

    `members` are what the answer says of them besides, as JSON.
    """

    entry = store.PRECONDITION_REQUIRED

    def __init__(self, message: str, missing_step: str, members: Mapping[str, object]) -> None:
        """Name the first step that is missing."""
        super().__init__(message)
        self.missing_step = missing_step
        self.members = members


class SnoozeLimitError(StoreError):
    """The step was put off as often as it may be, or is done."""

    entry = store.SNOOZE_LIMIT


class IdempotencyInFlightError(StoreError):
    """The same Idempotency-Key is being answered right now."""

    entry = store.IDEMPOTENCY_IN_FLIGHT


class IdempotencyKeyReusedError(StoreError):
    """The Idempotency-Key belongs to another body."""

    entry = store.IDEMPOTENCY_KEY_REUSED


class StoreDisabledError(StoreError):
    """The operator has turned the store's routes off."""

    entry = store.STORE_DISABLED


class GatingUnavailableError(StoreError):
    """Nobody can say whether the onboarding is complete, so nothing is published."""

    entry = store.GATING_UNAVAILABLE


class DatabaseBusyError(StoreError):
    """All connections to the database are in use."""

    entry = store.DATABASE_BUSY


class DatabaseUnavailableError(StoreError):
    """The database cannot be reached, or has given the transaction up: it may be repeated."""

    entry = store.DATABASE_UNAVAILABLE


class StoreTimeoutError(StoreError):
    """The time was up before the database had answered."""

    entry = store.STORE_TIMEOUT


class MailError(StoreError):
    """The mail server did not take a mail; nobody hears this, the outbox keeps it.

    `temporary`: it may be taken later.
    """

    entry = store.MAIL_UNSENT

    def __init__(self, message: str, *, temporary: bool) -> None:
        """Say what the server said, without anybody's address."""
        super().__init__(message)
        self.temporary = temporary
