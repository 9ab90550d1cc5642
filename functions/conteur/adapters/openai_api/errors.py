"""What a refusal by the model's server means: decisions only.

The server's own text is never passed on: it may quote the prompt or a part of the key.
Sources: https://platform.openai.com/docs/guides/error-codes and the types of openai 3.54.0.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from conteur.errors import (
    ConteurError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
    PromptBlockedError,
)

_PROMPT_BLOCKED = {
    "bio_policy",
    "content_filter",
    "content_policy_violation",
    "invalid_prompt",
    "misalignment_policy_violation",
    "moderation_blocked",
}
_NO_CREDIT = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_BAD_KEY = {"invalid_api_key", "account_deactivated", "authentication_error"}
_TOO_LONG = {"context_length_exceeded", "string_above_max_length"}
_RATE_LIMIT = {"rate_limit_exceeded", "rate_limit_error"}
_OUTAGES = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT}
LONGEST_WAIT_SECONDS = 86_400.0
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")


@dataclass(frozen=True, slots=True, repr=False)
class Refusal:
    """A refusal, as far as it may be told. `status` is 0 when it came inside a stream.

    `told` holds the error's `code` and `type`; `body` is only searched, never shown.
    """

    status: int
    told: frozenset[str]
    parameter: str = ""
    retry_after_seconds: float | None = None
    body: str = ""

    def names(self, parameter: str) -> bool:
        """Tell whether this is about `parameter`, by its name or, where none is given, its text."""
        if self.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}:
            return False
        return self.parameter == parameter if self.parameter else parameter in self.body


def refusal_from(
    status: int, headers: Mapping[str, str], error: object, body: str, now: datetime
) -> Refusal:
    """Return the refusal that a response of an error status holds.

    `error` is the body's `error` member (or the body, where it has none), whatever its type.
    """
    members: Mapping[object, object] = error if isinstance(error, Mapping) else {}
    return Refusal(
        status=status,
        told=_identifiers(members.get("code"), members.get("type")),
        parameter=next(iter(_identifiers(members.get("param"))), ""),
        retry_after_seconds=retry_after_seconds(headers, now),
        body=body,
    )


def error_in_stream(error: object) -> ConteurError:
    """Return the error that an `error` object inside a stream of status 200 means."""
    members: Mapping[object, object] = error if isinstance(error, Mapping) else {}
    told = _identifiers(members.get("code"), members.get("type"))
    if "content_filter" in told:
        return output_blocked()
    status = next((int(word) for word in told if word.isdecimal()), 0)
    return error_of(Refusal(status=status, told=told))


def error_of(refusal: Refusal) -> ConteurError:
    """Return the one error of ours that the refusal means; the log is told its status."""
    return _meaning(refusal).noting(
        status=refusal.status or None, codes=" ".join(sorted(refusal.told)) or None
    )


def _meaning(refusal: Refusal) -> ConteurError:
    told, status = refusal.told, refusal.status
    if told & _PROMPT_BLOCKED:
        return PromptBlockedError(
            "The model's safety rules refuse this prompt. Ask for another story."
        )
    if told & _NO_CREDIT or status == HTTPStatus.PAYMENT_REQUIRED:
        return _no_credit()
    if told & _BAD_KEY or status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return _bad_key(refusal)
    if told & _RATE_LIMIT or status == HTTPStatus.TOO_MANY_REQUESTS:
        return OpenAIRateLimitError(
            "The model is asked by too many at once. Try again in a moment.",
            retry_after_seconds=refusal.retry_after_seconds,
        )
    if status in _OUTAGES or status >= HTTPStatus.INTERNAL_SERVER_ERROR or not status:
        return outage(
            f"The model's server failed ({_shown(refusal)}).", refusal.retry_after_seconds
        )
    return _bad_request(refusal)


def output_blocked() -> OutputBlockedError:
    """Return the error for a story that the model, or a filter, refused to tell."""
    return OutputBlockedError("The model would not tell this story. Ask for another one.")


def outage(what: str, wait_seconds: float | None = None) -> OpenAIError:
    """Return the error for a server that fails; `what` is a sentence without foreign text."""
    return OpenAIError(f"{what} Try again in a moment.", OpenAIFailure.OUTAGE, wait_seconds)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the wait that `retry-after-ms` or `retry-after` (seconds or a date) asks for.

    A day at most: a longer one is nonsense, and is passed on to apps.
    """
    wait = _asked_wait(headers, now)
    return None if wait is None else min(wait, LONGEST_WAIT_SECONDS)


def _asked_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return _seconds_until(value, now) if seconds is None else seconds


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        return max(0.0, (parsedate_to_datetime(date) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _identifiers(*values: object) -> frozenset[str]:
    """Return the values that are plain identifiers; free text is dropped."""
    words = (str(value) for value in values if isinstance(value, str | int))
    return frozenset(word for word in words if _IDENTIFIER.fullmatch(word))


def _shown(refusal: Refusal) -> str:
    about = [refusal.parameter] if refusal.parameter else []
    return " ".join([str(refusal.status or "in the stream"), *sorted(refusal.told), *about])


def _no_credit() -> OpenAIError:
    return OpenAIError(
        "The account at the model's provider has no credit left. Trying again will not help "
        "until the operator adds some.",
        OpenAIFailure.QUOTA,
    )


def _bad_key(refusal: Refusal) -> OpenAIError:
    return OpenAIError(
        f"The model's server refuses the service's key ({_shown(refusal)}). Trying again will "
        "not help until the operator renews the secret that OPENAI_SECRET names.",
        OpenAIFailure.KEY,
    )


def _bad_request(refusal: Refusal) -> OpenAIError:
    if refusal.told & _TOO_LONG or refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        advice = "The request is too long for the model: shorten it."
    elif refusal.status == HTTPStatus.NOT_FOUND:
        advice = "The operator checks OPENAI_MODEL and OPENAI_BASE_URL."
    else:
        advice = "Trying the same again will not help."
    return OpenAIError(
        f"The model's server refuses the request ({_shown(refusal)}). {advice}",
        OpenAIFailure.PROMPT,
    )
