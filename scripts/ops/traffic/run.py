"""Cloud Run and Artifact Registry of a project, by a person's own rights.

with connected(site.run(), tell=print) as platform:
    state = platform.service("generate_story")
    platform.move(state, all_on("generate-story-00001-abc"))
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice

from google.api_core.exceptions import NotFound
from google.cloud import run_v2 as api

from scripts.local.addresses import REGION
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.errors import OperationError
from scripts.ops.place import Place
from scripts.ops.traffic.clients import SECONDS, Clients, opened
from scripts.ops.traffic.errors import FAILURES, IMAGES, READING, explained, told
from scripts.ops.traffic.images import docker_image
from scripts.ops.traffic.moving import Mover, Patience, Tell
from scripts.ops.traffic.platform import RevisionState, ServiceState
from scripts.ops.traffic.resources import in_force, revision_of, state_of, traffic_of
from scripts.ops.traffic.split import Split

PAGE, MOST = 100, 300
"""Revisions of a page, and at most. Cloud Run keeps a thousand of a service."""


def _quiet(_: str) -> None:
    """Tell nobody."""


class CloudRunPlatform:
    """A Platform of the real client libraries. Methods raise OperationError."""

    def __init__(
        self, clients: Clients, project: str, region: str, tell: Tell, patience: Patience
    ) -> None:
        self._clients = clients
        self._project = project
        self._region = region
        self._tell = tell
        self._patience = patience

    def service(self, function: str) -> ServiceState | None:
        """Return a function's service; None before its first deploy."""
        found = self._found(function)
        return state_of(function, found) if found else None

    def revisions(self, function: str) -> Sequence[RevisionState]:
        """Return its revisions, the newest first, MOST at most."""
        name = self._name(function)
        with explained(self._project, READING):
            service = self._clients.services.get_service(name=name, timeout=SECONDS, retry=None)
            request = api.ListRevisionsRequest(parent=name, page_size=PAGE)
            pager = self._clients.revisions.list_revisions(request, timeout=SECONDS, retry=None)
            shares = traffic_of(service)
            return [revision_of(each, shares) for each in islice(pager, MOST)]

    def move(self, state: ServiceState, split: Split, *, only_try: bool = False) -> ServiceState:
        """Split the traffic anew, and return the service once the split is in force."""
        mover = Mover(
            self._clients.services,
            self._project,
            self._name(state.function),
            lambda: self._read(state.function),
            self._tell,
            self._patience,
        )
        if only_try:
            mover.only_try(state, split)
            return state
        if state.split == split and in_force(state):
            return state
        return mover.move(state, split)

    def has_image(self, image: str) -> bool | None:
        """Tell whether an image can still be pulled; None: nobody here can tell."""
        if not (name := docker_image(image)):
            return None
        try:
            self._clients.images.get_docker_image(name=name, timeout=SECONDS, retry=None)
        except NotFound:
            return False
        except FAILURES as error:
            raise OperationError(f"{self._project}: {told(error, IMAGES)}.") from error
        return True

    def _found(self, function: str) -> api.Service | None:
        with explained(self._project, READING):
            try:
                name = self._name(function)
                return self._clients.services.get_service(name=name, timeout=SECONDS, retry=None)
            except NotFound:
                return None

    def _read(self, function: str) -> ServiceState:
        found = self.service(function)
        if found is None:
            raise OperationError(
                f"{self._project}: somebody has deleted the service of {function}. Deploy it "
                "again with scripts/deploy."
            )
        return found

    def _name(self, function: str) -> str:
        service = function.replace("_", "-")
        return f"projects/{self._project}/locations/{self._region}/services/{service}"


@contextmanager
def connected(
    place: Place, *, region: str = REGION, tell: Tell = _quiet, patience: Patience | None = None
) -> Iterator[CloudRunPlatform]:
    """Yield the platform of a place (`site.run()`). Raises OperationError for no credentials.

    `tell` gets lines of progress while a move is waited for.
    """
    with ExitStack() as stack:
        with explained(place.project, READING):
            its = stack.enter_context(opened(place.emulators.get(RUN_ENDPOINT, "")))
        yield CloudRunPlatform(its, place.project, region, tell, patience or Patience())
