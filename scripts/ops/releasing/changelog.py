"""The changelog, in the form of https://keepachangelog.com/en/1.1.0/, as text."""

import re
from datetime import date

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.version import Version

PATH = "CHANGELOG.md"
UNRELEASED = "## [Unreleased]"
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\S+))?[^\n]*\n", re.MULTILINE)
_ENTRY = re.compile(r"^[-*] +\S", re.MULTILINE)
_GROUP = re.compile(r"^### [^\n]+\n+(?=### |\Z)", re.MULTILINE)
_LINK = re.compile(r"^\[[^\]]+\]: +\S+ *$", re.MULTILINE)
_COMPARED = re.compile(
    r"^\[unreleased\]: +(?P<base>\S+/compare/)(?P<old>\S+?)\.\.\.HEAD *$",
    re.IGNORECASE | re.MULTILINE,
)


def section(text: str, name: str) -> str | None:
    """Return what stands below the heading of a version, or of `Unreleased`; None without one."""
    for found in _HEADING.finditer(text):
        if found["name"].lower() == name.lower():
            following = _HEADING.search(text, found.end())
            below = text[found.end() : following.start() if following else len(text)]
            return _LINK.sub("", below).strip()
    return None


def released(text: str, version: Version, on: date) -> str:
    """Return the changelog with what was unreleased below the version's heading.

    One that has the version already is returned as it is. Raises RefusedError where there is
    nothing to release.
    """
    if section(text, str(version)) is not None:
        return text
    body = section(text, "Unreleased")
    if body is None or not _ENTRY.search(body):
        raise RefusedError(
            f"{PATH} has nothing below `{UNRELEASED}`, so there is nothing to release. Nothing "
            "was changed. Write there what users and operators will notice, and commit it."
        )
    heading = f"## [{version}] - {on:%Y-%m-%d}"
    found = next(each for each in _HEADING.finditer(text) if each["name"].lower() == "unreleased")
    following = _HEADING.search(text, found.end())
    links = "" if following else "\n".join(each[0] for each in _LINK.finditer(text, found.end()))
    rest = text[following.start() :] if following else links
    kept = _GROUP.sub("", f"{body}\n").strip()
    whole = f"{text[: found.start()]}{found[0]}\n{heading}\n\n{kept}\n\n{rest}".rstrip() + "\n"
    return _compared(whole, version)


def _compared(text: str, version: Version) -> str:
    """Return the changelog with a link that compares the version with the one before."""

    def both(link: re.Match[str]) -> str:
        base, tag = link["base"], version.tag
        unreleased = f"[Unreleased]: {base}{tag}...HEAD"
        return f"{unreleased}\n[{version}]: {base}{link['old']}...{tag}"

    return _COMPARED.sub(both, text)
