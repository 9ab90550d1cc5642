"""The names of what Firestore's administration knows.

https://cloud.google.com/firestore/docs/reference/rpc/google.firestore.admin.v1
"""

import re
from typing import NamedTuple

DEFAULT = "(default)"
EVERY_GROUP = "__default__"  # has what the fields of all groups inherit
_PROJECT = r"projects/[a-z0-9][a-z0-9:.-]*"
_DATABASE = rf"{_PROJECT}/databases/(?:\(default\)|[a-z][a-z0-9-]{{2,61}}[a-z0-9])"
# https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases/create
_GROUP = rf"{_DATABASE}/collectionGroups/[^/]+"
_LOCATION = rf"{_PROJECT}/locations/(?:-|[a-z][a-z0-9-]*)"

PROJECT_NAME = re.compile(_PROJECT)
DATABASE_NAME = re.compile(_DATABASE)
GROUP_NAME = re.compile(_GROUP)
INDEX_NAME = re.compile(rf"{_GROUP}/indexes/[^/]+")
FIELD_NAME = re.compile(rf"{_GROUP}/fields/[^/]+")
SCHEDULE_NAME = re.compile(rf"{_DATABASE}/backupSchedules/[^/]+")
LOCATION_NAME = re.compile(_LOCATION)
BACKUP_NAME = re.compile(rf"{_LOCATION}/backups/[^/]+")


class Path(NamedTuple):
    """The parts of the name of an index or a field."""

    database: str
    group: str
    last: str


def split(name: str) -> Path:
    """Return a name's database (its full name), its collection group, and its own id."""
    database, _, rest = name.partition("/collectionGroups/")
    group, _, last = rest.partition("/")
    return Path(database, group, last.partition("/")[2])


def database_name(project: str, database: str = DEFAULT) -> str:
    """Return a database's full name."""
    return f"projects/{project}/databases/{database}"
