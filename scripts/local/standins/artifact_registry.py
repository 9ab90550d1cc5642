"""A stand-in for the part of Artifact Registry that functions' images are looked up in.

Names and errors follow https://cloud.google.com/artifact-registry/docs/reference/rest/v1
"""

import re
from collections.abc import Callable, Mapping, Sequence
from threading import RLock

import grpc
from google.cloud import artifactregistry_v1 as api
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.standins.pages import check, invalid, page
from scripts.local.standins.server import Method, RefusalError, StandIn

REPOSITORY = "gcf-artifacts"
"""Where functions' images are; as the next one, of firebase-tools 15.34.2's functions/artifacts.js.

https://github.com/firebase/firebase-tools/blob/master/src/functions/artifacts.ts
"""
POLICY = "firebase-functions-cleanup"
SECONDS_OF_DAY = 24 * 60 * 60
MOST = 1000  # of a page, as ListDockerImagesRequest says
_PROJECT, _LOCATION = r"projects/[a-z0-9][a-z0-9:.-]*", r"locations/[a-z]+(?:-[a-z]+[1-9]\d?)?"
REPOSITORY_NAME = re.compile(f"{_PROJECT}/{_LOCATION}/repositories/[a-z](?:[a-z0-9-]*[a-z0-9])?")
_DIGEST = "[a-z0-9._%-]+@sha256:[0-9a-f]{64}"
IMAGE_NAME = re.compile(f"{REPOSITORY_NAME.pattern}/dockerImages/{_DIGEST}")
IMAGE_URI = re.compile(
    r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[a-z0-9:.-]+)/"
    rf"(?P<repository>[a-z0-9-]+)/(?P<image>{_DIGEST})"
)


class Registry:
    """Docker repositories of every project. `clock` answers seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._lock = RLock()
        self._clock = clock
        self._repositories: dict[str, api.Repository] = {}
        self._images: dict[str, api.DockerImage] = {}

    def push(self, uri: str) -> None:
        """Put an image, and its repository if there is none; its `uri` ends with its digest."""
        with self._lock:
            name = image_name(uri)
            repository = name.partition("/dockerImages/")[0]
            if repository not in self._repositories:
                self.replace(_empty(repository, self._now()))
            self._images[name] = api.DockerImage(name=name, uri=uri, upload_time=self._now())

    def delete(self, uri: str) -> None:
        """Delete an image, as a policy that cleans up does. Raises RefusalError."""
        with self._lock:
            self.image(image_name(uri))
            del self._images[image_name(uri)]

    def replace(self, repository: api.Repository) -> None:
        """Put a repository in the place of the one of its name."""
        with self._lock:
            self._repositories[repository.name] = repository

    def keep(self, name: str, days: int) -> None:
        """Have images of a repository deleted after so many days.

        As `firebase functions:artifacts:setpolicy --days` does. Raises RefusalError.
        """
        with self._lock:
            repository = self.repository(name)
            repository.cleanup_policies = {**repository.cleanup_policies, POLICY: policy(days)}
            repository.update_time = self._now()
            self.replace(repository)

    def repository(self, name: str) -> api.Repository:
        """Return a copy of a repository. Raises RefusalError."""
        with self._lock:
            if name not in self._repositories:
                raise _not_found()
            return api.Repository(self._repositories[name])

    def image(self, name: str) -> api.DockerImage:
        """Return an image by its resource's name. Raises RefusalError."""
        with self._lock:
            if name not in self._images:
                raise _not_found()
            return self._images[name]

    def images(self, repository: str) -> Sequence[api.DockerImage]:
        """Return a repository's images, by their names. Raises RefusalError."""
        with self._lock:
            self.repository(repository)
            return [
                image
                for name, image in sorted(self._images.items())
                if name.startswith(f"{repository}/")
            ]  # fmt: skip - as ruff has it

    def _now(self) -> Timestamp:
        made = Timestamp()
        made.FromNanoseconds(int(self._clock() * 10**9))
        return made


class ArtifactRegistryStandIn(StandIn):
    """What a `Registry` has, to be read."""

    service = "google.devtools.artifactregistry.v1.ArtifactRegistry"

    def __init__(self, registry: Registry) -> None:
        super().__init__()
        self.registry = registry

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that read."""
        return {
            "GetRepository": Method(api.GetRepositoryRequest, self._repository),
            "GetDockerImage": Method(api.GetDockerImageRequest, self._image),
            "ListDockerImages": Method(api.ListDockerImagesRequest, self._images),
        }

    def _repository(self, request: api.GetRepositoryRequest) -> api.Repository:
        check(REPOSITORY_NAME, request.name)
        return self.registry.repository(request.name)

    def _image(self, request: api.GetDockerImageRequest) -> api.DockerImage:
        check(IMAGE_NAME, request.name)
        return self.registry.image(request.name)

    def _images(self, request: api.ListDockerImagesRequest) -> api.ListDockerImagesResponse:
        check(REPOSITORY_NAME, request.parent)
        if request.order_by:
            raise invalid("order_by is not among what this stand-in knows.")
        found = self.registry.images(request.parent)
        images, token = page(found, request.page_size, request.page_token, MOST, request.parent)
        return api.ListDockerImagesResponse(docker_images=images, next_page_token=token)


def policy(days: int) -> api.CleanupPolicy:
    """Return the policy that firebase-tools makes of a number of days."""
    condition = api.CleanupPolicyCondition(
        tag_state=api.CleanupPolicyCondition.TagState.ANY,
        older_than=Duration(seconds=days * SECONDS_OF_DAY),
    )
    action = api.CleanupPolicy.Action.DELETE
    return api.CleanupPolicy(id=POLICY, condition=condition, action=action)


def package(project: str, region: str, function: str) -> str:
    """Return what a function's image is called, as firebase-tools looks for it to delete it.

    https://github.com/firebase/firebase-tools/blob/master/src/deploy/functions/containerCleaner.ts
    """
    parts = (project, region, function)
    return "__".join(part.replace("_", "__").replace("-", "--") for part in parts)


def image_name(uri: str) -> str:
    """Return the resource's name of an image's URI. Raises RefusalError for what is none."""
    if not (found := IMAGE_URI.fullmatch(uri)):
        raise invalid(f"Invalid image: {uri!r}.")
    place = f"projects/{found['project']}/locations/{found['location']}"
    return f"{place}/repositories/{found['repository']}/dockerImages/{found['image']}"


def _empty(name: str, now: Timestamp) -> api.Repository:
    return api.Repository(
        name=name,
        format_=api.Repository.Format.DOCKER,
        mode=api.Repository.Mode.STANDARD_REPOSITORY,
        create_time=now,
        update_time=now,
    )


def _not_found() -> RefusalError:
    return RefusalError(grpc.StatusCode.NOT_FOUND, "Requested entity was not found.")
