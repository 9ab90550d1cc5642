"""Whether a provider's call was signed by one who has the step's secret, and just now.

The scheme is that of Stripe's webhooks: `t=<unix seconds>,v1=<hex>[,v1=<hex>]`, where each v1 is
the HMAC-SHA256 of `t.body`. While a secret is replaced a call bears a signature of either.
https://docs.stripe.com/webhooks#verify-manually
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from conteur.errors import SignatureInvalidError

WINDOW_SECONDS = 300
_LONGEST_HEADER = 1000
_TIME = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signature:
    """When a call was signed, in seconds since the epoch, and its signatures in hex."""

    signed_at: int
    digests: tuple[str, ...]

    def check(self, body: bytes, key: bytes, now: float) -> None:
        """Raise SignatureInvalidError where the call is too old, too early, or not signed so."""
        if abs(now - self.signed_at) > WINDOW_SECONDS:
            raise SignatureInvalidError(
                f"the call was signed more than {WINDOW_SECONDS} s before or after it came"
            ).noting(check="time", age_seconds=round(now - self.signed_at))
        expected = sign(body, key, self.signed_at)
        if not any(hmac.compare_digest(expected, digest) for digest in self.digests):
            error = SignatureInvalidError("the signature is not that of this body")
            raise error.noting(check="signature")


def parse_signature(header: str) -> Signature:
    """Read the header `Conteur-Signature`; schemes other than v1 are passed over.

    Raises SignatureInvalidError where it has no v1, or not exactly one time.
    """
    parts = [part.strip().partition("=") for part in header[:_LONGEST_HEADER].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    digests = tuple(value for name, _, value in parts if name == "v1" and _DIGEST.fullmatch(value))
    if len(times) != 1 or not _TIME.fullmatch(times[0]) or not digests:
        raise SignatureInvalidError(
            "Conteur-Signature is missing or malformed: it is t=<unix seconds>,v1=<hex>"
        ).noting(check="format" if header else "missing")
    return Signature(int(times[0]), digests)


def sign(body: bytes, key: bytes, signed_at: int) -> str:
    """Return the signature of a body, in hex."""
    return hmac.new(key, b"%d.%s" % (signed_at, body), hashlib.sha256).hexdigest()
