"""What is taken over: the columns of each table, in the order in which tables refer to each other.

The forms are those of migrations/, so that a bad row is found before anything is written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from scripts.ops.imports.fields import Reader, Value, fields, flag, made_uuid, moment, text, uuid
from scripts.ops.imports.fields import whole as whole_number

Row = dict[str, Value]

USERS, STORES = "users", "stores"
STEPS, EVENTS = "user_onboarding", "onboarding_events"

_USER = text(r"[A-Za-z0-9_.:@-]{1,128}", "a user's id")
_STEP = text(r"[a-z][a-z0-9_]{0,63}", "a step's id")
_VERSION = whole_number(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how its texts are read, and what it is where there is none.

    One without a `type` is derived from others. A `private` one is never quoted.
    """

    name: str
    type: str
    read: Reader
    needed: bool = False
    usual: Value = None
    private: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """A table, what makes its rows one, and what is to be refused within a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    finish: Callable[[Row], None] = lambda _: None
    derived: tuple[Column, ...] = ()
    # A row that is here already is left alone unless this holds; `new` is the source's.
    may_change: str = "true"

    @cached_property
    def written(self) -> tuple[Column, ...]:
        """The columns that are written."""
        return (*self.columns, *self.derived)

    @cached_property
    def needed(self) -> list[str]:
        """The columns that a source must have."""
        return [column.name for column in self.columns if column.needed]


def _finish_step(row: Row) -> None:
    if row["status"] != "done":
        row["completed_at"] = row["completed_by"] = None
    elif row["completed_at"] is None:
        raise ValueError("is done, and has no completed_at")


def _finish_store(row: Row) -> None:
    public = row["published_at"] is not None
    row["publication_id"] = made_uuid("store", str(row["slug"])) if public else None


def _finish_event(row: Row) -> None:
    row["correlation_id"] = row["correlation_id"] or made_uuid("correlation", str(row["id"]))


TABLES = (
    Table(
        USERS,
        ("id",),
        (
            Column("id", "text", _USER, needed=True),
            Column("firebase_uid", "text", text(r"[^/]{1,128}", "a Firebase uid"), private=True),
            Column("email", "text", text(r".{3,320}", "an address"), private=True),
            Column("market", "text", text(r"[A-Z]{2}", "FR"), needed=True),
            Column("role", "text", text(r"[a-z_]{1,40}", "owner"), usual="owner"),
            Column("blocked", "boolean", flag, usual=False),
            Column("created_at", "timestamptz", moment, needed=True),
        ),
        unique=("firebase_uid",),
    ),
    Table(
        STORES,
        ("user_id",),
        (
            Column("user_id", "text", _USER, needed=True),
            Column(
                "slug", "text", text(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "my-shop"), needed=True
            ),
            Column("name", "text", text(r".{1,200}", "My shop"), needed=True),
            Column("published_at", "timestamptz", moment),
        ),
        unique=("slug",),
        finish=_finish_store,
        derived=(Column("publication_id", "uuid", uuid("store")),),
        may_change="here.row_version = 1",
    ),
    Table(
        STEPS,
        ("user_id", "step_id"),
        (
            Column("user_id", "text", _USER, needed=True),
            Column("step_id", "text", _STEP, needed=True),
            Column("version", "integer", _VERSION, needed=True),
            Column("status", "text", text("todo|done|skipped", "todo, done, skipped"), needed=True),
            Column("snooze_until", "timestamptz", moment),
            Column("snooze_count", "integer", whole_number(0, 3), usual=0),
            Column("completed_by", "text", text(r".{1,200}", "a name")),
            Column("completed_at", "timestamptz", moment),
        ),
        finish=_finish_step,
        may_change="here.row_version = 1",
    ),
    Table(
        EVENTS,
        ("id",),
        (
            Column("id", "uuid", uuid("event"), needed=True),
            Column("user_id", "text", _USER, needed=True),
            Column("event_type", "text", text(r"[a-z_]+\.[a-z_]+", "store.published"), needed=True),
            Column("step_id", "text", _STEP),
            Column("version", "integer", _VERSION),
            Column("metadata", "jsonb", fields, usual={}),
            Column("correlation_id", "uuid", uuid("correlation")),
            Column("created_at", "timestamptz", moment, needed=True),
        ),
        finish=_finish_event,
        may_change="false",
    ),
)
