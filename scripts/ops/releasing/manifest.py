"""The files that say which version this is, as text."""

import re
from collections.abc import Mapping

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.version import Version

_PLACES = {
    "pyproject.toml": re.compile(r'(?m)(^\[project\]\n(?:(?!\[).*\n)*?version = ")([^"\n]+)(?=")'),
    "functions/conteur/__init__.py": re.compile(r'(?m)(^__version__ = ")([^"\n]+)(?=")'),
}
PATHS = tuple(_PLACES)


def stated(path: str, text: str) -> str:
    """Return the version that a file says. Raises RefusedError."""
    found = _PLACES[path].search(text)
    if found is None:
        raise RefusedError(
            f"{path} says no version where it always did, so it cannot be changed there. Nothing "
            "was changed. Put the line back."
        )
    return found[2]


def changed(path: str, text: str, version: Version) -> str:
    """Return the file with another version. Raises RefusedError."""
    stated(path, text)
    return _PLACES[path].sub(lambda found: f"{found[1]}{version.for_python}", text, count=1)


def disagreeing(texts: Mapping[str, str], version: Version) -> list[str]:
    """Return the files that say another version, or none."""
    found = {path: _PLACES[path].search(text) for path, text in texts.items()}
    return [path for path, said in found.items() if not said or said[2] != version.for_python]
