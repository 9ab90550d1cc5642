"""The stand-in for Resource Manager, asked as preflight does."""

import pytest

from scripts.local.standins.google_rest.api import RestApi
from scripts.ops.operations.errors import BusyError
from tests.scripts.local.standins.google_rest.clients import STAGING, Rest

HOST = "cloudresourcemanager.googleapis.com"
PROJECT = f"v1/projects/{STAGING}"
ROBOT = f"serviceAccount:robot@{STAGING}.iam.gserviceaccount.com"


def held(rest: Rest, *permissions: str) -> list[str]:
    answer = rest.post(HOST, f"{PROJECT}:testIamPermissions", permissions=list(permissions))
    return list(answer.get("permissions", []))


def test_a_project(rest: Rest) -> None:
    """A project has a number, by which it is found as well."""
    project = rest.get(HOST, PROJECT)
    assert (project["projectId"], project["lifecycleState"]) == (STAGING, "ACTIVE")
    assert rest.get(HOST, f"v1/projects/{project['projectNumber']}") == project


def test_no_project(rest: Rest) -> None:
    """A project that is not there looks as one that the caller may not see."""
    told = rest.refused_get(HOST, "v1/projects/demo-other")
    assert told == (403, "The caller does not have permission")


def test_permissions(rest: Rest, rest_api: RestApi) -> None:
    """Those that the caller has come back, until they are denied."""
    wanted = ("run.services.update", "firebaserules.releases.update")
    assert held(rest, *wanted) == list(wanted)
    rest_api.projects.deny(STAGING, *wanted)
    assert held(rest, *wanted) == []
    rest_api.projects.allow(STAGING, wanted[0])
    assert held(rest, *wanted) == [wanted[0]]


@pytest.mark.parametrize(
    "permission",
    ["run.*", "run.services", "roles/run.admin", "resourcemanager.projects.list", "*", ""],
)
def test_no_permission_of_a_project(rest: Rest, permission: str) -> None:
    """A wildcard, a role, and what a project's question may not hold are refused."""
    status, told = rest.refusal(
        HOST, f"{PROJECT}:testIamPermissions", permissions=["run.services.get", permission]
    )
    assert (status, "is not valid" in told) == (400, True)


def test_how_many_permissions(rest: Rest) -> None:
    """A question has one permission at least, and a hundred at most."""
    for number in (0, 101):
        names = [f"run.services.get{each}" for each in range(number)]
        assert rest.refusal(HOST, f"{PROJECT}:testIamPermissions", permissions=names)[0] == 400


def test_a_policy(rest: Rest, rest_api: RestApi) -> None:
    """Bindings are by role; one without members is none."""
    assert "bindings" not in rest.post(HOST, f"{PROJECT}:getIamPolicy")
    rest_api.projects.grant(STAGING, ROBOT, "roles/run.admin", "roles/viewer")
    rest_api.projects.revoke(STAGING, ROBOT, "roles/viewer")
    policy = rest.post(HOST, f"{PROJECT}:getIamPolicy")
    assert policy["bindings"] == [{"role": "roles/run.admin", "members": [ROBOT]}]


def test_setting_a_policy(rest: Rest) -> None:
    """A policy is replaced by whoever knows it as it is now, and else refused."""
    policy = rest.post(HOST, f"{PROJECT}:getIamPolicy")
    bindings = [{"role": "roles/viewer", "members": [ROBOT]}]
    changed = {**policy, "bindings": bindings}
    assert rest.post(HOST, f"{PROJECT}:setIamPolicy", policy=changed)["bindings"] == bindings
    with pytest.raises(BusyError, match="concurrent policy changes"):
        rest.post(HOST, f"{PROJECT}:setIamPolicy", policy=policy)


@pytest.mark.parametrize(("role", "member"), [("viewer", ROBOT), ("roles/viewer", "robot")])
def test_no_binding(rest: Rest, role: str, member: str) -> None:
    """A binding names a role and members of a kind."""
    policy = {"bindings": [{"role": role, "members": [member]}]}
    assert rest.refusal(HOST, f"{PROJECT}:setIamPolicy", policy=policy)[0] == 400
