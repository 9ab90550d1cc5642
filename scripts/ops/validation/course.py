"""The checks of a validation, in their order."""

from collections.abc import Sequence

from scripts.ops.validation import (
    alert_checks,
    log_checks,
    metric_checks,
    speed_checks,
    store_checks,
    story_checks,
)
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.knobs import GENERATION, STORE
from scripts.ops.validation.looking import Check

ALERT, SIGNALS, METRICS = "alert", "signals", "metrics"
GROUPS = ("health", "stories", "store", "logs", METRICS, SIGNALS, ALERT, "speed")
"""What --without can name. What was made is deleted, whatever is left out."""


def _remember(desk: Desk) -> None:
    metric_checks.remember(desk)


def _raise(desk: Desk) -> None:
    alert_checks.raised(desk)


# The alert is raised first, for it takes its time; signals are looked at before our calls count.
COURSE: Sequence[Check] = (
    Check(METRICS, "metrics-before", "", _remember),
    Check(SIGNALS, "signals", "Signals", metric_checks.signals),
    Check(ALERT, "alert-raised", "", _raise),
    Check("health", "health", "Health, deep", story_checks.health),
    Check("stories", "story", "A story, whole", story_checks.whole, GENERATION),
    Check("stories", "stream", "A story, streamed", story_checks.stream, GENERATION),
    Check("stories", "replay", "The same request again", story_checks.replayed, GENERATION),
    Check("stories", "no-token", "A call without a token", story_checks.refused, GENERATION),
    Check("store", "at-once", "Ten publications at once", store_checks.at_once, STORE),
    Check("store", "publish", "The synthetic shop", store_checks.again, STORE),
    Check("store", "store-no-token", "Publishing without a token", store_checks.refused, STORE),
    Check("speed", "p95-stories", "Stories, how fast", speed_checks.stories, GENERATION),
    Check("speed", "p95-publish", "Publishing, how fast", speed_checks.publishing, STORE),
    Check(ALERT, "alert-fires", "A test alert fires", alert_checks.fires),
    Check("logs", "log-stories", "The log of the stories", log_checks.stories, GENERATION),
    Check("logs", "log-publish", "The log of publishing", log_checks.publishing, STORE),
    Check(METRICS, "metrics", "The calls are counted", metric_checks.counted),
    Check(ALERT, "alert-ends", "The test alert ends", alert_checks.ends),
)
