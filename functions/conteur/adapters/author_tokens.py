"""Bearer tokens of authors: our own, signed with HS256, and Firebase's ID tokens.

https://www.rfc-editor.org/rfc/rfc8725 has the reasons for most of what is checked.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jwt

from conteur.adapters.token_findings import claims_in, seconds_since_expiry
from conteur.domain.secret import Secret
from conteur.domain.store.author import Subject, SubjectKind
from conteur.domain.store.jwt_keys import JwtKeys
from conteur.errors import (
    DeadlineError,
    SecretUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
)
from conteur.use_cases.ports import Tokens

FIREBASE_ISSUER = "https://securetoken.google.com/"  # and the project
MOST_CHARACTERS = 8192
LONGEST_SECONDS = 86_400
LEEWAY_SECONDS = 30
SECRET_SECONDS = 3.0
ANOTHER_SECRET_SECONDS = 1.0  # whoever sends a bad token must not keep a thread for long

_AUTHOR_ID = re.compile(r"[A-Za-z0-9_.:@-]{1,128}")  # as users.id has it
_FIREBASE_ID = re.compile(r"[^/\x00\ud800-\udfff]{1,128}")  # as users.firebase_uid can have it
_OPTIONS: Any = {
    "require": ["exp", "iat", "sub", "iss", "aud"],
    "enforce_minimum_key_length": True,
}
# What PyJWT and json raise for texts that are no token.
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError)
# What the log says of a token that PyJWT refuses.
_CHECKS: Mapping[type[Exception], str] = {
    jwt.InvalidIssuerError: "issuer",
    jwt.InvalidAudienceError: "audience",
    jwt.MissingRequiredClaimError: "claims",
    jwt.InvalidAlgorithmError: "algorithm",
    jwt.ImmatureSignatureError: "time",
    jwt.InvalidIssuedAtError: "time",
}


class SigningKeys(Protocol):
    """The secret JWT_SECRET, as KeptSecret keeps it."""

    def get(self, timeout: float) -> Secret:
        """Return it. Raises SecretUnavailableError or DeadlineError."""

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> Secret | None:
        """Return another version than the one that was of no use, if there is one."""


class AuthorTokens:
    """Implements store.ports.AuthorTokens.

    The issuer that a token names, unverified, decides only who verifies it: each verifier has
    its own keys and its own algorithm. `firebase` is called for the first token of Firebase's.
    """

    def __init__(
        self, firebase: Callable[[], Tokens], keys: SigningKeys, issuer: str, audience: str
    ) -> None:
        self._firebase = firebase
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def identify(self, token: str) -> Subject:
        """Return whose the token is."""
        if len(token) > MOST_CHARACTERS:
            raise _invalid("length")
        kid, issuer = _unverified(token)
        if issuer.startswith(FIREBASE_ISSUER):
            return _firebase_subject(self._firebase().identify(token).uid)
        return _author(self._claims(token, kid))

    def _claims(self, token: str, kid: str | None) -> Mapping[str, Any]:
        """Return the claims of a token of ours.

        A token that no key fits may be signed with a key that was added just now.
        """
        secret = self._secret()
        claims = self._checked(token, kid, secret)
        if claims is None and (newer := self._newer(secret)):
            claims = self._checked(token, kid, newer)
        if claims is None:
            known = kid is None or _keys(secret).candidates(kid)
            raise _invalid("signature" if known else "kid")
        return claims

    def _secret(self) -> Secret:
        try:
            return self._keys.get(SECRET_SECONDS)
        except DeadlineError as error:
            raise SecretUnavailableError(error.message) from None

    def _newer(self, secret: Secret) -> Secret | None:
        return self._keys.refresh_after_refusal(secret, ANOTHER_SECRET_SECONDS)

    def _checked(self, token: str, kid: str | None, secret: Secret) -> Mapping[str, Any] | None:
        """Return the claims, None where no key of the secret has signed the token."""
        for key in _keys(secret).candidates(kid):
            try:
                return self._decoded(token, key)
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise _expired(token) from None
            except _UNREADABLE as error:
                raise _invalid(_CHECKS.get(type(error), "format")) from None
        return None

    def _decoded(self, token: str, key: str) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY_SECONDS,
            options=_OPTIONS,
        )
        return claims


def _keys(secret: Secret) -> JwtKeys:
    try:
        return JwtKeys.parse(secret.value)
    except ValueError as error:
        raise SecretUnavailableError(
            f"Version {secret.version} of JWT_SECRET is of no use: {error}", missing=True
        ) from None


def _unverified(token: str) -> tuple[str | None, str]:
    """Return the key's id (None where there is none) and the issuer, as the token says them."""
    try:
        said = jwt.decode_complete(token, options={"verify_signature": False})
    except _UNREADABLE:
        raise _invalid("format") from None
    kid, issuer = said["header"].get("kid"), said["payload"].get("iss")
    return None if kid is None else str(kid), issuer if isinstance(issuer, str) else ""


def _author(claims: Mapping[str, Any]) -> Subject:
    issued, expires, author = claims["iat"], claims["exp"], claims["sub"]
    if not _is_number(issued) or not _is_number(expires) or expires - issued > LONGEST_SECONDS:
        raise _invalid("time")
    if not _AUTHOR_ID.fullmatch(author):
        raise _invalid("subject")
    return Subject(SubjectKind.AUTHOR, author)


def _is_number(claim: object) -> bool:
    return isinstance(claim, int | float)


def _firebase_subject(uid: str) -> Subject:
    if not _FIREBASE_ID.fullmatch(uid):
        raise _invalid("subject")
    return Subject(SubjectKind.FIREBASE, uid)


def _expired(token: str) -> TokenExpiredError:
    seconds = seconds_since_expiry(claims_in(token), time.time())
    error = TokenExpiredError("the token has expired: sign in again")
    return error.noting(check="expired", expired_seconds=seconds)


def _invalid(check: str) -> TokenInvalidError:
    error = TokenInvalidError("the token is not valid for this service: sign in again")
    return error.noting(check=check)
