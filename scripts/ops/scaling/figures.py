"""Every figure that the model takes on trust, with who says so.

What the product decides itself is not here: the model asks its code. The pages were read in
stored copies, on the day READ; a copy's own age varies, so look again before you rely on one.
"""

from dataclasses import dataclass

READ = "2026-11-22"
ASSUMED = "assumed"
MEASURED = "measured: docs/benchmark.md, docs/growth.md"

_RUN_PRICES = "https://cloud.google.com/run/pricing"
_CALCULATOR = "https://cloudwebschool.com/tools/cloud-run-cost-calculator/"
_RUN_SCALING = "https://cloud.google.com/run/docs/about-instance-autoscaling"
_FIRESTORE_PRICES = "https://firebase.google.com/docs/firestore/pricing"
_FIRESTORE_HABITS = "https://firebase.google.com/docs/firestore/best-practices"
_RAMP = f"{_FIRESTORE_HABITS}#ramping_up_traffic"
_OBSERVABILITY = "https://cloud.google.com/stackdriver/pricing"
_SECRETS = "https://cloud.google.com/secret-manager"
_OPENAI_429 = "https://help.openai.com/en/articles/5955604"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it is of, its value and unit, and an address, a page of ours or ASSUMED."""

    of: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Tier:
    """An organization's usage tier at OpenAI: requests and tokens a minute of a model."""

    name: str
    requests: float
    tokens: float


# A story, as our servers see it.
STORY_SECONDS = Figure("a story, from its claim to its end", 8, "s", ASSUMED)
STORY_CPU = Figure("CPU of a story besides its tokens", 7, "ms", MEASURED)
TOKEN_CPU = Figure("CPU of each token that comes alone", 0.2, "ms", MEASURED)
INSTANCE_MEMORY = Figure("memory of an instance that tells nothing", 115, "MB", MEASURED)
STORY_MEMORY = Figure("... and of each story that it tells", 0.35, "MB", MEASURED)
TOKEN_BYTES = Figure("bytes to the client for each token", 58, "B", MEASURED)
LOG_BYTES = Figure("log of a story: 370 B are ours, the rest is Cloud Run's", 2000, "B", ASSUMED)

# Cloud Run, request-based billing, europe-west1 (tier 1).
COLD_SECONDS = Figure("an instance's start, until it answers", 3, "s", ASSUMED)
VCPU_PRICE = Figure("a vCPU while it serves", 0.000024, "$/s", _RUN_PRICES)
GIB_PRICE = Figure("a GiB of memory while it serves", 0.0000025, "$/s", _CALCULATOR)
REQUEST_PRICE = Figure("a million requests", 0.40, "$", _CALCULATOR)
EGRESS_PRICE = Figure("a GB to the internet", 0.12, "$", _CALCULATOR)
TARGET = Figure("concurrency and CPU that instances are scaled to", 0.6, "share", _RUN_SCALING)
SCALING_SECONDS = Figure("between two decisions on instances", 5, "s", _RUN_SCALING)
WINDOW_SECONDS = Figure("over which these look back", 60, "s", _RUN_SCALING)
PENDING_STARTS = Figure("a request waits for an instance: times its start", 3.5, "", _RUN_SCALING)
PENDING_SECONDS = Figure("... or this, where it is longer; then 429", 10, "s", _RUN_SCALING)
IDLE_MINUTES = Figure("an idle instance is kept for", 15, "min", _RUN_SCALING)
MOST_CONCURRENCY = Figure(
    "highest concurrency of an instance",
    1000,
    "requests",
    "https://cloud.google.com/run/docs/about-concurrency",
)
REGION_VCPUS = Figure(
    "vCPUs of a region, by default: that page's example; yours is in the console",
    1000,
    "vCPU",
    "https://cloud.google.com/run/docs/configuring/max-instances-limits",
)

# Firestore. Prices are the multi-region's of the United States; eur3 is assumed to cost the same.
WRITE_PRICE = Figure("100,000 writes", 0.18, "$", _FIRESTORE_PRICES)
READ_PRICE = Figure("100,000 reads", 0.06, "$", _FIRESTORE_PRICES)
DELETE_PRICE = Figure("100,000 deletions", 0.02, "$", _FIRESTORE_PRICES)
DOCUMENT_WRITES = Figure(
    "writes that one document takes for long",
    1,
    "/s",
    "https://firebase.google.com/docs/firestore/solutions/counters",
)
INDEX_WRITES = Figure("writes with an index of growing values", 500, "/s", _FIRESTORE_HABITS)
RAMP_START = Figure("operations on a new collection, to begin with", 500, "/s", _RAMP)
RAMP_GROWTH = Figure("... and how many times as many after each step", 1.5, "", _RAMP)
RAMP_MINUTES = Figure("... each of which takes", 5, "min", _RAMP)
SHARD_STORIES = Figure(
    "stories that one shard of the budget takes, if a commit takes 50 ms", 2, "/s", "docs/limits.md"
)

# Cloud Monitoring and Logging, Secret Manager.
CALL_SERIES = Figure("series of one call", 200, "", "https://cloud.google.com/monitoring/quotas")
METRIC_PRICE = Figure("a MiB of our own metrics", 0.258, "$", _OBSERVABILITY)
POINT_BYTES = Figure("a point that is a number", 8, "B", ASSUMED)
DISTRIBUTION_BYTES = Figure("a point that is a distribution", 80, "B", ASSUMED)
LOG_PRICE = Figure("a GiB of logs", 0.50, "$", _OBSERVABILITY)
SECRET_MINUTES = Figure("an instance keeps the key for", 10, "min", "docs/architecture.md")
SECRET_ACCESSES = Figure("accesses to secrets", 90_000, "/min", f"{_SECRETS}/quotas")
SECRET_PRICE = Figure("10,000 accesses to secrets", 0.03, "$", f"{_SECRETS}/pricing")

# PostgreSQL, for the store's door, which is not built yet.
POOL = Figure("connections that an instance's pool may open", 8, "", ASSUMED)
CONNECTIONS = Figure("connections that a server takes, less 10 for people", 90, "", ASSUMED)

# OpenAI. The price of the model is OPENAI_PRICES.
PROMPT_BYTES = Figure("bytes of our English prompt in a token", 4, "B", ASSUMED)
REFUSAL_SECONDS = Figure("until the model's server answers 429 or fails", 0.2, "s", ASSUMED)
FIRST_TOKEN_SECONDS = Figure("until the model's first token", 0.7, "s", ASSUMED)
BURST_SECONDS = Figure("over which a minute's limit is held", 1, "s", _OPENAI_429)
TIER_TOKENS = Figure(
    "tokens a minute by tier: those of gpt-5-mini",
    500_000,
    "/min in tier 1",
    "https://simonwillison.net/b/9012",
)
TIER_REQUESTS = Figure(
    "requests a minute by tier: those of gpt-4o-mini",
    500,
    "/min in tier 1",
    "https://www.ai-buzz.com/ai-openai-rate-limits",
)
TIERS = (
    Tier("1", TIER_REQUESTS.value, TIER_TOKENS.value),
    Tier("2", 5_000, 2_000_000),
    Tier("3", 5_000, 4_000_000),
    Tier("4", 10_000, 10_000_000),
    Tier("5", 30_000, 180_000_000),
)

FIGURES = tuple(figure for figure in list(vars().values()) if isinstance(figure, Figure))
