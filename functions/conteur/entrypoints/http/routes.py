"""Which route answers a request."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from conteur.errors import MethodNotAllowedError, RouteNotFoundError

_PARAMETER = re.compile(r"\{(\w+)\}")


class Who(StrEnum):
    """Who may call a route."""

    AUTHOR = "author"
    PROVIDER = "provider"
    ANYBODY = "anybody"


@dataclass(frozen=True)
class Route:
    """One route. `parameters` has the form of each `{name}` in the path, a regular expression.

    One that is not `switched` answers while the others are turned off.
    """

    method: str
    path: str
    name: str
    who: Who
    switched: bool = True
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def methods(self) -> tuple[str, ...]:
        """Return the methods that the route answers."""
        return ("GET", "HEAD", "OPTIONS") if self.method == "GET" else (self.method, "OPTIONS")

    @cached_property
    def form(self) -> re.Pattern[str]:
        """Return what the route's paths look like."""
        return re.compile(
            _PARAMETER.sub(lambda name: f"(?P<{name[1]}>{self.parameters[name[1]]})", self.path),
            re.ASCII,
        )


@dataclass(frozen=True, slots=True)
class Match:
    """The route of a request, and what its path says."""

    route: Route
    parameters: Mapping[str, str]


class Routes:
    """All routes; each path has one."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = tuple(routes)

    def find(self, method: str, path: str, raw_path: str) -> Match:
        """Return the route of a path. Raises RouteNotFoundError or MethodNotAllowedError.

        `raw_path` is as the client sent it. No route's path needs an escape, or begins with two
        slashes, of which gunicorn drops one: what has them may be another path to a proxy.
        """
        odd = "%" in raw_path or raw_path.startswith("//")
        match = None if odd else self._match(path)
        if match is None:
            raise RouteNotFoundError("no route has this path: /api/openapi.json lists them")
        if method not in match.route.methods:
            raise MethodNotAllowedError(method, match.route.methods)
        return match

    def _match(self, path: str) -> Match | None:
        for route in self._routes:
            if found := route.form.fullmatch(path):
                return Match(route, found.groupdict())
        return None
