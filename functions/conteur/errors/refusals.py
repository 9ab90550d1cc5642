"""What callers cause, and what is decided for their sake: no failures of ours."""

from conteur.base_error import ConteurError
from conteur.catalogue import refusals


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


class TokenRevokedError(UnauthenticatedError):
    """The ID token was good, and its session was ended since then."""

    entry = refusals.TOKEN_REVOKED


class AppCheckError(UnauthenticatedError):
    """The App Check token is missing or refused, and App Check is enforced."""

    entry = refusals.APP_CHECK


class UserBlockedError(ConteurError):
    """The operator has blocked the user, or disabled the account."""

    entry = refusals.USER_BLOCKED


class AppCheckReplayedError(ConteurError):
    """The App Check token was used before, and each may be used once."""

    entry = refusals.APP_CHECK_REPLAYED


class StoryNotFoundError(ConteurError):
    """The user has no such story, or it has no text."""

    entry = refusals.STORY_NOT_FOUND

    @classmethod
    def of(cls, story_id: str) -> "StoryNotFoundError":
        """Return the error for the story of this id."""
        return cls("you have no such story: it was deleted, or never told", storyId=story_id)


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


class NetworkQuotaError(QuotaError):
    """The users of one network have had the day's stories together."""

    entry = refusals.NETWORK_QUOTA


class OutputBlockedError(ConteurError):
    """The model refused, or a filter stopped what it wrote.

    `withdrawn` says that what was let out before must not be read or kept either. `cost_micros`
    is what the model's answer has cost, in micro-dollars; None where the model did not say.
    """

    entry = refusals.OUTPUT_BLOCKED
    withdrawn = False
    cost_micros: int | None = None

    def __init__(self, message: str, *, withdrawn: bool = False) -> None:
        """Say what was stopped; a story is withdrawn where it was judged as a whole."""
        super().__init__(message)
        self.withdrawn = withdrawn


class FeatureDisabledError(ConteurError):
    """The operator has turned the generation of stories off."""

    entry = refusals.FEATURE_DISABLED


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
