"""The real client of Firestore's administration, on a stand-in's port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
from google.cloud.firestore_admin_v1 import FirestoreAdminClient, types
from google.cloud.firestore_admin_v1.services.firestore_admin.transports import (
    FirestoreAdminGrpcTransport,
)

from scripts.local.standins.firestore_admin.names import database_name
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn

DATABASE = database_name("demo-conteur")
GROUPS = f"{DATABASE}/collectionGroups/-"
LOCATIONS = "projects/demo-conteur/locations/-"
OVERRIDDEN = "indexConfig.usesAncestorConfig:false"
EXPIRING = "ttlConfig:*"


@dataclass(frozen=True, slots=True)
class Admin:
    """The client, with a time-out and no retry."""

    client: FirestoreAdminClient

    def database(self, name: str = DATABASE) -> types.Database:
        return self.client.get_database(name=name, timeout=5, retry=None)

    def databases(self, project: str) -> list[str]:
        answer = self.client.list_databases(parent=project, timeout=5, retry=None)
        return [each.name for each in answer.databases]

    def indexes(self, parent: str = GROUPS, **asked: object) -> list[types.Index]:
        request = types.ListIndexesRequest(parent=parent, **asked)
        return list(self.client.list_indexes(request, timeout=5, retry=None))

    def fields(self, wanted: str, parent: str = GROUPS, **asked: object) -> list[types.Field]:
        request = types.ListFieldsRequest(parent=parent, filter=wanted, **asked)
        return list(self.client.list_fields(request, timeout=5, retry=None))

    def field(self, group: str, path: str) -> types.Field:
        name = f"{DATABASE}/collectionGroups/{group}/fields/{path}"
        return self.client.get_field(name=name, timeout=5, retry=None)

    def schedules(self, database: str = DATABASE) -> list[types.BackupSchedule]:
        answer = self.client.list_backup_schedules(parent=database, timeout=5, retry=None)
        return list(answer.backup_schedules)

    def backups(self, parent: str = LOCATIONS, wanted: str = "") -> types.ListBackupsResponse:
        request = types.ListBackupsRequest(parent=parent, filter=wanted)
        return self.client.list_backups(request, timeout=5, retry=None)

    def backup(self, name: str) -> types.Backup:
        return self.client.get_backup(name=name, timeout=5, retry=None)


@contextmanager
def admin_of(standin: FirestoreAdminStandIn) -> Iterator[Admin]:
    with standin.serve() as address, grpc.insecure_channel(address) as channel:
        transport = FirestoreAdminGrpcTransport(channel=channel)
        yield Admin(FirestoreAdminClient(transport=transport))
