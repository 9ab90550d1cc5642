"""The metrics of the store: publications, the gate, and what they wait for."""

from conteur.telemetry.metric import Counter, Distribution

STORE_API, TEND_STORE = "store_api", "tend_store"

PUBLISH_RESULTS = ("published", "already", "blocked", "refused", "failed")

PUBLISHES = Counter(
    path="store/publishes",
    only=STORE_API,
    unit="1",
    description="Requests to publish, by how they ended: published now or already, blocked by the "
    "gate, refused, or failed (by our doing).",
    labels=("result",),
    known=tuple((result,) for result in PUBLISH_RESULTS),
)

PUBLISH_SECONDS = Distribution(
    path="store/publish_seconds",
    only=STORE_API,
    unit="s",
    description="Time from a request to publish to its answer.",
    known=((),),
    bounds=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30),
)

GATING_BLOCKS = Counter(
    path="store/gating_blocks",
    only=STORE_API,
    unit="1",
    description="Publications that the gate blocked, by the first step that was missing.",
    labels=("step",),
)

STORE_RETRIES = Counter(
    path="store/retries",
    only=STORE_API,
    unit="1",
    description="Transactions that were tried again, by the route and why.",
    labels=("route", "reason"),
)

RETRIED_PUBLISHES = Counter(
    path="store/retried_publishes",
    only=STORE_API,
    unit="1",
    description="Requests to publish that needed more than one attempt.",
    known=((),),
)

STORE_TIMEOUTS = Counter(
    path="store/timeouts",
    only=STORE_API,
    unit="1",
    description="Requests whose time was up before the database had answered, by the route.",
    labels=("route",),
)

RATE_LIMITER = Counter(
    path="store/rate_limiter",
    only=STORE_API,
    unit="1",
    description="Requests whose rate was counted, by where: in Redis, or in the instance because "
    "Redis is not set, or does not answer.",
    labels=("where",),
    known=(("redis",), ("local",), ("fallback",)),
)

UNAUTHORIZED = Counter(
    path="store/unauthorized",
    only=STORE_API,
    unit="1",
    description="Requests without a valid token or signature.",
    known=((),),
)

MAILS = Counter(
    path="store/mails",
    only=TEND_STORE,
    unit="1",
    description="Mails of the outbox, by what became of them.",
    labels=("result",),
    known=(("sent",), ("failed",), ("given_up",)),
)
