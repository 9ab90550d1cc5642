"""What a request's headers say, and what an answer's say."""

import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from conteur.errors import InvalidFieldError, NoTokenError, TokenInvalidError
from conteur.telemetry.context import Headers

if TYPE_CHECKING:
    from conteur.domain.store.rate_limit import Allowance

CORRELATION_ID = "X-Correlation-Id"
IDEMPOTENCY_KEY = "Idempotency-Key"
IF_MATCH = "If-Match"

EVERY_ANSWER: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # Any origin: a browser adds no cookie, and whoever calls has a token of their own.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, ETag, Idempotent-Replayed, RateLimit, "
    f"RateLimit-Policy, Retry-After, WWW-Authenticate, {CORRELATION_ID}",
}
PREFLIGHT: Mapping[str, str] = {
    "Access-Control-Allow-Headers": f"Authorization, Content-Type, {IDEMPOTENCY_KEY}, {IF_MATCH}, "
    f"traceparent, {CORRELATION_ID}",
    "Access-Control-Max-Age": "3600",
}

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+)", re.IGNORECASE | re.ASCII)
# https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3
_ENTITY_TAG = re.compile(r'[ \t]*((?:W/)?"[\x21\x23-\x7e]{0,100}")[ \t]*(?:,|$)')
_MOST_TAGS = 20
_ABSENT = "\n"  # no header has a line end in it
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def correlation_of(headers: Headers) -> uuid.UUID:
    """Return the caller's correlation id where it is a UUID, a new one else."""
    sent = headers.get(CORRELATION_ID, "")
    return uuid.UUID(sent) if _UUID.fullmatch(sent) else uuid.uuid4()


def bearer_token(headers: Headers) -> str:
    """Return the token. Raises NoTokenError or TokenInvalidError."""
    sent = headers.get("Authorization", "").strip()
    if sent.partition(" ")[0].lower() != "bearer" or sent.lower() == "bearer":
        raise nobody("scheme" if sent else "missing")
    if found := _BEARER.fullmatch(sent):
        return found[1]
    invalid = TokenInvalidError("the token has characters that no token has: sign in again")
    raise invalid.noting(check="format")


def nobody(check: str) -> NoTokenError:
    """Return the refusal of a request without a token; `check` says what was looked for."""
    error = NoTokenError("nobody is signed in: send a `Bearer` token in the `Authorization` header")
    return error.noting(check=check)


def idempotency_key(headers: Headers) -> str | None:
    """Return the Idempotency-Key without its quotes, None where there is none.

    Quotes are optional: draft-ietf-httpapi-idempotency-key-header wants them, and few clients
    send them. Raises InvalidFieldError.
    """
    sent = headers.get(IDEMPOTENCY_KEY, _ABSENT)
    if sent is _ABSENT:
        return None
    quoted = len(sent) > 1 and sent[0] == sent[-1] == '"'
    key = sent[1:-1] if quoted else sent
    if not _KEY.fullmatch(key):
        raise InvalidFieldError(IDEMPOTENCY_KEY, "must have 1 to 255 visible ASCII characters")
    return key


def if_match(headers: Headers) -> frozenset[str] | None:
    """Return the entity tags of If-Match, None where there is none.

    A weak one keeps its `W/`, and so matches nothing: the comparison is the strong one (RFC 9110,
    13.1.1). Raises InvalidFieldError.
    """
    sent = headers.get(IF_MATCH, _ABSENT)
    if sent is _ABSENT:
        return None
    return frozenset({"*"}) if sent.strip() == "*" else frozenset(_entity_tags(sent.strip()))


def _entity_tags(sent: str) -> list[str]:
    tags: list[str] = []
    at = 0
    while at < len(sent) or not tags:
        found = _ENTITY_TAG.match(sent, at)
        if found is None or len(tags) == _MOST_TAGS:
            raise InvalidFieldError(
                IF_MATCH, f"must be `*`, or at most {_MOST_TAGS} entity tags in quotes"
            )
        tags.append(found[1])
        at = found.end()
    return tags


def rate_limit(allowance: "Allowance") -> dict[str, str]:
    """Return what is left of the caller's requests: draft-ietf-httpapi-ratelimit-headers."""
    rule = allowance.rule
    return {
        "RateLimit-Policy": f'"default";q={rule.requests};w={rule.seconds}',
        "RateLimit": f'"default";r={allowance.remaining};t={allowance.reset_seconds}',
    }
