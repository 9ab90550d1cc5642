"""Which of Firestore's indexes cannot be used yet.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#firestoreadmin
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from google.cloud import firestore_admin_v1 as api

from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.firestore_admin import opened
from scripts.ops.place import Place
from scripts.ops.traffic.errors import Asked, explained

SECONDS = 10.0  # of one call
OVERRIDDEN = "indexConfig.usesAncestorConfig:false"
"""The only fields that can be listed: those that have indexes of their own."""
READING = Asked(
    api="the Firestore Admin API",
    may="to read its indexes",
    role="roles/datastore.viewer",
    service="firestore.googleapis.com",
    missing="The project has no database (docs/deploy.md, The database)",
)


class IndexStates:
    """The indexes of a project's database."""

    def __init__(self, client: api.FirestoreAdminClient, project: str) -> None:
        self._client = client
        self._project = project
        self._parent = f"projects/{project}/databases/(default)/collectionGroups"

    def building(self) -> Sequence[str]:
        """Name the indexes that are not READY: composite ones, and those of single fields."""
        with explained(self._project, READING):
            return [*self._composite(), *self._single()]

    def _composite(self) -> Iterator[str]:
        found = self._client.list_indexes(parent=f"{self._parent}/-", retry=None, timeout=SECONDS)
        for index in found:
            if index.state != api.Index.State.READY:
                fields = ", ".join(each.field_path for each in index.fields)
                yield f"{index.name.split('/')[-3]} ({fields})"

    def _single(self) -> Iterator[str]:
        request = api.ListFieldsRequest(parent=f"{self._parent}/-", filter=OVERRIDDEN)
        for field in self._client.list_fields(request, retry=None, timeout=SECONDS):
            if any(each.state != api.Index.State.READY for each in field.index_config.indexes):
                yield f"{field.name.split('/')[-3]}.{field.name.split('/')[-1]}"


@contextmanager
def connected(place: Place) -> Iterator[IndexStates]:
    """Yield the indexes of a place (`site.run()`). Raises OperationError for no credentials."""
    with ExitStack() as stack:
        with explained(place.project, READING):
            client = stack.enter_context(opened(place.emulators.get(RUN_ENDPOINT, "")))
        yield IndexStates(client, place.project)
