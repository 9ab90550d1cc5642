"""What is wrong with a token that was refused, in words that tell nothing of the token.

The token is read again without its signature, after the library that checks it has refused it. A
claim is compared with what it should be, and never shown: whoever sent the token chose it.
"""

import base64
import binascii
import json
from collections.abc import Mapping

LONGEST_SECONDS = 10 * 365 * 86_400  # of a time that somebody may have made up

Claims = Mapping[str, object]


def claims_in(token: str) -> Claims | None:
    """Return what a token says of itself, unverified; None where it cannot be read."""
    return _part(token, 1)


def seconds_since_expiry(claims: Claims | None, now: float) -> int | None:
    """Return for how long a token has been past its time, None where it does not say."""
    expires = (claims or {}).get("exp")
    if not isinstance(expires, int | float):
        return None
    return round(max(-LONGEST_SECONDS, min(LONGEST_SECONDS, now - expires)))


def failed_check(token: str, project: str, problem: str) -> str:
    """Return which check an ID token of Firebase's has failed.

    One of format, algorithm, kid, issuer, audience, subject, time and signature; `problem` is the
    library's text, of which only its fixed words count. What is checked:
    https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
    """
    header, claims = _part(token, 0), claims_in(token)
    if header is None or claims is None or token.count(".") != 2:  # noqa: PLR2004 - RFC 7519: header, claims, signature
        return "format"
    failed = {
        "algorithm": header.get("alg") != "RS256",
        "kid": not header.get("kid") or "Certificate for key id" in problem,
        "issuer": claims.get("iss") != f"https://securetoken.google.com/{project}",
        "audience": claims.get("aud") != project,
        "subject": not claims.get("sub") or not isinstance(claims.get("sub"), str),
        "time": "Token used too early" in problem,
    }
    return next((check for check, has_failed in failed.items() if has_failed), "signature")


def _part(token: str, number: int) -> Claims | None:
    parts = token.split(".", 2)
    if len(parts) <= number:
        return None
    text = parts[number]
    try:
        members = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return members if isinstance(members, dict) else None
