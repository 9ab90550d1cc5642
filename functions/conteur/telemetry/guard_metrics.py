"""The metrics of what guards the service: knobs, limits, memory and moderation."""

from conteur.telemetry.metric import Counter, Distribution, Gauge

GENERATE_STORY = "generate_story"

KNOB_READINGS = Counter(
    path="config/readings",
    unit="1",
    description="Readings of the operator's knobs: taken, taken but for bad values, or failed.",
    labels=("result",),
    known=(("taken",), ("bad_values",), ("failed",)),
)

ACCOUNT_LOOKUPS = Counter(
    path="account/lookups",
    unit="1",
    description="Look-ups of users' accounts, by what they found; failed ones let the user in.",
    labels=("result",),
    known=(("good",), ("new",), ("revoked",), ("blocked",), ("failed",)),
)

NETWORK_SYNCS = Counter(
    path="network/syncs",
    only=GENERATE_STORY,
    unit="1",
    description="Exchanges of networks' counters with the store, by how they ended.",
    labels=("result",),
    known=(("done",), ("failed",)),
)

BUDGET_STOPPED = Gauge(
    path="budget/stopped",
    only=GENERATE_STORY,
    unit="1",
    description="Whether the instance refuses stories because the day's budget is spent: 0 or 1.",
    known=((),),
)

BUDGET_LOAD_MICROS = Gauge(
    path="budget/load_micros",
    only=GENERATE_STORY,
    unit="1",
    description="Micro-dollars of the day's budget that are reserved or spent, as last read.",
    known=((),),
)

BUDGET_LIMIT_MICROS = Gauge(
    path="budget/limit_micros",
    only=GENERATE_STORY,
    unit="1",
    description="Micro-dollars that the stories of a day may cost.",
    known=((),),
)

MEMORY_PERCENT = Gauge(
    path="memory/used_percent",
    unit="%",
    description="The working set's share of the instance's memory, as last looked at.",
)

CPU_PERCENT = Gauge(
    path="cpu/used_percent",
    unit="%",
    description="The share of the instance's CPU that it has used since its last points.",
)

SECRET_REFRESHES = Counter(
    path="secret/refreshes",
    unit="1",
    description="Readings of secrets: the first or another version, the same as before, or failed.",
    labels=("result",),
    known=(("changed",), ("same",), ("failed",)),
)

MEMORY_SHED = Counter(
    path="memory/shed",
    unit="1",
    description="Calls that were refused because the instance was short of memory.",
    known=((),),
)

CACHES_DROPPED = Counter(
    path="memory/caches_dropped",
    unit="1",
    description="Times that the instance dropped its caches to have memory back.",
    known=((),),
)

MODERATIONS = Counter(
    path="moderation/checks",
    only=GENERATE_STORY,
    unit="1",
    description="Texts that were moderated: a prompt, or a window of a story; by what came of it.",
    labels=("text", "result"),
    known=tuple(
        (text, result) for text in ("prompt", "story") for result in ("clean", "blocked", "failed")
    ),
)

MODERATION_SECONDS = Distribution(
    path="moderation/seconds",
    only=GENERATE_STORY,
    unit="s",
    description="Time that a moderation took.",
    known=((),),
    bounds=(0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5),
)

LEAKS_STOPPED = Counter(
    path="story/leaks_stopped",
    only=GENERATE_STORY,
    unit="1",
    description="Stories that were stopped because they told of their own instructions.",
    known=((),),
)

QUALITY_FLAGS = Counter(
    path="story/quality_flags",
    only=GENERATE_STORY,
    unit="1",
    description="Completed stories below a floor of quality, by the flag; one may have several.",
    labels=("flag",),
)
