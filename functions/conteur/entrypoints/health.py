"""`/health`: which version runs, and how its dependencies do."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Request, Response

from conteur import __version__
from conteur.settings import Settings
from conteur.telemetry import context
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.registry import Outcome
from conteur.use_cases.check_health import OK, CheckHealth

FUNCTION = "health"


class HealthReport:
    """What runs here, and with `deep` how each dependency does."""

    def __init__(self, settings: Settings, check_health: Callable[[], CheckHealth]) -> None:
        self._settings = settings
        self._check_health = check_health

    def __call__(self, *, deep: bool) -> dict[str, Any]:
        """Return the report, as JSON has it."""
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


class HealthEntrypoint:
    """Answers the HTTP route. Hosting caches what does not say `no-store`.

    Only a deep look counts something, the secret that it reads: so no other sends metrics.
    """

    def __init__(self, report: HealthReport, flusher: Flusher) -> None:
        self._report = report
        self._flusher = flusher

    def answer(self, request: Request) -> Response:
        """Return 200 with the version and revision; `?deep=1` adds `dependencies`."""
        context.enter(context.RequestContext(str(uuid.uuid4()), FUNCTION))
        self._flusher.on_request_start()
        try:
            body = self._report(deep=request.args.get("deep") == "1")
        except BaseException:
            self._flusher.on_request_end(Outcome.FAILED, wait_seconds=0.0)  # 500 is yet to be sent
            raise
        finally:
            context.leave()
        answer = Response(
            json.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"}
        )
        # A WSGI server closes an answer once it has written it (PEP 3333).
        answer.call_on_close(partial(self._flusher.on_request_end, Outcome.COMPLETED))
        return answer
