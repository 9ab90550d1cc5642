"""`/health`: which version runs, and how its dependencies do."""

import json
from collections.abc import Callable
from typing import Any

from flask import Request, Response

from conteur import __version__
from conteur.settings import Settings
from conteur.use_cases.check_health import OK, CheckHealth


class HealthEntrypoint:
    """Answers the HTTP route. Hosting caches what does not say `no-store`."""

    def __init__(self, settings: Settings, check_health: Callable[[], CheckHealth]) -> None:
        self._settings = settings
        self._check_health = check_health

    def answer(self, request: Request) -> Response:
        """Return 200 with the version and revision; `?deep=1` adds `dependencies`."""
        body = self.report(deep=request.args.get("deep") == "1")
        return Response(
            json.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"}
        )

    def report(self, *, deep: bool) -> dict[str, Any]:
        """Return what runs here; with `deep`, how each dependency does."""
        body: dict[str, Any] = {
            "status": OK,
            "version": __version__,
            "revision": self._settings.revision,
            "environment": self._settings.environment,
        }
        return body | self._deep() if deep else body

    def _deep(self) -> dict[str, Any]:
        states = self._check_health()().states
        healthy = all(state == OK for state in states.values())
        return {"status": OK if healthy else "degraded", "dependencies": dict(states)}
