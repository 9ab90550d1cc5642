"""ID tokens and App Check tokens, checked by firebase-admin.

Importing this module imports firebase-admin: the composition root does so in the worker.
"""

import re
import time
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

import firebase_admin
from firebase_admin import auth
from firebase_admin.app_check import _AppCheckService
from jwt import PyJWKClient, PyJWKClientConnectionError, PyJWKClientError, PyJWKSetError

from conteur.adapters.firebase_credentials import NoCredentials
from conteur.adapters.kept_certificates import KeptCertificates
from conteur.adapters.token_findings import claims_in, failed_check, seconds_since_expiry
from conteur.domain.identity import Identity
from conteur.errors import (
    AppCheckError,
    AuthUnavailableError,
    TokenExpiredError,
    TokenInvalidError,
)

if TYPE_CHECKING:
    from conteur.adapters.app_check_consumer import AppCheckConsumer

KEYS_TIMEOUT_SECONDS = 3
KEYS_LIFESPAN_SECONDS = 6 * 3600  # firebase.google.com/docs/app-check/custom-resource-backend
CLOCK_SKEW_SECONDS = 5  # Google's servers and ours may differ by this much

_NO_KEYS = (JSONDecodeError, UnicodeDecodeError)  # an answer of another page, or half of one

# https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
_NO_DOCUMENT_ID = re.compile(r".*/.*|\.\.?|__.*__", re.DOTALL)


class FirebaseTokens:
    """Implements ports.Tokens.

    `certs_url` and `jwks_url` say where the public keys are that sign ID tokens and App Check
    tokens; empty ones mean Google's, and only the local stack has others. With a `consumer` an
    App Check token is good for one call.
    """

    def __init__(
        self,
        project: str,
        *,
        certs_url: str = "",
        jwks_url: str = "",
        consumer: "AppCheckConsumer | None" = None,
    ) -> None:
        options = {"projectId": project, "httpTimeout": KEYS_TIMEOUT_SECONDS}
        # Not initialize_app: it registers the name for good, and a second try would be refused.
        app = firebase_admin.App("tokens", NoCredentials(), options)
        self._auth = _auth_client(app, certs_url)
        self._app_check = _app_check_service(app, jwks_url)
        self._consumer = consumer
        self._project = project

    def identify(self, id_token: str) -> Identity:
        """Return who holds `id_token`, its signature, times, issuer and audience checked."""
        try:
            claims = self._auth.verify_id_token(id_token, clock_skew_seconds=CLOCK_SKEW_SECONDS)
        except auth.ExpiredIdTokenError:
            raise _expired(id_token) from None
        except auth.CertificateFetchError:
            raise _keys_unavailable() from None
        except (ValueError, auth.InvalidIdTokenError) as error:
            # Public keys that cannot be read are told like a token that cannot be.
            if isinstance(getattr(error, "cause", None), _NO_KEYS):
                raise _keys_unavailable() from None
            check = failed_check(id_token, self._project, str(error))
            raise _invalid(check) from None
        return _identity(claims)

    def attest(self, app_check_token: str) -> str:
        """Return the id of the app that `app_check_token` was given to, and use it up."""
        try:
            app_id = self._app_check.verify_token(app_check_token)["app_id"]
        except (PyJWKClientConnectionError, PyJWKSetError, *_NO_KEYS):
            raise _keys_unavailable() from None
        except (ValueError, PyJWKClientError):
            raise AppCheckError(
                "the App Check token is not valid: set App Check up in the app, and call again"
            ).noting(check="invalid") from None
        if self._consumer:
            self._consumer.consume(app_check_token)
        return str(app_id)


def _auth_client(app: firebase_admin.App, certs_url: str) -> auth.Client:
    client = auth.Client(app)
    verifier = client._token_verifier  # noqa: SLF001 - no public way
    verifier.request = KeptCertificates(verifier.request, time.monotonic)
    if certs_url:
        verifier.id_token_verifier.cert_url = certs_url
    return client


def _app_check_service(app: firebase_admin.App, jwks_url: str) -> _AppCheckService:
    service = _AppCheckService(app)
    service._jwks_client = PyJWKClient(  # noqa: SLF001 - the only way to bound its wait of 30 s
        jwks_url or service._JWKS_URL,  # noqa: SLF001
        lifespan=KEYS_LIFESPAN_SECONDS,
        timeout=KEYS_TIMEOUT_SECONDS,
    )
    return service


def _identity(claims: dict[str, Any]) -> Identity:
    uid = str(claims["uid"])
    if _NO_DOCUMENT_ID.fullmatch(uid):  # it is a part of every document's path
        raise _invalid("subject")
    firebase = claims.get("firebase")
    provider = firebase.get("sign_in_provider") if isinstance(firebase, dict) else None
    signed_in = float(claims.get("auth_time") or claims.get("iat") or 0)
    return Identity(uid, str(provider or "unknown"), signed_in)


def _expired(id_token: str) -> TokenExpiredError:
    error = TokenExpiredError(
        "the ID token has expired: fetch a new one (getIdToken(true)) and call again"
    )
    seconds = seconds_since_expiry(claims_in(id_token), time.time())
    return error.noting(check="expired", expired_seconds=seconds)


def _invalid(check: str) -> TokenInvalidError:
    error = TokenInvalidError(
        "the ID token is not valid for this project: sign in again, and check the app's config"
    )
    return error.noting(check=check)


def _keys_unavailable() -> AuthUnavailableError:
    return AuthUnavailableError(
        "tokens cannot be checked just now: try again in a few seconds", retry_after_seconds=5
    )
