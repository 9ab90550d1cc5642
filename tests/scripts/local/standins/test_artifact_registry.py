"""The stand-in for Artifact Registry, seen through the real client library."""

from collections.abc import Iterator

import pytest
from google.api_core import exceptions
from google.cloud import artifactregistry_v1 as api
from google.cloud import run_v2

from scripts.local.standins.artifact_registry import image_name, package
from scripts.local.standins.google_api import GoogleApi
from tests.scripts.local.standins.cloud_run.clients import (
    FIRST,
    LOCATION,
    STORIES,
    Clients,
    run_clients,
)

REPOSITORY = f"{LOCATION}/repositories/gcf-artifacts"
OTHER = f"europe-west1-docker.pkg.dev/demo-conteur/gcf-artifacts/other@sha256:{'0' * 64}"


@pytest.fixture
def run(cloud: GoogleApi) -> Iterator[Clients]:
    with run_clients(cloud) as clients:
        yield clients


def image_of(cloud: GoogleApi) -> str:
    request = run_v2.GetRevisionRequest(name=f"{STORIES}/revisions/{FIRST}")
    return str(cloud.revisions.call("GetRevision", request).containers[0].image)


def test_the_image_of_a_revision(run: Clients, cloud: GoogleApi) -> None:
    """Each revision has an image, named by project, region and function, with its digest."""
    uri = image_of(cloud)
    place = "europe-west1-docker.pkg.dev/demo-conteur/gcf-artifacts"
    assert uri.startswith(f"{place}/demo--conteur__europe--west1__generate__story@sha256:")
    assert run.images.get_docker_image(name=image_name(uri), timeout=5, retry=None).uri == uri


def test_an_image_that_was_deleted(run: Clients, cloud: GoogleApi) -> None:
    """A deleted image is not found any more, and its revision stays."""
    uri = image_of(cloud)
    cloud.artifacts.registry.delete(uri)
    with pytest.raises(exceptions.NotFound):
        run.images.get_docker_image(name=image_name(uri), timeout=5, retry=None)
    assert image_of(cloud) == uri


def test_all_images(run: Clients, cloud: GoogleApi) -> None:
    """A repository's images are listed in pages; a new deploy adds one."""
    asked = api.ListDockerImagesRequest(parent=REPOSITORY, page_size=3)
    before = len(list(run.images.list_docker_images(asked, timeout=5, retry=None)))
    cloud.run.deploy(STORIES)
    cloud.run.deploy(STORIES, image=OTHER)
    uris = [each.uri for each in run.images.list_docker_images(asked, timeout=5, retry=None)]
    assert (len(uris), OTHER in uris) == (before + 2, True)


def test_a_new_repository(run: Clients) -> None:
    """Nothing cleans a repository up until somebody says so."""
    found = run.images.get_repository(name=REPOSITORY, timeout=5, retry=None)
    assert (found.format_, dict(found.cleanup_policies)) == (api.Repository.Format.DOCKER, {})


def test_a_policy(run: Clients, cloud: GoogleApi) -> None:
    """The policy is firebase-tools' own: any tag, older than so many days, delete."""
    cloud.artifacts.registry.keep(REPOSITORY, days=30)
    found = run.images.get_repository(name=REPOSITORY, timeout=5, retry=None)
    policy = found.cleanup_policies["firebase-functions-cleanup"]
    assert policy.action == api.CleanupPolicy.Action.DELETE
    kept = api.CleanupPolicyCondition.pb(policy.condition).older_than
    assert kept.seconds == 30 * 24 * 3600


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (f"{LOCATION}/repositories/other", exceptions.NotFound),
        ("gcf-artifacts", exceptions.InvalidArgument),
    ],
)
def test_what_is_no_repository(run: Clients, name: str, error: type[Exception]) -> None:
    """A name that nothing has, or can have, is refused by all methods."""
    with pytest.raises(error):
        run.images.get_repository(name=name, timeout=5, retry=None)
    with pytest.raises(error):
        run.images.list_docker_images(parent=name, timeout=5, retry=None)


def test_another_order(run: Clients) -> None:
    """An order of its own is not to be had here, which is said."""
    asked = api.ListDockerImagesRequest(parent=REPOSITORY, order_by="name")
    with pytest.raises(exceptions.InvalidArgument, match="order_by"):
        run.images.list_docker_images(asked, timeout=5, retry=None)


def test_names_of_packages() -> None:
    """Both kinds of joints are doubled, so that the parts can be told apart."""
    assert package("a-b", "europe-west1", "tend_store") == "a--b__europe--west1__tend__store"
