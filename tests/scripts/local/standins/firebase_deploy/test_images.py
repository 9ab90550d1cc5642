"""The stand-in for how long images are kept."""

from http import HTTPStatus

import pytest

from scripts.local.standins.artifact_registry import Registry, policy
from scripts.local.standins.firebase_deploy.images import ImagePolicies
from tests.scripts.local.standins.firebase_deploy.asking import ask, refusal

NAME = "projects/demo-conteur/locations/europe-west1/repositories/gcf-artifacts"
IMAGE = f"europe-west1-docker.pkg.dev/demo-conteur/gcf-artifacts/a@sha256:{'0' * 64}"
DAYS = {"condition": {"tagState": "ANY", "olderThan": "2592000s"}, "action": "DELETE"}
WANTED = {
    "cleanupPolicies": {"firebase-functions-cleanup": {"id": "firebase-functions-cleanup", **DAYS}}
}


@pytest.fixture
def images() -> ImagePolicies:
    images = ImagePolicies(Registry(lambda: 1_800_000_000.0))
    images.registry.push(IMAGE)
    return images


def test_policy(images: ImagePolicies) -> None:
    """A policy that is set over REST is the registry's."""
    ask(images, "PATCH", f"/v1/{NAME}?updateMask=cleanupPolicies", WANTED)
    kept = images.registry.repository(NAME).cleanup_policies
    assert dict(kept) == {"firebase-functions-cleanup": policy(30)}


def test_refused(images: ImagePolicies) -> None:
    """What may not be changed, or is no policy, is refused."""
    assert "Invalid update mask" in refusal(images, "PATCH", f"/v1/{NAME}?updateMask=format", {})
    body = {"cleanupPolicies": {"a": {"days": 30}}}
    path = f"/v1/{NAME}?updateMask=cleanupPolicies"
    assert "days" in refusal(images, "PATCH", path, body)


def test_none(images: ImagePolicies) -> None:
    """A repository that is not there is not found."""
    assert ask(images, "GET", f"/v1/{NAME}")[0] == HTTPStatus.OK
    assert ask(images, "GET", f"/v1/{NAME}-2")[0] == HTTPStatus.NOT_FOUND
