"""Versions, as https://semver.org/spec/v2.0.0.html orders them, and the tags that carry them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from scripts.ops.operations.errors import RefusedError

_NUMBER = r"(0|[1-9]\d*)"
_PART = r"(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)"
_FORM = re.compile(rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?")


@total_ordering
@dataclass(frozen=True)
class Version:
    """`1.4.0`, or `1.4.0-store-publish`, which comes before 1.4.0 (semver.org, item 11)."""

    numbers: tuple[int, int, int]
    suffix: str = ""

    def __str__(self) -> str:
        """Return it as the changelog has it."""
        return ".".join(map(str, self.numbers)) + (f"-{self.suffix}" if self.suffix else "")

    def __lt__(self, other: "Version") -> bool:
        """Tell whether it comes before another one."""
        return self._key < other._key

    @property
    def tag(self) -> str:
        """Return the name of its tag."""
        return f"v{self}"

    @property
    def branch(self) -> str:
        """Return the name of the branch that prepares it."""
        return f"release/{self.tag}"

    @property
    def for_python(self) -> str:
        """Return it as pyproject.toml may have it.

        A suffix of any words is there a local version (PEP 440), `1.4.0+store.publish`.
        """
        numbers = ".".join(map(str, self.numbers))
        return f"{numbers}+{self.suffix.replace('-', '.').strip('.')}" if self.suffix else numbers

    @property
    def _key(self) -> tuple[tuple[int, int, int], bool, list[tuple[bool, int, str]]]:
        return self.numbers, not self.suffix, [_part(each) for each in self.suffix.split(".")]


def _part(word: str) -> tuple[bool, int, str]:
    """Return what a part of a suffix is ordered by: numbers first, by value, then words."""
    return (False, int(word), "") if word.isdigit() else (True, 0, word)


def read_version(text: str) -> Version:
    """Return the version of `1.4.0` or `v1.4.0`. Raises RefusedError."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise RefusedError(
            f"{text!r} is no version. Give one such as 1.4.0, or 1.4.0-store-publish: numbers "
            "without leading zeros, then letters, digits, - and dots (https://semver.org)."
        )
    return Version((int(found[1]), int(found[2]), int(found[3])), found[4] or "")


def versions_of(tags: Iterable[str]) -> list[Version]:
    """Return the versions of tags, the newest first; other tags are passed by."""
    ours = (tag for tag in tags if tag.startswith("v") and _FORM.fullmatch(tag))
    return sorted(map(read_version, ours), reverse=True)


def refuse_older(version: Version, tags: Iterable[str]) -> None:
    """Refuse a version that is not newer than all others. Raises RefusedError."""
    newest = next((each for each in versions_of(tags) if each != version), None)
    if newest and version < newest:
        raise RefusedError(
            f"{version} is not newer than {newest.tag}, which is released. Nothing was changed. "
            f"Give a version after {newest}; a suffix comes before the version without it "
            "(https://semver.org, item 11)."
        )


def before(version: Version, tags: Iterable[str]) -> Version | None:
    """Return the newest version that is older."""
    return next((each for each in versions_of(tags) if each < version), None)
