"""What has to be done so that Cloud Monitoring is as it should be; nothing is asked or written.

Only what is ours is ever changed or deleted (ours.py). Compared is what we state: what the
server fills in beside it is the server's.
"""

from collections.abc import Iterable, Iterator, Mapping

from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.cloud.changes import Act, Change, Differences, Found, Sort
from scripts.ops.monitoring.cloud.compared import Field, compared
from scripts.ops.monitoring.cloud.desired import Desired
from scripts.ops.monitoring.cloud.leftovers import deletions, foreign, notes, parted, uncounted
from scripts.ops.monitoring.cloud.ours import channels_of, dashboards_of, policies_of
from scripts.ops.monitoring.cloud.policies import with_names
from scripts.ops.monitoring.cloud.recipients import FINGERPRINT, Channel, Message

HIDDEN = "(not shown)"
_MASK = "*"  # what the API puts for the characters that it does not tell


def differences(desired: Desired, found: Found) -> Differences:
    """Return what has to be done. Raises AlertsError where a channel made by hand is not there.

    Descriptors are never deleted: what was counted would go with them.
    """
    channels, policies = channels_of(found.channels), policies_of(found.policies)
    dashboards = dashboards_of(found.dashboards)
    by_hand = _names_by_hand(desired, found)
    names = {key: each["name"] for key, each in channels.by_key.items() if key in desired.channels}
    names |= by_hand
    wanted = [
        *_descriptors(desired, found),
        *_channels(desired, channels.by_key),
        *_policies(desired, policies.by_key, names),
        *_dashboard(desired, dashboards.by_key),
    ]
    extra = [
        each for each in channels.without(desired.channels) if each["name"] not in by_hand.values()
    ]
    kept, unused = parted(extra, found)
    changes = [each for each in wanted if each is not None]
    changes += deletions(desired, policies, dashboards, unused)
    told = [*desired.notes, *kept, *notes(desired, channels.by_key, policies.by_key)]
    told += [*foreign(found), *uncounted(desired, found)]
    return Differences(changes, wanted.count(None), told, names)


def _descriptors(desired: Desired, found: Found) -> Iterator[Change | None]:
    there = {each["type"]: each for each in found.descriptors}
    for key, message in desired.descriptors.items():
        have = there.get(key)
        if have is None:
            yield Change(Act.CREATE, Sort.DESCRIPTOR, key, message=message)
            continue
        labels = {each["key"]: each for each in have["labels"]}
        # Labels are never taken away, and come in any order.
        ordered = [labels[each["key"]] for each in message["labels"] if each["key"] in labels]
        yield _changed(Sort.DESCRIPTOR, key, message, {**have, "labels": ordered})


def _channels(desired: Desired, there: Mapping[str, Message]) -> Iterator[Change | None]:
    for key, channel in desired.channels.items():
        message = channel.message(desired.project)
        if key not in there:
            yield Change(Act.CREATE, Sort.CHANNEL, key, message=message)
            continue
        have = there[key]
        shown = {**message, "userLabels": {**message["userLabels"]}}
        del shown["labels"], shown["userLabels"][FINGERPRINT]
        fields = [*compared(shown, have), *_address(channel, message, have)]
        yield _change(Sort.CHANNEL, key, message, have, fields)


def _address(channel: Channel, message: Message, have: Message) -> Iterator[Field]:
    """Yield that the address has changed, in the settings or by hand, and never what it is."""
    read = {key: value for key, value in have["labels"].items() if _MASK not in value}
    same = all(channel.labels.get(key) == value for key, value in read.items())
    marked = have["userLabels"].get(FINGERPRINT) == message["userLabels"][FINGERPRINT]
    if not (same and marked):
        yield Field("labels", HIDDEN, HIDDEN)
    if not marked:
        yield Field("userLabels", HIDDEN, HIDDEN)


def _policies(
    desired: Desired, there: Mapping[str, Message], names: Mapping[str, str]
) -> Iterator[Change | None]:
    keys = {name: key for key, name in names.items()}
    for key, message in desired.policies.items():
        if key not in there:
            yield Change(Act.CREATE, Sort.POLICY, key, message=message)
            continue
        # Compared by keys, which people can read; a channel that is none of ours has its name.
        want, have = with_names(with_names(message, names), keys), with_names(there[key], keys)
        sent = {**message, "conditions": _same_conditions(message, there[key])}
        yield _change(Sort.POLICY, key, sent, there[key], compared(want, have))


def _same_conditions(message: Message, have: Message) -> list[Message]:
    """Return the conditions under their names: else what fires now would end, and begin anew."""
    (condition,) = message["conditions"]
    named = [{**condition, "name": each["name"]} for each in have["conditions"][:1]]
    return named or [condition]


def _dashboard(desired: Desired, there: Mapping[str, Message]) -> Iterator[Change | None]:
    message, key = desired.dashboard, desired.dashboard["displayName"]
    if key not in there:
        yield Change(Act.CREATE, Sort.DASHBOARD, key, message=message)
        return
    sent = {**message, "etag": there[key]["etag"]}
    yield _change(Sort.DASHBOARD, key, sent, there[key], compared(message, there[key]))


def _changed(sort: Sort, key: str, message: Message, have: Message) -> Change | None:
    return _change(sort, key, message, have, compared(message, have))


def _change(
    sort: Sort, key: str, sent: Message, have: Message, fields: Iterable[Field]
) -> Change | None:
    told = tuple(fields)
    return Change(Act.CHANGE, sort, key, told, have["name"], sent) if told else None


def _names_by_hand(desired: Desired, found: Found) -> Mapping[str, str]:
    """Return the names of channels made by hand, as the API has them: by the project's id."""
    there = {_id(each["name"]): each["name"] for each in found.channels}
    for named in desired.named.values():
        if _id(named.name) not in there:
            raise AlertsError(
                f"{named.setting} names {named.name}, which {desired.project} has not: `gcloud "
                f"beta monitoring channels list --project {desired.project}` lists those there."
            )
    return {key: there[_id(named.name)] for key, named in desired.named.items()}


def _id(name: str) -> str:
    return name.rpartition("/")[2]
