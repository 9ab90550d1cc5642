"""Paths that name a member of the request in an error: `length.words`, `characters[2].name`."""

import re

ROOT = "data"
LONGEST = 80
FORBIDDEN_NAMES = frozenset({"__proto__", "constructor", "prototype"})
MAX_DEPTH = 64

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def child(path: str, key: str | int) -> str:
    """Return the path of a member of `path`; the root's own path is empty.

    A name that could hold the caller's own words, and a path grown long, are cut back to the
    nearest ancestor that has a plain name, so that an error's text stays short and public.
    """
    if isinstance(key, int):
        longer = f"{path or ROOT}[{key}]"
    elif _PLAIN_NAME.fullmatch(key):
        longer = f"{path}.{key}" if path else key
    else:
        return path
    return longer if len(longer) <= LONGEST else path
