"""Who signs for a step: the providers' secrets, and the calls that bear their signatures."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.secret import Secret
from conteur.domain.store.signature import parse_signature
from conteur.errors import DeadlineError, SecretUnavailableError, SignatureInvalidError
from conteur.telemetry import logs
from conteur.telemetry.context import Headers

SIGNATURE = "Conteur-Signature"
SHORTEST_SECRET_BYTES = 32  # RFC 2104, 3: no shorter than the hash
READ_SECONDS = 3.0

ReadSecret = Callable[[float], Secret]
"""Reads a secret within so many seconds. Raises SecretUnavailableError or DeadlineError."""


@dataclass(frozen=True, slots=True)
class ProviderSignatures:
    """Checks providers' calls. `read` has PROVIDER_SECRETS: JSON, a secret for each step.

    `now` is in seconds since the epoch.
    """

    read: ReadSecret
    now: Callable[[], float]

    def check(self, step: str, headers: Headers, body: bytes, seconds: float) -> None:
        """Raise SignatureInvalidError where the step's provider has not signed the body just now.

        Raises SecretUnavailableError where the secrets cannot be read within `seconds`.
        """
        signature = parse_signature(headers.get(SIGNATURE, ""))
        secret = self._secrets(min(seconds, READ_SECONDS)).get(step)
        if secret is None:
            raise SignatureInvalidError("nobody signs for this step").noting(check="step")
        signature.check(body, secret.encode(), self.now())

    def _secrets(self, seconds: float) -> dict[str, str]:
        try:
            secret = self.read(seconds)
        except DeadlineError:
            raise SecretUnavailableError("the providers' secrets cannot be read in time") from None
        secrets = parse_secrets(secret.value)
        if secrets is None:
            logs.error("secret.malformed", name="PROVIDER_SECRETS", version=secret.version)
            raise SecretUnavailableError("the providers' secrets cannot be understood")
        return secrets


def parse_secrets(text: str) -> dict[str, str] | None:
    """Return the secrets of the steps, as PROVIDER_SECRETS has them; None where it is malformed."""
    try:
        secrets = json.loads(text)
    except ValueError:
        return None
    if not isinstance(secrets, dict) or not all(map(_is_long_enough, secrets.values())):
        return None
    # A signature does not name its step: the secret does.
    return secrets if len(set(secrets.values())) == len(secrets) else None


def _is_long_enough(secret: object) -> bool:
    return isinstance(secret, str) and len(secret.encode()) >= SHORTEST_SECRET_BYTES
