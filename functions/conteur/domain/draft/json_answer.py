"""A story that came as JSON although prose was asked for."""

import json
import re

from conteur.domain.draft.code_units import cleaned

_TITLE_NAMES = frozenset({"title", "titre", "titel", "titulo", "título", "titolo"})
_TEXT_NAMES = frozenset(
    {"text", "story", "content", "body", "paragraphs", "texte", "histoire", "cuento", "storia"}
)

# A string, closed or cut off, and the colon that makes it a member's name.
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)(\s*:)?', re.DOTALL)
_CUT_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{0,3}\Z")


def read_json_answer(answer: str) -> tuple[str, str] | None:
    """Return the title and the text of an answer that starts as a JSON object, or None.

    The answer may be cut off and may nest; strings under a name that means text are its
    paragraphs, in their order. None where no such name has any.
    """
    title, paragraphs, name = "", [], ""
    for match in _STRING.finditer(answer):
        value = _unescaped(match[1])
        if match[2]:
            name = value.strip().casefold()
        elif name in _TEXT_NAMES:
            paragraphs.append(value.strip())
        elif name in _TITLE_NAMES:
            title = title or value.strip()
    text = "\n\n".join(filter(None, paragraphs))
    return (cleaned(title), cleaned(text)) if text else None


def _unescaped(raw: str) -> str:
    whole = _CUT_ESCAPE.sub("", raw)
    try:
        return str(json.loads(f'"{whole}"', strict=False))
    except ValueError:  # an escape that JSON does not have, such as \'
        return whole.replace("\\n", "\n").replace("\\", "")
