"""Breaks one thing of a healthy project."""

import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import grpc
from google.cloud import run_v2
from google.cloud.firestore_admin_v1 import Field, Index

from scripts.local.standins.artifact_registry import POLICY, policy
from scripts.local.standins.google_rest.frame import RestFault, RestStandIn
from scripts.local.standins.server import Fault, StandIn
from scripts.ops.monitoring.cloud.changes import Act, Change, Sort
from scripts.ops.monitoring.cloud.compared import Field as Differing
from scripts.ops.monitoring.cloud.deployed import connected
from scripts.ops.monitoring.cloud.ours import channels_of, dashboards_of, policies_of
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.commands import Ran
from tests.scripts.ops.boxes.checkout import ADA, commit, edit_plan
from tests.scripts.ops.boxes.world import MEMBER, NOON, PARENT, PROJECT, REPOSITORY, World

Break = Callable[[World], object]
SERVICE = f"{PARENT}/services/generate-story"
REVISION = "generate-story-00001-loc"
ACCOUNT = f"projects/{PROJECT}/serviceAccounts/{MEMBER.partition(':')[2]}"
DATABASE = f"projects/{PROJECT}/databases/(default)"
DENIED = RestFault(HTTPStatus.FORBIDDEN, "The caller does not have permission")
PAST = json.dumps(
    {
        "status": "success",
        "data": {"resultType": "vector", "result": [{"metric": {}, "value": [0, "1e9"]}]},
    }
)
_TEXTS = {Sort.POLICY: "displayName", Sort.DASHBOARD: "displayName", Sort.CHANNEL: "description"}
_OURS = {Sort.POLICY: policies_of, Sort.DASHBOARD: dashboards_of, Sort.CHANNEL: channels_of}


def failing(word: str) -> Break:
    """Have a command fail, by a word of its line."""
    return lambda world: world.programs.ends.update({word: Ran((), 1, "2 failed, 3 passed")})


def refusing(service: Callable[[World], RestStandIn]) -> Break:
    """Have a REST service let nobody in."""
    return lambda world: setattr(service(world), "fault", DENIED)


def away(service: Callable[[World], StandIn]) -> Break:
    """Have a gRPC service be out of reach."""
    gone = Fault(grpc.StatusCode.UNAVAILABLE)
    return lambda world: setattr(service(world), "fault", gone)


def secret(name: str, value: str) -> Break:
    """Add a version of a secret."""
    return lambda world: world.secrets.add_version(name, value)


def planned(**variables: str) -> Break:
    """Change settings in the plan."""

    def change(world: World) -> None:
        edit_plan(world.root, lambda its, _: its.update(variables))
        staged(world)

    return change


def unbounded(world: World) -> None:
    """Take the bound on instances out of the plan."""
    edit_plan(world.root, lambda _, service: service.update(maxInstanceCount=None))
    staged(world)


def staged(world: World) -> None:
    """Commit what was changed, and have it validated in staging."""
    world.stage(commit(world.root, "Change"))


def pinned(world: World) -> None:
    """Pin the traffic of one service by hand."""
    kind = run_v2.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
    world.run.update_traffic(
        SERVICE, [run_v2.TrafficTarget(type_=kind, revision=REVISION, percent=100)]
    )


def image_gone(world: World) -> None:
    """Delete the image of what serves."""
    (revision,) = world.run.revisions(SERVICE)
    world.run.registry.delete(revision.containers[0].image)


def quarantined(world: World) -> None:
    """Put what serves into quarantine."""
    world.book.quarantine(Quarantined(REVISION, "5 of 20 failed", ADA, NOON))


def kept_for(days: int) -> Break:
    """Have the images of revisions deleted after so many days."""
    return lambda world: world.run.registry.keep(REPOSITORY, days)


def nothing_said(world: World) -> None:
    """Have nobody say how long images are kept."""
    repository = world.run.registry.repository(REPOSITORY)
    repository.cleanup_policies = {}
    world.run.registry.replace(repository)


def another_policy(world: World) -> None:
    """Have somebody's own policy delete images sooner than ours."""
    repository = world.run.registry.repository(REPOSITORY)
    repository.cleanup_policies = {POLICY: policy(30), "cheap": policy(7)}
    world.run.registry.replace(repository)


def unscheduled(world: World) -> None:
    """Delete the schedule of the backups."""
    databases = world.google.firestore_admin.databases
    databases.unschedule(databases.schedules(DATABASE)[0].name)


def last_backup(hours: int) -> Break:
    """Have the newest backup be so old, of a schedule that is older."""

    def change(world: World) -> None:
        databases = world.google.firestore_admin.databases
        databases.forget(databases.backups(f"projects/{PROJECT}/locations/-")[0].name)
        databases.back_up(PROJECT, age=timedelta(hours=hours))

    return change


def index_gone(world: World) -> None:
    """Delete an index by hand."""
    indexes = world.google.firestore_admin.databases.indexes(DATABASE)
    indexes.delete(indexes.all()[0].name)


def index_building(world: World) -> None:
    """Have an index be built still."""
    indexes = world.google.firestore_admin.databases.indexes(DATABASE)
    indexes.all()[0].state = Index.State.CREATING  # type: ignore[assignment]  # typed as numbers


def no_ttl(world: World) -> None:
    """Have stories never be deleted."""
    indexes = world.google.firestore_admin.databases.indexes(DATABASE)
    name = f"{DATABASE}/collectionGroups/stories/fields/expiresAt"
    indexes.update_field(Field(name=name), indexes=False)


def edited(sort: Sort) -> Break:
    """Edit a resource of Cloud Monitoring by hand."""

    def change(world: World) -> None:
        with connected(world.site.monitoring()) as deployed:
            found = deployed.found()
            all_of = {
                Sort.POLICY: found.policies,
                Sort.DASHBOARD: found.dashboards,
                Sort.CHANNEL: found.channels,
            }
            key, there = next(iter(_OURS[sort](all_of[sort]).by_key.items()))
            field = _TEXTS[sort]
            message = {**there, field: f"{there[field]} (Bob)"}
            differing = (Differing(field, there[field], message[field]),)
            deployed.do(Change(Act.CHANGE, sort, key, differing, there["name"], message), {})

    return change


def silenced(world: World) -> None:
    """Turn a channel off."""
    with connected(world.site.monitoring()) as deployed:
        key, there = next(iter(channels_of(deployed.found().channels).by_key.items()))
        message, differing = {**there, "enabled": False}, (Differing("enabled", "on", "off"),)
        deployed.do(Change(Act.CHANGE, Sort.CHANNEL, key, differing, there["name"], message), {})


def described_otherwise(world: World) -> None:
    """Describe a metric in other words."""
    with connected(world.site.monitoring()) as deployed:
        there = deployed.found().descriptors[0]
        message = {**there, "description": "Bob's"}
        deployed.do(Change(Act.CHANGE, Sort.DESCRIPTOR, there["type"], message=message), {})


def past_a_threshold(world: World) -> None:
    """Have all figures be far too high."""
    world.figures[0] = PAST
