"""What authors are written."""

from collections.abc import Mapping
from dataclasses import dataclass

STORE_PUBLISHED = "store_published"
_FRENCH_MARKETS = frozenset({"FR"})

_ENGLISH_SUBJECT = "Your store {name} is public"
_ENGLISH = """\
Hello,

your store {name} is public now:

{url}

If it was not you who published it, sign in, unpublish it, and change your password.
"""
_FRENCH_SUBJECT = "Votre boutique {name} est publiée"
_FRENCH = """\
Bonjour,

votre boutique {name} est maintenant publique :

{url}

Si vous ne l’avez pas publiée vous-même, connectez-vous, dépubliez-la et changez de mot de passe.
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject of one line, and a plain text."""

    subject: str
    text: str


def letter(kind: str, facts: Mapping[str, str]) -> Letter | None:
    """Return what a mail of that kind says, None for a kind that nobody knows.

    Facts: `name` and `storeUrl`, and `market`: France's authors are written in French, all
    others in English.
    """
    if kind != STORE_PUBLISHED:
        return None
    french = facts.get("market") in _FRENCH_MARKETS
    subject, text = (_FRENCH_SUBJECT, _FRENCH) if french else (_ENGLISH_SUBJECT, _ENGLISH)
    words = {"name": _line(facts.get("name", "")), "url": _line(facts.get("storeUrl", ""))}
    return Letter(" ".join(subject.format(**words).split()), text.format(**words))


def _line(text: str) -> str:
    """Return the text as one line: what is no character to read becomes a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
