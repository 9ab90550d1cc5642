"""What the stand-ins for Cloud Monitoring's configuration share: names, masks and pages.

The configuration is what people make once: alert policies, notification channels, dashboards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import RLock

import grpc
from google.protobuf import field_mask_pb2

from scripts.local.standins.server import Message, RefusalError

PROJECT_NAME = re.compile(r"projects/([a-z0-9][a-z0-9:.-]*)")
FIRST_ID = 10**18  # of the length of the real service's
WRITER = "operator@example.com"
LABELS = {"user_labels", "labels"}


def invalid(message: str) -> RefusalError:
    """Return the refusal of a request that no state of the service would make good."""
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, message)


def missing(message: str) -> RefusalError:
    """Return the refusal of a request for what does not exist."""
    return RefusalError(grpc.StatusCode.NOT_FOUND, message)


def not_found(name: str) -> RefusalError:
    """Return the refusal of a name that nothing has."""
    return missing(f"Could not find object with name '{name}'.")


def project_of(name: str) -> str:
    """Return the project's id of `projects/ID`. Raises RefusalError if it is none."""
    match = PROJECT_NAME.fullmatch(name)
    if match is None:
        raise invalid(f'Name must begin with "projects/PROJECT_ID", got: {name}')
    return match[1]


@dataclass(slots=True)
class Resources:
    """The resources of one kind by their full names, oldest first; `kind` is as in the names."""

    kind: str
    by_name: dict[str, Message] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: count(FIRST_ID))

    def new_name(self, parent: str) -> str:
        """Return a name that nothing has had yet."""
        project_of(parent)
        return f"{parent}/{self.kind}/{next(self._ids)}"

    def get(self, name: str) -> Message:
        """Return the resource itself. Raises RefusalError if there is none of this name."""
        if name not in self.by_name:
            raise not_found(name)
        return self.by_name[name]

    def of(self, parent: str) -> list[Message]:
        """Return the resources of a project."""
        project_of(parent)
        prefix = f"{parent}/{self.kind}/"
        return [found for name, found in self.by_name.items() if name.startswith(prefix)]


class Alerting:
    """Policies and channels of every project, which refer to each other. `lock` guards both."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.policies = Resources("alertPolicies")
        self.channels = Resources("notificationChannels")

    def users_of(self, channel: str) -> list[Message]:
        """Return the policies that notify a channel."""
        policies = self.policies.by_name.values()
        return [policy for policy in policies if channel in policy.notification_channels]


def page(found: Sequence[Message], size: int, token: str) -> tuple[list[Message], str]:
    """Return one page, and the token of the next (empty: no more). A size of 0 is unbounded.

    Raises RefusalError if the token is none that this function gave.
    """
    if token and not (token.isascii() and token.isdecimal() and int(token) < len(found)):
        raise invalid(f'Field page_token had an invalid value of "{token}".')
    start = int(token or 0)
    end = start + size if size > 0 else len(found)
    return list(found[start:end]), str(end) if end < len(found) else ""


def merged(former: Message, given: Message, mask: field_mask_pb2.FieldMask) -> Message:
    """Return what an update makes: `given` if the mask is empty, else `former` with its fields.

    Raises RefusalError if the mask names what is no field.
    """
    if not mask.paths:
        return copy_of(given)
    made = copy_of(former)
    _apply_mask(mask, given, made)
    return made


def copy_of(message: Message) -> Message:
    """Return a copy of a protobuf message."""
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def stamp(record: Message, seconds: float) -> None:
    """Write into a MutationRecord who wrote, and when in seconds since the epoch."""
    record.mutate_time.FromNanoseconds(int(seconds * 10**9))
    record.mutated_by = WRITER


def _apply_mask(mask: field_mask_pb2.FieldMask, given: Message, target: Message) -> None:
    """Set the fields that a mask names as they are in `given`, absent ones to their defaults.

    A path may name one key of a map. Raises RefusalError if a path is no field.
    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies/patch
    """
    source = copy_of(given)
    fields = target.DESCRIPTOR.fields_by_name
    for path in mask.paths:
        # A field such as "type" has another name in the Python library than on the wire.
        one = field_mask_pb2.FieldMask(paths=[f"{path}_" if f"{path}_" in fields else path])
        if one.IsValidForDescriptor(target.DESCRIPTOR):
            _make_parents(path, source)
            one.MergeMessage(source, target, True, True)  # noqa: FBT003 - protobuf's: replace both
        else:
            _set_key(path, source, target)


def _make_parents(path: str, message: Message) -> None:
    """Make the messages that a path leads through, for protobuf skips a path that breaks off."""
    for name in path.split(".")[:-1]:
        message = getattr(message, name)
        message.SetInParent()


def _set_key(path: str, source: Message, target: Message) -> None:
    name, _, key = path.partition(".")
    if name not in LABELS or name not in target.DESCRIPTOR.fields_by_name or not key:
        raise invalid(f'Field update_mask had an invalid value of "{path}": no such field.')
    old, new = getattr(target, name), getattr(source, name)
    old.pop(key, None)
    if key in new:
        old[key] = new[key]
