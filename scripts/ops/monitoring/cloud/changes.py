"""What a call to Cloud Monitoring would do, and what is there before it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scripts.ops.monitoring.cloud.compared import Field
from scripts.ops.monitoring.cloud.recipients import OURS, Message


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


class Ours:
    """The resources that carry our labels, by their keys; a second one of a key is in the way."""

    def __init__(
        self, found: Iterable[Message], labels: str, key_of: Callable[[Message], str]
    ) -> None:
        self.by_key: dict[str, Message] = {}
        self._all: list[Message] = []
        for each in sorted(found, key=lambda each: str(each["name"])):
            if OURS.items() <= each[labels].items():
                self._all.append(each)
                self.by_key.setdefault(key_of(each), each)

    def without(self, wanted: Iterable[str]) -> Sequence[Message]:
        """Return those that are wanted no more, or are there twice."""
        kept = {self.by_key[key]["name"] for key in wanted if key in self.by_key}
        return [each for each in self._all if each["name"] not in kept]
