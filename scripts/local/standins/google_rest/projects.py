"""The projects that stand-ins for REST services know, by id and by number."""

import hashlib
from collections.abc import Iterator
from http import HTTPStatus

from scripts.local.standins.google_rest.frame import RestRefusalError

_LEAST_NUMBER = 10**11  # 12 digits, as real ones have
PROJECT = r"projects/(?P<project>[a-z0-9][a-z0-9:.-]*)"
"""The part of a route's pattern that names a project."""


class Projects:
    """The ids of all projects. A project's number is the same each time."""

    def __init__(self, *ids: str) -> None:
        self._ids = ids

    def __iter__(self) -> Iterator[str]:
        """Go through the ids."""
        return iter(self._ids)

    def find(self, named: str) -> str:
        """Return the id of a project that is named by id or number. Raises RestRefusalError.

        Who asks for a project that is not there learns no more than who may not see it:
        https://google.aip.dev/211.
        """
        for known in self._ids:
            if named in (known, str(project_number(known))):
                return known
        raise RestRefusalError(HTTPStatus.FORBIDDEN, "The caller does not have permission")


def project_number(project: str) -> int:
    """Return the number of a project's id."""
    digest = int(hashlib.sha256(project.encode()).hexdigest(), 16)
    return _LEAST_NUMBER + digest % _LEAST_NUMBER
