"""What the stand-in for Firestore's administration keeps: databases, their backups and indexes.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import RLock
from uuid import NAMESPACE_URL, uuid5

import grpc
from google.cloud.firestore_admin_v1 import types as api
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.serving import public_settings
from scripts.local.standins.firestore_admin.indexes import Indexes
from scripts.local.standins.firestore_admin.names import DATABASE_NAME, DEFAULT, database_name
from scripts.local.standins.pages import check, invalid
from scripts.local.standins.server import RefusalError

REGION = public_settings()["CONTEUR_REGION"]
MOST_RETENTION = timedelta(weeks=14)
"""https://cloud.google.com/firestore/docs/backups#backup_schedules"""
READY = api.Backup.State(api.Backup.State.READY)


class Databases:
    """The databases of all projects, of which there are none until `create`.

    `clock` answers seconds since the epoch. `lock` guards all. `unreachable` names the locations
    whose backups cannot be listed at present.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self.unreachable: list[str] = []
        self._clock = clock
        self._databases: dict[str, api.Database] = {}
        self._indexes: dict[str, Indexes] = {}
        self._schedules: dict[str, api.BackupSchedule] = {}
        self._backups: dict[str, api.Backup] = {}

    def create(self, project: str, database: str = DEFAULT, location: str = REGION) -> str:
        """Make a database in Native mode, and return its full name."""
        name = database_name(project, database)
        check(DATABASE_NAME, name)
        with self.lock:
            self._databases[name] = api.Database(
                name=name,
                uid=_uid(name),
                create_time=self._time(0),
                update_time=self._time(0),
                location_id=location,
                type_=api.Database.DatabaseType.FIRESTORE_NATIVE,
                concurrency_mode=api.Database.ConcurrencyMode.PESSIMISTIC,
                database_edition=api.Database.DatabaseEdition.STANDARD,
            )
            self._indexes[name] = Indexes(name)
        return name

    def database(self, name: str) -> api.Database:
        """Return a database. Raises RefusalError.

        The words are the real service's: https://github.com/firebase/firebase-tools/issues/1921
        """
        check(DATABASE_NAME, name)
        if name not in self._databases:
            _, project, _, database = name.split("/")
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND,
                f"The database {database} does not exist for project {project}. Please visit "
                f"https://console.cloud.google.com/datastore/setup?project={project} to add a "
                "Cloud Datastore or Cloud Firestore database.",
            )
        return self._databases[name]

    def of(self, project: str) -> Sequence[api.Database]:
        """Return the databases of `projects/ID`, by their names."""
        return [
            self._databases[name]
            for name in sorted(self._databases)
            if name.startswith(f"{project}/")
        ]

    def indexes(self, database: str) -> Indexes:
        """Return the indexes of a database, by its full name. Raises RefusalError."""
        self.database(database)
        return self._indexes[database]

    def schedule(self, project: str, retention: timedelta = timedelta(days=7), day: int = 0) -> str:
        """Back the default database up each day, or each week on a `day` (Monday is 1).

        Return the schedule's name. Raises RefusalError for a second one of its kind, and where
        backups would be kept for longer than 14 weeks: a database has one daily and one weekly at
        most, by https://cloud.google.com/firestore/docs/backups#backup_schedules.
        """
        if not timedelta(0) < retention <= MOST_RETENTION:
            raise invalid("retention must be positive and at most 14 weeks.")
        database = database_name(project)
        kind = "weekly" if day else "daily"
        name = f"{database}/backupSchedules/{uuid5(NAMESPACE_URL, f'{database} {kind}')}"
        with self.lock:
            self.database(database)
            if name in self._schedules:
                raise RefusalError(
                    grpc.StatusCode.ALREADY_EXISTS, f"There is a {kind} backup schedule already."
                )
            every = {"weekly_recurrence": {"day": day}} if day else {"daily_recurrence": {}}
            now = self._time(0)
            self._schedules[name] = api.BackupSchedule(
                name=name, create_time=now, update_time=now, retention=retention, **every
            )
        return name

    def unschedule(self, name: str) -> None:
        """Delete a backup schedule; its backups stay."""
        with self.lock:
            del self._schedules[name]

    def schedules(self, database: str) -> Sequence[api.BackupSchedule]:
        """Return the schedules of a database, by its full name. Raises RefusalError."""
        self.database(database)
        prefix = f"{database}/"
        return [each for name, each in self._schedules.items() if name.startswith(prefix)]

    def back_up(
        self,
        project: str,
        age: timedelta = timedelta(0),
        state: api.Backup.State = READY,
        size_bytes: int = 1_000_000,
        retention: timedelta = timedelta(days=7),
    ) -> str:
        """Make a backup of the default database that was taken so long ago; return its name."""
        database = self.database(database_name(project))
        with self.lock:
            taken = self._time(-age.total_seconds())
            parent = f"projects/{project}/locations/{database.location_id}/backups"
            name = f"{parent}/{_uid(f'{parent}/{len(self._backups)}')}"
            backup = api.Backup(
                name=name,
                database=database.name,
                database_uid=database.uid,
                snapshot_time=taken,
                expire_time=self._time((retention - age).total_seconds()),
                state=state,
            )
            if state == READY:  # there are no figures before it is whole
                backup.stats = api.Backup.Stats(size_bytes=size_bytes)
            self._backups[name] = backup
        return name

    def forget(self, name: str) -> None:
        """Delete a backup."""
        with self.lock:
            del self._backups[name]

    def backups(self, parent: str) -> Sequence[api.Backup]:
        """Return the backups of `projects/ID/locations/ID`; `-` is every location."""
        prefix = f"{parent.removesuffix('-')}" if parent.endswith("/-") else f"{parent}/"
        found = [each for name, each in self._backups.items() if name.startswith(prefix)]
        return [each for each in found if each.name.split("/")[3] not in self.unreachable]

    def _time(self, seconds: float) -> Timestamp:
        made = Timestamp()
        made.FromNanoseconds(int((self._clock() + seconds) * 10**9))
        return made


def _uid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))
