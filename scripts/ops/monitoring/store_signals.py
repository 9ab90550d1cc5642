"""The signals of publishing a store, as guide A names them."""

from conteur.telemetry.store_metrics import PUBLISH_SECONDS, PUBLISHES, RETRIED_PUBLISHES
from scripts.ops.monitoring.promql import a_minute, events, quantile, share
from scripts.ops.monitoring.signal import Signal, Unit

OF = "store_publish"
LEAST = 10
"""Requests to publish in five minutes below which a share or a percentile is chance."""
_ANSWERED = events(PUBLISHES, result="!refused")

ERROR_RATE = Signal(
    of=OF,
    name="error_rate",
    title="Publish: error rate",
    what="Requests to publish that failed by our doing, of all that were not refused, over five "
    "minutes.",
    unit=Unit.SHARE,
    query=share(events(PUBLISHES, result="failed"), _ANSWERED),
    metrics=(PUBLISHES,),
    samples=_ANSWERED,
    least=LEAST,
)

RESPONSE_TIME = Signal(
    of=OF,
    name="p95_response_time",
    title="Publish: response time, 95th percentile",
    what="The seconds within which 95 % of requests to publish were answered, over five minutes.",
    unit=Unit.SECONDS,
    query=quantile(0.95, PUBLISH_SECONDS),
    metrics=(PUBLISH_SECONDS,),
    samples=events(PUBLISH_SECONDS),
    least=LEAST,
)

RETRY_RATE = Signal(
    of=OF,
    name="retry_rate",
    title="Publish: retry rate",
    what="Requests to publish that needed more than one attempt, of all that were not refused, "
    "over five minutes.",
    unit=Unit.SHARE,
    query=share(events(RETRIED_PUBLISHES), _ANSWERED),
    metrics=(RETRIED_PUBLISHES, PUBLISHES),
    samples=_ANSWERED,
    least=LEAST,
)

GATING_BLOCK_RATE = Signal(
    of=OF,
    name="gating_block_rate",
    title="Publish: gating block rate",
    what="Requests to publish that the gate blocked, of all that were not refused, over five "
    "minutes.",
    unit=Unit.SHARE,
    query=share(events(PUBLISHES, result="blocked"), _ANSWERED),
    metrics=(PUBLISHES,),
    samples=_ANSWERED,
    least=LEAST,
)

PUBLICATIONS = Signal(
    of=OF,
    name="publications",
    title="Stores published a minute",
    what="Stores that were published in a minute.",
    unit=Unit.COUNT,
    query=a_minute(PUBLISHES, result="published"),
    metrics=(PUBLISHES,),
)

SIGNALS = tuple(each for each in list(vars().values()) if isinstance(each, Signal))
