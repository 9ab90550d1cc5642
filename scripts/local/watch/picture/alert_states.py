"""Since when conditions hold, written as Prometheus keeps it from one run to the next.

Rules are evaluated only from now on, so that no alert of an hour that was made up could fire. But
Prometheus takes up alerts where its ALERTS_FOR_STATE series say that they were.
Source: https://github.com/prometheus/prometheus/blob/v2.42.0/rules/manager.go (RestoreForState)
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from scripts.local.loopback import open_local
from scripts.local.watch.picture.blocks import STEP_SECONDS
from scripts.ops.monitoring.rules import Rules

BACK_SECONDS = 3_600
ANSWER_SECONDS = 30.0


def state_lines(base_url: str, written: Rules, end: float) -> Iterator[str]:
    """Yield a line, of the time `end`, for each alert whose condition holds then.

    `base_url` is that of a Prometheus with the series. Raises OSError where it does not answer.
    """
    for rule in (rule for group in written["groups"] for rule in group["rules"]):
        for series in _asked(base_url, rule["expr"], end):
            since = held_since([time for time, _ in series["values"]], end)
            if since is not None:
                labels = {**series["metric"], **rule["labels"], "alertname": rule["alert"]}
                yield f"ALERTS_FOR_STATE{{{_labels(labels)}}} {since:.0f} {end:.3f}\n"


def held_since(times: Sequence[float], end: float) -> float | None:
    """Return when the unbroken row of steps up to `end` begins; None where there is none."""
    since = None
    due = end
    for time in reversed(times):
        if due - time > STEP_SECONDS / 2:
            break
        since, due = time, time - STEP_SECONDS
    return since


def _asked(base_url: str, query: str, end: float) -> Sequence[Mapping[str, Any]]:
    over = {"start": end - BACK_SECONDS, "end": end, "step": STEP_SECONDS}
    asked = urlencode({"query": query, **over})
    with open_local(f"{base_url}/api/v1/query_range?{asked}", ANSWER_SECONDS) as reply:
        series: Sequence[Mapping[str, Any]] = json.load(reply)["data"]["result"]
    return series


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f"{name}={json.dumps(labels[name])}" for name in sorted(labels))
