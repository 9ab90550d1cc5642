"""Images, as Artifact Registry names them."""

import pytest

from scripts.ops.traffic.images import docker_image, short

DIGEST = f"sha256:{'0123456789abcdef' * 4}"
REPOSITORY = "europe-west1-docker.pkg.dev/conteur-staging/gcf-artifacts"


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("generate__story", "generate__story"),
        ("generate__story:version_3", "generate__story"),
        ("a/b", "a%2Fb"),
    ],
)
def test_the_name_of_an_image(name: str, own: str) -> None:
    """It is of a repository, by its digest; tags do not count, and slashes are written %2F."""
    assert docker_image(f"{REPOSITORY}/{name}@{DIGEST}") == (
        "projects/conteur-staging/locations/europe-west1/repositories/gcf-artifacts/dockerImages/"
        f"{own}@{DIGEST}"
    )


@pytest.mark.parametrize(
    "image",
    ["", "gcr.io/conteur/it@" + DIGEST, f"{REPOSITORY}/it:latest", f"{REPOSITORY}/it@sha256:12"],
)
def test_what_has_no_name_there(image: str) -> None:
    """An image of another registry, or without a digest, has none."""
    assert docker_image(image) == ""


def test_for_people() -> None:
    """The name and the begin of the digest tell images apart."""
    assert short(f"{REPOSITORY}/generate__story@{DIGEST}") == "generate__story@sha256:0123456789ab"
    assert short(f"{REPOSITORY}/it:latest") == "it:latest"
    assert short("") == "no image"
