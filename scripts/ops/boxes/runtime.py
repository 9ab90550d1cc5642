"""Whether the functions' own account may do what it needs, and not more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from conteur.settings import AppCheckMode
from scripts.ops.boxes.account import PROJECTS, account_of
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.boxes.key import KEY
from scripts.ops.boxes.planned import APP_CHECK
from scripts.ops.boxes.rights import (
    ACT_AS_ROLE,
    CONSUMER_ROLE,
    INVOKER_ROLE,
    QUEUED,
    ROLES,
    SECRET_ROLE,
    TOO_MUCH,
)
from scripts.ops.boxes.store_secrets import CHECKS, is_open
from scripts.ops.operations import google_rest
from scripts.ops.operations.google_rest import Body, GoogleRest, RestError
from scripts.ops.operations.site import service_of

IAM, SECRETS, RUN = "iam.googleapis.com", "secretmanager.googleapis.com", "run.googleapis.com"
_NOT_FOUND = 404
_PLACE = "the project"


@dataclass(frozen=True, slots=True)
class Need:
    """A role on something: `place` is what, for people; the command grants it."""

    role: str
    place: str
    command: str


def look(desk: Desk) -> Finding:
    """Return what is missing. Raises OperationError."""
    with google_rest.connected(desk.site) as rest:
        member = f"serviceAccount:{account_of(rest, desk.site.project)}"
        path = f"v1/projects/{desk.site.project}:getIamPolicy"
        has = roles_of(rest.post(PROJECTS, path, {}), member)
        missing = [*_on_project(desk, has), *_elsewhere(desk, rest, has, member)]
    return judge(missing, [each for each in TOO_MUCH if each in has], desk.site.project, member)


def judge(missing: list[Need], too_much: list[str], project: str, member: str) -> Finding:
    """Return whether each role is there, and none of those that may do nearly everything."""
    tail = f"--member={member} --role="
    if missing:
        names = [f"{each.role} on {each.place}" for each in missing]
        return failed(
            f"not granted: {listed(names)}", f"{missing[0].command} {tail}{missing[0].role}"
        )
    if too_much:
        return failed(
            f"it has {listed(too_much)}, which may do nearly everything",
            f"gcloud projects remove-iam-policy-binding {project} {tail}{too_much[0]}",
        )
    return passed("as docs/deploy.md, step 4, says, and no more")


def roles_of(policy: Body, member: str) -> set[str]:
    """Return the roles that a policy gives to a member.

    https://cloud.google.com/iam/docs/reference/rest/v1/Policy
    """
    bindings = policy.get("bindings", ())
    return {str(each["role"]) for each in bindings if member in each.get("members", ())}


def _on_project(desk: Desk, has: Collection[str]) -> Iterator[Need]:
    uses_up = AppCheckMode.CONSUMED.value in desk.settings(APP_CHECK)
    for role in (*ROLES, *((CONSUMER_ROLE,) if uses_up else ())):
        if role not in has:
            command = f"gcloud projects add-iam-policy-binding {desk.site.project}"
            yield Need(role, _PLACE, command)


def _elsewhere(desk: Desk, rest: GoogleRest, has: Collection[str], member: str) -> Iterator[Need]:
    """Yield what is on single resources; a role on the project counts on all of them."""
    site = desk.site
    if SECRET_ROLE not in has:
        for name in (KEY, *(CHECKS if is_open(desk) else ())):
            path = f"v1/projects/{site.project}/secrets/{name}:getIamPolicy"
            if SECRET_ROLE not in roles_of(rest.get(SECRETS, path), member):
                command = f"gcloud secrets add-iam-policy-binding {name} --project {site.project}"
                yield Need(SECRET_ROLE, name, command)
    if ACT_AS_ROLE not in has:
        account = member.partition(":")[2]
        path = f"v1/projects/{site.project}/serviceAccounts/{account}:getIamPolicy"
        if ACT_AS_ROLE not in roles_of(rest.post(IAM, path, {}), member):
            command = f"gcloud iam service-accounts add-iam-policy-binding {account}"
            yield Need(ACT_AS_ROLE, "itself", command)
    if INVOKER_ROLE not in has:
        yield from _invoker(desk, rest, member)


def _invoker(desk: Desk, rest: GoogleRest, member: str) -> Iterator[Need]:
    """Yield that the queue may not call its function; before the first deploy there is none.

    https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/getIamPolicy
    """
    site, service = desk.site, service_of(QUEUED)
    path = f"v1/projects/{site.project}/locations/{site.region}/services/{service}:getIamPolicy"
    try:
        has = roles_of(rest.get(RUN, path), member)
    except RestError as error:
        if error.status == _NOT_FOUND:
            return
        raise
    if INVOKER_ROLE not in has:
        yield Need(
            INVOKER_ROLE,
            service,
            f"gcloud run services add-iam-policy-binding {service} --region={site.region}",
        )
