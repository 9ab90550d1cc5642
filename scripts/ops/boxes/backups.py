"""Whether Firestore is backed up each day, and how old the newest backup is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.cloud.firestore_admin_v1.types import (
    Backup,
    BackupSchedule,
    ListBackupSchedulesRequest,
    ListBackupsRequest,
)

from scripts.ops.boxes import admin
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, passed

OLDEST = timedelta(hours=26)
"""A daily backup begins at no fixed hour; two hours more than a day are its own time."""
AHEAD = timedelta(minutes=5)
"""How far two clocks may differ: what is younger than by that is no answer about its age."""
_MAKE = (
    "Schedule them: gcloud firestore backups schedules create --project {project} "
    "--database='(default)' --recurrence=daily --retention=14w."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """When each daily schedule was made, and of what moment each finished backup is."""

    schedules: Sequence[datetime]
    snapshots: Sequence[datetime]


def look(desk: Desk) -> Finding:
    """Return how the backups are. Raises OperationError, PlaceError."""
    return judge(_kept(desk), desk.clock(), desk.site.project)


def judge(kept: Kept, now: datetime, project: str) -> Finding:
    """Return whether a daily schedule is there, and does what it says."""
    if to_come := [each for each in (*kept.schedules, *kept.snapshots) if each > now + AHEAD]:
        return failed(
            f"one of them is of {max(to_come):%Y-%m-%d %H:%M} UTC, which is still to come",
            "Set this machine's clock, for the ages cannot be told by it, and look again.",
        )
    if not kept.schedules:
        return failed("no daily backup is scheduled", _MAKE.format(project=project))
    if not kept.snapshots:
        if now - min(kept.schedules) < OLDEST:
            return passed("scheduled daily; the first one is not there yet")
        return failed(
            "scheduled daily, and there is no backup",
            "Look at Disaster recovery in the console of Firestore: it says why they fail.",
        )
    newest = now - max(kept.snapshots)
    hours = f"{max(newest / timedelta(hours=1), 0):.0f} h old"
    if newest > OLDEST:
        return failed(
            f"scheduled daily, and the newest backup is {hours}",
            "Look at Disaster recovery in the console of Firestore: it says why they fail.",
        )
    return passed(f"scheduled daily, the newest is {hours}")


def _kept(desk: Desk) -> Kept:
    """Ask for both: a schedule has daily or weekly backups, and a backup is of one database."""
    database = admin.database_of(desk.site)
    everywhere = f"projects/{desk.site.project}/locations/-"
    with admin.connected(desk.site, admin.BACKUPS) as client:
        schedules = client.list_backup_schedules(
            ListBackupSchedulesRequest(parent=database), timeout=admin.SECONDS, retry=None
        ).backup_schedules
        backups = client.list_backups(
            ListBackupsRequest(parent=everywhere), timeout=admin.SECONDS, retry=None
        ).backups
    return Kept(
        [_made(each) for each in schedules if "daily_recurrence" in each],
        [
            _of(each)
            for each in backups
            if each.database == database and each.state == Backup.State.READY
        ],
    )


def _made(schedule: BackupSchedule) -> datetime:
    made: datetime = BackupSchedule.pb(schedule).create_time.ToDatetime(UTC)
    return made


def _of(backup: Backup) -> datetime:
    moment: datetime = Backup.pb(backup).snapshot_time.ToDatetime(UTC)
    return moment
