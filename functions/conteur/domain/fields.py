"""Readers of one member of the request each: they return its value or raise InvalidFieldError.

An error's text states the rule and never the value, which may be long or private.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from conteur.domain.paths import FORBIDDEN_NAMES, MAX_DEPTH, ROOT, child
from conteur.errors import InvalidFieldError

_Choice = TypeVar("_Choice", bound=StrEnum)

# A character is at most four code points before NFC (Unicode FAQ, "Normalization"). What is
# longer is refused unread: normalising takes quadratic time on a long run of combining marks.
_LONGEST_DECOMPOSITION = 4
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_MOST_WARNINGS = 10
_LONGEST_NAME_SHOWN = 40
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


@dataclass(frozen=True, slots=True)
class Members:
    """An object's members that the contract knows (a null is an absent one) and other names."""

    known: dict[str, object]
    unknown: tuple[str, ...]


def check_shape(data: object) -> None:
    """Refuse names that attack JavaScript readers of a story, and nesting past 64 levels."""
    waiting = [(data, "", 1)]
    while waiting:
        value, path, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise InvalidFieldError(ROOT, f"must not be nested deeper than {MAX_DEPTH} levels")
        for key, member in _members(value):
            if key in FORBIDDEN_NAMES:
                raise InvalidFieldError(child(path, key), "is a name that no request may use")
            if isinstance(member, (dict, list)):
                waiting.append((member, child(path, key), depth + 1))


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def read_object(value: object, path: str, names: frozenset[str]) -> Members:
    """Return the object's members, sorted into the known `names` and the paths of others."""
    if not isinstance(value, dict):
        raise InvalidFieldError(path or ROOT, "must be an object")
    return Members(
        known={k: v for k, v in value.items() if k in names and v is not None},
        unknown=tuple(f"{path}.{k}" if path else k for k in value if k not in names),
    )


def read_list(value: object, path: str, most: int) -> list[object]:
    """Return the array, which holds at most `most` items."""
    if not isinstance(value, list):
        raise InvalidFieldError(path, "must be an array")
    if len(value) > most:
        raise InvalidFieldError(path, f"must have at most {most} items")
    return value


def read_text(value: object, path: str, longest: int) -> str:
    """Return the text in NFC: at most `longest` characters, no control characters but newline."""
    if not isinstance(value, str):
        raise InvalidFieldError(path, "must be a text")
    too_long = InvalidFieldError(path, f"must have at most {longest:,} characters")
    if len(value) > longest * _LONGEST_DECOMPOSITION:
        raise too_long
    if _SURROGATE.search(value):
        raise InvalidFieldError(path, "must not have half of a surrogate pair, a broken character")
    if _CONTROL.search(value):
        raise InvalidFieldError(path, "must not have control characters other than newline")
    text = unicodedata.normalize("NFC", value)
    if len(text) > longest:
        raise too_long
    return text


def read_visible_text(value: object, path: str, longest: int) -> str:
    """Return a text as `read_text` does, refusing one that shows nothing."""
    if value is None:
        raise InvalidFieldError(path, f"is required: a text of 1 to {longest:,} characters")
    text = read_text(value, path, longest)
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise InvalidFieldError(path, f"must not be empty: send 1 to {longest:,} characters")
    return text


def read_integer(value: object, path: str, least: int, most: int) -> int:
    """Return the whole number; `400.0` is one, since JavaScript has no other kind."""
    if value is None:
        raise InvalidFieldError(path, f"is required: a whole number, {least:,} to {most:,}")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidFieldError(path, "must be a whole number")
    if not least <= value <= most:
        raise InvalidFieldError(path, f"must be {least:,} to {most:,}")
    return value


def read_choice(value: object, path: str, kind: type[_Choice]) -> _Choice | None:
    """Return the member of `kind` that `value` spells, or None for None."""
    if value is None:
        return None
    if isinstance(value, str) and value in kind.__members__.values():
        return kind(value)
    raise InvalidFieldError(path, f"must be one of {', '.join(kind)}")


def read_uuid(value: object, path: str) -> str | None:
    """Return the UUID in lower case, or None for None."""
    if value is None:
        return None
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    raise InvalidFieldError(path, "must be a UUID of 36 characters, as crypto.randomUUID() makes")


def unknown_fields(names: Iterable[str]) -> tuple[str, ...]:
    """Return the warnings that name the fields which were ignored, by their paths."""
    shown = [_shown(name) for name in names]
    warnings = [f"unknown field ignored: {name}" for name in shown[:_MOST_WARNINGS]]
    if len(shown) > _MOST_WARNINGS:
        warnings.append(f"{len(shown) - _MOST_WARNINGS} more unknown fields ignored")
    return tuple(warnings)


def _shown(name: str) -> str:
    printable = "".join(c if c.isprintable() else "\ufffd" for c in name[:_LONGEST_NAME_SHOWN])
    return printable if len(name) <= _LONGEST_NAME_SHOWN else printable[:-1] + "…"
