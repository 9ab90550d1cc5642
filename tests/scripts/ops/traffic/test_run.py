"""What Cloud Run and Artifact Registry have, through the real client libraries."""

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.operations.errors import OperationError
from scripts.ops.traffic.run import CloudRunPlatform

from .cloud import FIRST, SECOND, STORY, Cloud, state_of


def test_a_service(platform: CloudRunPlatform) -> None:
    """It is read with who serves, and what the newest revision is."""
    state = state_of(platform)
    assert state.serving == {SECOND: 100}
    assert (state.latest_ready, state.latest_created) == (SECOND, SECOND)
    assert (state.split.latest, state.problem, state.forgotten_pin) == (100, "", False)
    assert state.url.startswith("https://generate-story-")


def test_a_pin_that_holds(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """A revision that is deployed beside a pin gets nothing, and is said to be forgotten."""
    cloud.meddle(FIRST)
    cloud.deploy()
    state = state_of(platform)
    assert (state.serving, state.serving_most) == ({FIRST: 100}, FIRST)
    assert state.forgotten_pin


def test_before_the_first_deploy(platform: CloudRunPlatform) -> None:
    """There is no service of a function that was never deployed, and none of its revisions."""
    assert platform.service("store_api") is None
    with pytest.raises(OperationError, match="Cloud Run has no such service"):
        platform.revisions("store_api")


def test_revisions(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """They come newest first, each with its share, its image and whether it could serve."""
    cloud.deploy(problem="it does not start")
    third, second, first = platform.revisions(STORY)
    assert (third.ready, third.problem) == (False, "it does not start")
    assert (second.name, second.percent, second.ready) == (SECOND, 100, True)
    assert (first.name, first.percent) == (FIRST, 0)
    assert first.image == cloud.image(FIRST)


def test_images(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """An image is there until it is deleted; of another registry's nobody can tell."""
    image = cloud.image(FIRST)
    assert platform.has_image(image) is True
    cloud.run.registry.delete(image)
    assert platform.has_image(image) is False
    assert platform.has_image("docker.io/library/python:3.11") is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (grpc.StatusCode.UNAVAILABLE, "the Cloud Run Admin API could not be reached in time"),
        (grpc.StatusCode.PERMISSION_DENIED, "Ask an owner for roles/run.viewer"),
        (grpc.StatusCode.UNAUTHENTICATED, "gcloud auth application-default login"),
        (grpc.StatusCode.INTERNAL, "Cloud Run refused .500"),
    ],
)
def test_cloud_run_does_not_tell(
    cloud: Cloud, platform: CloudRunPlatform, code: grpc.StatusCode, said: str
) -> None:
    """Every failure says what to do, after one try."""
    cloud.services.fault = Fault(code)
    with pytest.raises(OperationError, match=said):
        platform.service(STORY)
    assert cloud.services.calls == ["GetService"]


def test_no_right_to_read_images(cloud: Cloud, platform: CloudRunPlatform) -> None:
    """Whether an image is there is not guessed where nobody may look."""
    cloud.images.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    with pytest.raises(OperationError, match=r"roles/artifactregistry\.reader"):
        platform.has_image(cloud.image(FIRST))
