"""What is logged and counted of every request to the store's routes."""

from uuid import UUID

from conteur.entrypoints.http.exchange import Reply
from conteur.entrypoints.observation import CallObserver
from conteur.errors import Code, ConteurError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.context import Headers
from conteur.telemetry.store_metrics import UNAUTHORIZED


class StoreObserver:
    """Implements the edge's HttpObserver, over what observes every call."""

    def __init__(self, calls: CallObserver, meter: Aggregate) -> None:
        self._calls = calls
        self._meter = meter

    def started(self, headers: Headers, request_id: UUID, correlation: UUID) -> None:
        """Begin the request's log context, with both its ids."""
        self._calls.started(headers, str(request_id), str(correlation))

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        """Log why; somebody without a token is counted as well."""
        if error.code is not Code.UNAUTHENTICATED:
            self._calls.failed(error, cause)
            return
        self._meter.count(UNAUTHORIZED)
        logs.warning("Unauthorized", reason=error.reason, **error.traits, problem=error.message)

    def ended(self, reply: Reply, seconds: float, queued: float) -> None:
        """Count the request, and close its log context."""
        self._calls.ended(reply.error, seconds, queued)
