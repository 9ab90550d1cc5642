"""What a call to Cloud Monitoring would do, and what is there before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scripts.ops.monitoring.cloud.compared import Field
from scripts.ops.monitoring.cloud.recipients import Message


class Act(StrEnum):
    """What is done."""

    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"


class Sort(StrEnum):
    """What it is done to."""

    DESCRIPTOR = "metric"
    CHANNEL = "channel"
    POLICY = "policy"
    DASHBOARD = "dashboard"


@dataclass(frozen=True, slots=True)
class Found:
    """What is there, in the API's JSON form with all defaults, also what is not ours."""

    descriptors: Sequence[Message]
    channels: Sequence[Message] = field(repr=False)
    policies: Sequence[Message]
    dashboards: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Change:
    """One call. `message` is what is sent, `name` the resource's own (empty: there is none yet).

    A policy's `message` has keys of channels for names.
    """

    act: Act
    sort: Sort
    key: str
    fields: tuple[Field, ...] = ()
    name: str = ""
    message: Message = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Differences:
    """The changes in the order that works, how much is as it should be, and what to know.

    `names` are the names of the channels that are there, by their keys.
    """

    changes: Sequence[Change]
    unchanged: int
    notes: Sequence[str]
    names: Mapping[str, str]
