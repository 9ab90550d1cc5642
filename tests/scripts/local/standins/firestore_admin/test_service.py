"""The stand-in for Firestore's administration, seen through the real client library."""

from datetime import timedelta

import grpc
import pytest
from google.api_core import exceptions
from google.cloud.firestore_admin_v1 import types

from scripts.local.standins.firestore_admin.names import database_name
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import Fault, RefusalError
from tests.scripts.local.standins.firestore_admin.clients import (
    DATABASE,
    EXPIRING,
    GROUPS,
    OVERRIDDEN,
    Admin,
)
from tests.scripts.local.standins.firestore_admin.test_indexes import expiring, index

CREATING = types.Backup.State(types.Backup.State.CREATING)


def test_a_database(admin: Admin) -> None:
    """A database is in Native mode, in the region of the functions."""
    database = admin.database()
    assert (database.name, database.location_id) == (DATABASE, "europe-west1")
    assert database.type_ == types.Database.DatabaseType.FIRESTORE_NATIVE
    assert admin.databases("projects/demo-conteur") == [DATABASE]
    assert admin.databases("projects/demo-conteur-other") == []


def test_no_database(admin: Admin) -> None:
    """What is asked of a database that there is not is refused, in the real one's words."""
    other = database_name("demo-other")
    for ask, name in (
        (admin.database, other),
        (admin.schedules, other),
        (admin.indexes, f"{other}/collectionGroups/-"),
    ):
        with pytest.raises(exceptions.NotFound, match="does not exist for project demo-other"):
            ask(name)


@pytest.mark.parametrize("name", ["(default)", "projects/p/databases/(other)", f"{DATABASE}/x"])
def test_no_name(admin: Admin, name: str) -> None:
    """A name that no database can have is refused."""
    for ask in (admin.database, admin.schedules, admin.indexes):
        with pytest.raises(exceptions.InvalidArgument):
            ask(name)


def test_indexes_of_all_groups(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """All of the database come, whichever group is asked for, as from the real service."""
    for group in ("stories", "quota"):
        firestore.databases.indexes(DATABASE).create(group, index())
    for parent in (GROUPS, f"{DATABASE}/collectionGroups/stories"):
        assert len(admin.indexes(parent)) == 2
        assert len(admin.indexes(parent, page_size=1)) == 2
    with pytest.raises(exceptions.InvalidArgument, match="filter"):
        admin.indexes(filter="state:READY")


def test_fields_need_a_filter(admin: Admin) -> None:
    """Only overridden fields can be listed, and the request has to say so."""
    for wanted in ("", "ttlConfig", f"{OVERRIDDEN} AND {EXPIRING}", "indexConfig.reverting:true"):
        with pytest.raises(exceptions.InvalidArgument, match="have been overridden"):
            admin.fields(wanted)


def test_fields(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """A filter chooses those with indexes of their own, those that expire, or both."""
    indexes = firestore.databases.indexes(DATABASE)
    indexes.update_field(expiring("stories"), indexes=False)
    plain = f"{DATABASE}/collectionGroups/stories/fields/text"
    indexes.update_field(types.Field(name=plain, index_config={}))
    default = f"{DATABASE}/collectionGroups/__default__/fields/*"
    both = f"{OVERRIDDEN} OR {EXPIRING}".replace(":false", "=false")
    assert [field.name for field in admin.fields(OVERRIDDEN)] == [default, plain]
    assert [field.name for field in admin.fields(EXPIRING)] == [expiring("stories").name]
    assert len(admin.fields(both, page_size=1)) == 3
    assert len(admin.fields(both, f"{DATABASE}/collectionGroups/stories")) == 2


def test_schedules(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """A database is backed up daily and weekly, at most once each."""
    daily = firestore.databases.schedule("demo-conteur")
    firestore.databases.schedule("demo-conteur", timedelta(weeks=14), day=7)
    first, second = admin.schedules()
    assert ("daily_recurrence" in first, first.name) == (True, daily)
    assert (second.weekly_recurrence.day, str(second.retention)) == (7, "98 days, 0:00:00")
    with pytest.raises(RefusalError, match="a daily backup schedule already"):
        firestore.databases.schedule("demo-conteur")
    got = admin.client.get_backup_schedule(name=daily, timeout=5, retry=None)
    firestore.databases.unschedule(daily)
    assert (got, len(admin.schedules())) == (first, 1)


@pytest.mark.parametrize("days", [0, 99])
def test_kept_for_too_long(firestore: FirestoreAdminStandIn, days: int) -> None:
    """Backups are kept for at most 14 weeks."""
    with pytest.raises(RefusalError, match="14 weeks"):
        firestore.databases.schedule("demo-conteur", timedelta(days=days))


def test_a_backup(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """A backup has its age, its database, and figures once it is ready."""
    name = firestore.databases.back_up("demo-conteur", timedelta(hours=3), size_bytes=5000)
    making = firestore.databases.back_up("demo-conteur", state=CREATING)
    backup = admin.backup(name)
    assert backup.expire_time - backup.snapshot_time == timedelta(days=7)
    assert (backup.database, backup.stats.size_bytes) == (DATABASE, 5000)
    assert (admin.backup(making).state, "stats" in admin.backup(making)) == (1, False)
    firestore.databases.forget(name)
    with pytest.raises(exceptions.NotFound):
        admin.backup(name)


def test_backups(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """They are listed of one location or of all, and of one database."""
    firestore.databases.back_up("demo-conteur")
    uid = admin.database().uid
    for location, number in (("-", 1), ("europe-west1", 1), ("nam5", 0)):
        parent = f"projects/demo-conteur/locations/{location}"
        assert len(admin.backups(parent).backups) == number
    assert len(admin.backups(wanted=f'database_uid="{uid}"').backups) == 1
    assert not admin.backups(wanted=f'database_uid="{"0" * 8}{uid[8:]}"').backups
    with pytest.raises(exceptions.InvalidArgument, match="database_uid"):
        admin.backups(wanted="state=READY")


def test_a_location_away(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """A location that cannot be reached is named in a list of all, and an error of its own."""
    firestore.databases.back_up("demo-conteur")
    firestore.databases.unreachable = ["europe-west1"]
    answer = admin.backups()
    away = "projects/demo-conteur/locations/europe-west1"
    assert (list(answer.unreachable), list(answer.backups)) == ([away], [])
    with pytest.raises(exceptions.ServiceUnavailable):
        admin.backups(away)


def test_failing_on_purpose(admin: Admin, firestore: FirestoreAdminStandIn) -> None:
    """It can fail as all stand-ins do."""
    firestore.fault = Fault(grpc.StatusCode.PERMISSION_DENIED, methods=frozenset({"ListBackups"}))
    assert admin.database().name == DATABASE
    with pytest.raises(exceptions.PermissionDenied):
        admin.backups()


def test_beside_cloud_run(cloud: GoogleApi) -> None:
    """It answers on the port of Cloud Run's administration, and has no database yet."""
    assert cloud.firestore_admin in cloud.members
    assert cloud.firestore_admin.databases.of("projects/demo-conteur") == []
