"""Cloud Run's messages as our values, and a split as its message; no I/O.

https://cloud.google.com/run/docs/reference/rpc/google.cloud.run.v2#service
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC

from google.cloud import run_v2 as api

from scripts.ops.traffic.platform import RevisionState, ServiceState
from scripts.ops.traffic.split import Split, follows_latest

_LATEST = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
_REVISION = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
_FAILED = api.Condition.State.CONDITION_FAILED
_SUCCEEDED = api.Condition.State.CONDITION_SUCCEEDED
_READY = "Ready"


def state_of(function: str, service: api.Service) -> ServiceState:
    """Return a service as operations see it."""
    condition = service.terminal_condition
    return ServiceState(
        function=function,
        url=service.uri,
        etag=service.etag,
        split=split_of(service),
        serving=traffic_of(service),
        tag_urls={each.tag: each.uri for each in service.traffic_statuses if each.tag},
        latest_ready=own(service.latest_ready_revision),
        latest_created=own(service.latest_created_revision),
        problem=_problem(condition) if condition.state == _FAILED else "",
    )


def revision_of(revision: api.Revision, shares: Mapping[str, int]) -> RevisionState:
    """Return a revision; `shares` are the percentages of all."""
    name = own(revision.name)
    ready = next((each for each in revision.conditions if each.type_ == _READY), None)
    is_ready = ready is not None and ready.state == _SUCCEEDED
    return RevisionState(
        name=name,
        created=api.Revision.pb(revision).create_time.ToDatetime(UTC),
        creator=revision.creator,
        ready=is_ready,
        image=next((each.image for each in revision.containers), ""),
        percent=shares.get(name, 0),
        problem="" if is_ready else _problem(ready or api.Condition()),
    )


def split_of(service: api.Service) -> Split:
    """Return the split that was asked for; where none was, all traffic follows the latest."""
    shares: Counter[str] = Counter()
    latest = 0
    tags: dict[str, str] = {}
    for target in service.traffic:
        revision = "" if target.type_ == _LATEST else own(target.revision)
        latest += 0 if revision else target.percent
        shares[revision] += target.percent if revision else 0
        tags |= {target.tag: revision} if target.tag else {}
    if not service.traffic:
        return follows_latest()
    return Split({name: share for name, share in shares.items() if share}, latest, tags)


def traffic_of(service: api.Service) -> Mapping[str, int]:
    """Return the percentages that revisions are served, by their own names.

    What is for the latest names no revision: it is the one that was ready last.
    """
    shares: Counter[str] = Counter()
    for target in service.traffic_statuses:
        is_latest = target.type_ == _LATEST
        name = own(service.latest_ready_revision if is_latest else target.revision)
        shares[name] += target.percent
    return {name: share for name, share in shares.items() if share}


def targets_of(split: Split) -> list[api.TrafficTarget]:
    """Return what Cloud Run is asked for: shares first, then each tag, which has none."""
    shares = [_target(name, share) for name, share in split.shares.items() if share]
    latest = [_target("", split.latest)] if split.latest else []
    return [*shares, *latest, *(_target(name, 0, tag) for tag, name in split.tags.items())]


def in_force(state: ServiceState) -> bool:
    """Tell whether a service is served as it was asked for, its tags' URLs being there."""
    wanted = Counter(state.split.shares)
    wanted[state.latest_ready] += state.split.latest
    same = dict(state.serving) == {name: share for name, share in wanted.items() if share}
    return same and {*state.split.tags} == {tag for tag, url in state.tag_urls.items() if url}


def own(name: str) -> str:
    """Return a revision's own name, of a full one."""
    return name.rpartition("/")[2]


def _target(revision: str, percent: int, tag: str = "") -> api.TrafficTarget:
    kind = _REVISION if revision else _LATEST
    return api.TrafficTarget(type_=kind, revision=revision, percent=percent, tag=tag)


def _problem(condition: api.Condition) -> str:
    return condition.message or "Cloud Run does not say that it is ready"
