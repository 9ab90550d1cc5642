"""What the Cloud Monitoring stand-in knows, asked with the real client library."""

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

from conteur.telemetry.registry import PREFIX
from scripts.local.firebase_project import PROJECT
from scripts.local.watch.errors import UnavailableError

if TYPE_CHECKING:
    from google.cloud.monitoring_v3 import MetricServiceClient

LOOK_BACK_SECONDS = 300  # how long a point counts as the newest: PromQL's own default
ANSWER_SECONDS = 4.0
FILTER = f'metric.type = starts_with("{PREFIX}")'

Message = Any
"""A protobuf TimeSeries, which carries no types at run time."""


class StandInSeries:
    """Reads the stand-in at `endpoint` (`host:port`). `now` answers seconds since the epoch."""

    def __init__(self, endpoint: str, now: Callable[[], float] = time.time) -> None:
        self._endpoint = endpoint
        self._now = now
        self._client: MetricServiceClient | None = None
        self._connecting = Lock()

    def newest(self) -> Sequence[Message]:
        """Return the series with points in the look-back, newest first. Raises UnavailableError."""
        # gRPC and its messages take a second to load, for which the page itself does not wait.
        from google.api_core.exceptions import GoogleAPIError  # noqa: PLC0415 - see above
        from google.cloud.monitoring_v3 import TimeSeries  # noqa: PLC0415 - see above

        end = int(self._now())
        request = {
            "name": f"projects/{PROJECT}",
            "filter": FILTER,
            "interval": {
                "start_time": {"seconds": end - LOOK_BACK_SECONDS},
                "end_time": {"seconds": end + 1},
            },
        }
        try:
            answer = self._connected().list_time_series(
                request=request, retry=None, timeout=ANSWER_SECONDS
            )
            return [TimeSeries.pb(series) for series in answer]
        except GoogleAPIError as error:
            raise UnavailableError(
                f"The Cloud Monitoring stand-in does not answer: {error}"
            ) from error

    def _connected(self) -> "MetricServiceClient":
        from scripts.local.watch.client import connect  # noqa: PLC0415 - as above

        with self._connecting:
            if self._client is None:
                self._client = connect(self._endpoint)
            return self._client
