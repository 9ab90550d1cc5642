"""The stand-in for who may call Cloud Run's services."""

from http import HTTPStatus

import pytest

from scripts.local.standins.firebase_deploy.policies import RunPolicies
from tests.scripts.local.standins.firebase_deploy.asking import Json, ask, refusal

SERVICE = "projects/demo-conteur/locations/europe-west1/services/health"
READ, WRITE = f"/v1/{SERVICE}:getIamPolicy", f"/v1/{SERVICE}:setIamPolicy"


@pytest.fixture
def policies() -> RunPolicies:
    return RunPolicies(lambda service: service == SERVICE)


def policy(member: str = "allUsers", role: str = "roles/run.invoker", **more: str) -> Json:
    """Return a request that binds one member to one role."""
    return {"policy": {"bindings": [{"role": role, "members": [member]}], **more}}


def test_kept(policies: RunPolicies) -> None:
    """A policy that was set is read again."""
    ask(policies, "POST", WRITE, policy())
    assert ask(policies, "GET", READ)[1]["bindings"] == policy()["policy"]["bindings"]


def test_meanwhile(policies: RunPolicies) -> None:
    """A policy that somebody else has changed since is not overwritten."""
    first = ask(policies, "POST", WRITE, policy())[1]["etag"]
    ask(policies, "POST", WRITE, policy("user:a@example.com", etag=first))
    assert "concurrent" in refusal(policies, "POST", WRITE, policy(etag=first))


def test_refused(policies: RunPolicies) -> None:
    """No role, no member, no service: refused."""
    assert "Invalid binding" in refusal(policies, "POST", WRITE, policy(role="invoker"))
    assert "Invalid member" in refusal(policies, "POST", WRITE, policy("everybody"))
    other = f"{WRITE.partition('/services/')[0]}/services/other:getIamPolicy"
    assert ask(policies, "GET", other)[0] == HTTPStatus.NOT_FOUND
