"""Firestore's administration: what is indexed, deleted by itself, and backed up."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.cloud.firestore_admin_v1 import FirestoreAdminClient

from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.firestore_admin import opened
from scripts.ops.operations.site import Site
from scripts.ops.traffic.errors import Asked, explained

SECONDS = 15.0  # of one call
DATABASE = "(default)"
INDEXES = Asked(
    api="Firestore's administration",
    may="to list its indexes",
    role="roles/datastore.indexAdmin",
    service="firestore.googleapis.com",
    missing="there is no database (docs/deploy.md, step 2)",
)
BACKUPS = Asked(
    api="Firestore's administration",
    may="to list its backups and their schedules",
    role="roles/datastore.backupsAdmin and roles/datastore.backupSchedulesAdmin",
    service="firestore.googleapis.com",
    missing="there is no database (docs/deploy.md, step 2)",
)


def database_of(site: Site) -> str:
    """Return the resource's name of the environment's database."""
    return f"projects/{site.project}/databases/{DATABASE}"


@contextmanager
def connected(site: Site, asked: Asked) -> Iterator[FirestoreAdminClient]:
    """Yield the administration of an environment. Raises PlaceError and OperationError."""
    place = site.run()
    with (
        explained(site.project, asked),
        opened(place.emulators.get(RUN_ENDPOINT, "")) as client,
    ):
        yield client
