"""The keys that authors' tokens are signed with, as the secret JWT_SECRET has them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

LEAST_BYTES = 32  # HS256's: https://www.rfc-editor.org/rfc/rfc7518#section-3.2

_KID = re.compile(r"[A-Za-z0-9_.:@-]{1,64}")
_PUBLIC = re.compile(r"\s*(-----BEGIN |ssh-|ecdsa-)")  # what HMAC must never take for its key
_NO_ID = ""


@dataclass(frozen=True, slots=True)
class JwtKeys:
    """Keys by their ids (`kid`), never none; the first one signs.

    A secret that is a plain text is one key, for tokens of any `kid` or none; one that begins
    with `{` is a JSON object of keys by `kid`.
    """

    by_id: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "JwtKeys":
        """Return the keys of a secret. Raises ValueError for what `check_jwt_secret` refuses."""
        if problems := check_jwt_secret(text):
            raise ValueError("; ".join(problems))
        return cls({kid: str(key) for kid, key in _members(text)})

    @property
    def signing(self) -> tuple[str | None, str]:
        """Return the `kid` (None where it has none) and the key for new tokens."""
        kid, key = next(iter(self.by_id.items()))
        return kid or None, key

    def candidates(self, kid: str | None) -> tuple[str, ...]:
        """Return the keys that may have signed a token of that `kid`: any, where it has none.

        So tokens of the time before there were ids stay good when the first key gets one.
        """
        if kid is None or _NO_ID in self.by_id:
            return tuple(self.by_id.values())
        return (self.by_id[kid],) if kid in self.by_id else ()


def check_jwt_secret(text: str) -> list[str]:
    """Return all that is wrong with the text of JWT_SECRET, and quote no key."""
    try:
        members = _members(text)
    except (ValueError, RecursionError):
        return ['it begins with "{" and is no JSON object of keys by their ids']
    if not members:
        return ["it has no key"]
    return list(_problems(members, plain=not text.startswith("{")))


def _members(text: str) -> list[tuple[str, object]]:
    """Return ids and keys in their order, doubles included."""
    if not text.startswith("{"):
        return [(_NO_ID, text)] if text else []
    members: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
    return members


def _problems(members: list[tuple[str, object]], *, plain: bool) -> Iterator[str]:
    if len({kid for kid, _ in members}) < len(members):
        yield "two of its keys have the same id"
    for number, (kid, key) in enumerate(members, 1):
        if not plain and not _KID.fullmatch(kid):
            yield f"the id of its key {number} is not 1 to 64 letters, digits or any of _.:@-"
        if problem := _problem_of_key(key):
            yield f"its key {problem}" if plain else f"its key {number} {problem}"


def _problem_of_key(key: object) -> str:
    if not isinstance(key, str) or not key.isprintable():
        return "is no printable text"
    if _PUBLIC.match(key):
        return "is half of a key pair, which others may know"
    if len(key.encode()) < LEAST_BYTES:
        return f"has fewer than {LEAST_BYTES} bytes"
    return ""
