"""A stand-in for Firestore's administration, to be read: databases, indexes, fields and backups.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1#firestoreadmin
"""

from collections.abc import Callable, Mapping

import grpc
from google.cloud.firestore_admin_v1 import types as api

from scripts.local.standins.firestore_admin.databases import Databases
from scripts.local.standins.firestore_admin.names import (
    BACKUP_NAME,
    DATABASE_NAME,
    GROUP_NAME,
    LOCATION_NAME,
    PROJECT_NAME,
    SCHEDULE_NAME,
    split,
)
from scripts.local.standins.firestore_admin.rules import backup_matcher, field_matcher
from scripts.local.standins.pages import check, invalid, page
from scripts.local.standins.server import Message, Method, RefusalError, StandIn

MOST = 1000  # of a page, and what it has if nothing is asked: Google does not say how many
ANY = "-"


class FirestoreAdminStandIn(StandIn):
    """The administration of `databases`, of which there are none until `databases.create`."""

    service = "google.firestore.admin.v1.FirestoreAdmin"

    def __init__(self, clock: Callable[[], float], databases: Databases | None = None) -> None:
        super().__init__()
        self.databases = databases or Databases(clock)

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that read."""
        return {
            "GetDatabase": Method(api.GetDatabaseRequest, self._locked(self._database)),
            "ListDatabases": Method(api.ListDatabasesRequest, self._locked(self._of_project)),
            "GetIndex": Method(api.GetIndexRequest, self._locked(self._index)),
            "ListIndexes": Method(api.ListIndexesRequest, self._locked(self._indexes)),
            "GetField": Method(api.GetFieldRequest, self._locked(self._field)),
            "ListFields": Method(api.ListFieldsRequest, self._locked(self._fields)),
            "GetBackupSchedule": Method(api.GetBackupScheduleRequest, self._locked(self._schedule)),
            "ListBackupSchedules": Method(
                api.ListBackupSchedulesRequest, self._locked(self._schedules)
            ),
            "GetBackup": Method(api.GetBackupRequest, self._locked(self._backup)),
            "ListBackups": Method(api.ListBackupsRequest, self._locked(self._backups)),
        }

    def _locked(self, answer: Callable[[Message], Message]) -> Callable[[Message], Message]:
        def locked(request: Message) -> Message:
            with self.databases.lock:
                return answer(request)

        return locked

    def _database(self, request: api.GetDatabaseRequest) -> api.Database:
        return self.databases.database(request.name)

    def _of_project(self, request: api.ListDatabasesRequest) -> api.ListDatabasesResponse:
        check(PROJECT_NAME, request.parent)
        return api.ListDatabasesResponse(databases=self.databases.of(request.parent))

    def _index(self, request: api.GetIndexRequest) -> api.Index:
        return self.databases.indexes(split(request.name).database).get(request.name)

    def _indexes(self, request: api.ListIndexesRequest) -> api.ListIndexesResponse:
        """Return a page of the whole database's indexes, whichever group is asked for.

        So does the real service: https://github.com/googleapis/google-cloud-python/issues/15389
        """
        check(GROUP_NAME, request.parent)
        if request.filter:
            raise invalid(f"Invalid filter: {request.filter!r}.")
        found = self.databases.indexes(split(request.parent).database).all()
        asked = (request.parent,)
        indexes, token = page(found, request.page_size, request.page_token, MOST, *asked)
        return api.ListIndexesResponse(indexes=indexes, next_page_token=token)

    def _field(self, request: api.GetFieldRequest) -> api.Field:
        return self.databases.indexes(split(request.name).database).field(request.name)

    def _fields(self, request: api.ListFieldsRequest) -> api.ListFieldsResponse:
        check(GROUP_NAME, request.parent)
        matches = field_matcher(request.filter)
        database, group, _ = split(request.parent)
        found = [
            field
            for field in self.databases.indexes(database).fields()
            if matches(field) and group in (ANY, split(field.name).group)
        ]
        asked = (request.parent, request.filter)
        fields, token = page(found, request.page_size, request.page_token, MOST, *asked)
        return api.ListFieldsResponse(fields=fields, next_page_token=token)

    def _schedule(self, request: api.GetBackupScheduleRequest) -> Message:
        check(SCHEDULE_NAME, request.name)
        schedules = self.databases.schedules(request.name.partition("/backupSchedules/")[0])
        return _named(request.name, {each.name: each for each in schedules})

    def _schedules(
        self, request: api.ListBackupSchedulesRequest
    ) -> api.ListBackupSchedulesResponse:
        check(DATABASE_NAME, request.parent)
        return api.ListBackupSchedulesResponse(
            backup_schedules=self.databases.schedules(request.parent)
        )

    def _backup(self, request: api.GetBackupRequest) -> Message:
        check(BACKUP_NAME, request.name)
        found = self.databases.backups(request.name.partition("/backups/")[0])
        return _named(request.name, {each.name: each for each in found})

    def _backups(self, request: api.ListBackupsRequest) -> api.ListBackupsResponse:
        """Return the backups of one location, or of all (`-`) that can be reached."""
        check(LOCATION_NAME, request.parent)
        matches = backup_matcher(request.filter)
        project, _, location = request.parent.partition("/locations/")
        away = [
            f"{project}/locations/{each}"
            for each in self.databases.unreachable
            if location in (ANY, each)
        ]
        if away and location != ANY:
            raise RefusalError(grpc.StatusCode.UNAVAILABLE, f"{location} cannot be reached.")
        found = [each for each in self.databases.backups(request.parent) if matches(each)]
        return api.ListBackupsResponse(backups=found, unreachable=away)


def _named(name: str, found: Mapping[str, Message]) -> Message:
    if name not in found:
        raise RefusalError(grpc.StatusCode.NOT_FOUND, f"Resource not found: {name}")
    return found[name]
