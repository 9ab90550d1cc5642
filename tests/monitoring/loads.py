"""Series as Cloud Monitoring's PromQL names them, and what they count in the course of time."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

Amount = int | tuple[int, ...]
"""A minute's events, or a gauge's level; several follow each other and begin again."""
Load = dict[str, Amount]
"""What each series counts; one that is not named counts nothing."""
Course = Sequence[tuple[int, Load]]
"""Loads, and for how many minutes."""

PROJECT, PRODUCTION, STAGING = "conteur-eu", "production", "staging"
SCOPE = {"project_id": PROJECT, "namespace": PRODUCTION}
STORY = "generate_story"


def series(
    name: str,
    instance: int = 1,
    namespace: str = PRODUCTION,
    job: str = "generate-story",
    **labels: str,
) -> str:
    """Return one instance's series of a metric, with all that Cloud Monitoring writes on it."""
    resource = {
        "monitored_resource": "generic_task",
        "project_id": PROJECT,
        "location": "europe-west1",
        "namespace": namespace,
        "job": job,
        "task_id": f"instance-{instance}",
        "revision": f"{job}-00007-abc",
    }
    written = ",".join(f'{name}="{value}"' for name, value in {**resource, **labels}.items())
    return f"custom_googleapis_com:conteur_{name}{{{written}}}"


def executions(
    outcome: str,
    reason: str = "NONE",
    kind: str = "NONE",
    *,
    instance: int = 1,
    function: str = STORY,
    namespace: str = PRODUCTION,
) -> str:
    job = function.replace("_", "-")
    ending = {"function": function, "outcome": outcome, "reason": reason, "kind": kind}
    return series("executions", instance, namespace, job, **ending)


def distribution(
    one: Callable[..., str], name: str, bounds: Sequence[str], at: str, below: int, above: Amount
) -> Load:
    """Have an instance count so many values in the bucket that ends at a bound, and in the next.

    `one` makes its series of a name. Where there are none below, those above may change.
    """
    place = bounds.index(at)
    both = below + above if isinstance(above, int) else above
    counts = [
        0 if each < place else below if each == place else both for each in range(len(bounds))
    ]
    named = zip(bounds, counts, strict=True)
    buckets: Load = {one(f"{name}_bucket", le=bound): count for bound, count in named}
    return {**buckets, one(f"{name}_count"): both}


def counted(course: Course) -> Sequence[Mapping[str, str]]:
    """Return promtool's input for counters that begin at zero."""
    return _input(course, lambda amounts: list(accumulate(amounts, initial=0)))


def levels(course: Course) -> Sequence[Mapping[str, str]]:
    """Return promtool's input for gauges."""
    return _input(course, lambda amounts: [amounts[0], *amounts])


def _input(course: Course, values: Callable[[list[int]], list[int]]) -> Sequence[Mapping[str, str]]:
    names = dict.fromkeys(name for _, load in course for name in load)
    return [
        {"series": name, "values": " ".join(map(str, values(_amounts(name, course))))}
        for name in names
    ]


def _amounts(name: str, course: Course) -> list[int]:
    return [amount for minutes, load in course for amount in _minutes(load.get(name, 0), minutes)]


def _minutes(amount: Amount, minutes: int) -> list[int]:
    pattern = (amount,) if isinstance(amount, int) else amount
    return [pattern[minute % len(pattern)] for minute in range(minutes)]
