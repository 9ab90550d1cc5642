"""Whether thresholds, channels, metrics and dashboard in Cloud Monitoring are the checkout's."""

from collections.abc import Collection, Iterator
from pathlib import Path

from scripts.ops.boxes.box import Box, Look
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.cloud.changes import Act, Differences, Found, Sort
from scripts.ops.monitoring.cloud.desired import desired, read_sources
from scripts.ops.monitoring.cloud.differences import differences
from scripts.ops.monitoring.cloud.notify_settings import read_settings
from scripts.ops.monitoring.cloud.ours import channels_of
from scripts.ops.monitoring.cloud.target import Target

FILES = ("monitoring", "deploy/plan.json", ".firebaserc")
"""Of which all but the metrics' descriptors is made."""
MOST = 3  # earlier deploys that are held against what is there
UNVERIFIED = "UNVERIFIED"
_WHAT = {
    Sort.POLICY: ("thresholds", "Alert thresholds"),
    Sort.DESCRIPTOR: ("metrics", "Metrics described"),
    Sort.CHANNEL: ("channels", "Notification channels"),
    Sort.DASHBOARD: ("dashboard", "Dashboard"),
}


def monitoring_boxes() -> list[Box]:
    """Return a box a kind of resource."""
    return [Box(key, title, _look(sort)) for sort, (key, title) in _WHAT.items()]


def judge(sort: Sort, now: Differences, earlier: Collection[Differences], name: str) -> Finding:
    """Return how one kind is; `earlier` is what earlier deploys would have had changed.

    What is as an earlier deploy had it was not changed by hand: applying brings the rest. Metrics
    are only ever added to, so that what is missing of them is new.
    """
    apply = f"scripts/monitoring apply -P {name}"
    changes = _of(sort, now)
    if not changes:
        return passed("as the checkout says")
    if any(not _of(sort, each) for each in earlier) or (earlier and _only_new_metrics(sort, now)):
        return passed(f"as an earlier deploy had it; {apply} brings {listed(changes)}")
    return failed(
        f"not as the checkout says: {listed(changes)}",
        f"Look at it with scripts/monitoring diff -P {name}; what somebody has changed by hand "
        f"belongs into monitoring/. Then: {apply}.",
    )


def mute(found: Found) -> list[str]:
    """Return our channels that would reach nobody, and why."""
    return [
        f"{key} is {'off' if not each['enabled'] else 'not verified'}"
        for key, each in sorted(channels_of(found.channels).by_key.items())
        if not each["enabled"] or each.get("verificationStatus") == UNVERIFIED
    ]


def _look(sort: Sort) -> Look:
    def look(desk: Desk) -> Finding:
        target, found = desk.site.monitoring(), desk.monitored()
        if sort is Sort.CHANNEL and (silent := mute(found)):
            return failed(
                listed(silent),
                "Turn it on, or verify it, under Alerting in the console: it reaches nobody.",
            )
        now = _differences(desk, target, desk.site.root, found)
        return judge(
            sort, now, _earlier(desk, target, found) if now.changes else (), desk.site.name
        )

    return look


def _differences(desk: Desk, target: Target, root: Path, found: Found) -> Differences:
    sources = read_sources(root)
    # Settings are never committed: they are this checkout's, or the environment's.
    settings = read_settings(
        desk.site.root, target.goal.environment, desk.site.environ, sources.channels
    )
    return differences(desired(sources, target.goal, settings), found)


def _earlier(desk: Desk, target: Target, found: Found) -> list[Differences]:
    if not desk.history.was_deployed:
        return []
    return list(_differences_before(desk, target, found))


def _differences_before(desk: Desk, target: Target, found: Found) -> Iterator[Differences]:
    for commit in desk.history.commits(*FILES)[:MOST]:
        with desk.history.checked_out(commit, *FILES) as root:
            if root is None:
                continue
            try:
                yield _differences(desk, target, root, found)
            except (AlertsError, OSError):
                continue  # a file of then that we cannot read any more says nothing


def _only_new_metrics(sort: Sort, found: Differences) -> bool:
    acts = {each.act for each in found.changes if each.sort is sort}
    return sort is Sort.DESCRIPTOR and acts == {Act.CREATE}


def _of(sort: Sort, found: Differences) -> list[str]:
    return [f"{each.act} {each.key}" for each in found.changes if each.sort is sort]
