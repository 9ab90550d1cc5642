"""What is there and wanted no more, and what of the rest an operator should know."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from scripts.ops.monitoring.cloud.changes import Act, Change, Found, Sort
from scripts.ops.monitoring.cloud.channels import Kind
from scripts.ops.monitoring.cloud.desired import Desired
from scripts.ops.monitoring.cloud.ours import Ours, is_our_policy, is_renamed
from scripts.ops.monitoring.cloud.recipients import Message

UNVERIFIED = (
    "reaches nobody before it is verified: Monitoring, Alerting, Edit notification channels"
)
_OLDER: Mapping[str, str] = MappingProxyType(
    {
        "conteur: the day's budget is spent": "budget_spent",
        "conteur: 80 % of the day's budget is used": "budget_nearly_spent",
    }
)
"""The policies that were made by hand of monitoring/spend-*.json: name, and the alert since."""


def deletions(
    desired: Desired, policies: Ours, dashboards: Ours, unused: Sequence[Message]
) -> Iterator[Change]:
    """Yield what has to go. Channels are last: those of policies that are there cannot."""
    for sort, extra in (
        (Sort.DASHBOARD, dashboards.without(dashboards.by_key)),
        (Sort.POLICY, policies.without(desired.policies)),
        (Sort.CHANNEL, unused),
    ):
        for each in extra:
            yield Change(Act.DELETE, sort, each["displayName"], name=each["name"])


def parted(extra: Sequence[Message], found: Found) -> tuple[Sequence[str], Sequence[Message]]:
    """Return a word of each channel that somebody else's policies use, and the other channels."""
    users = {
        channel: policy["displayName"]
        for policy in found.policies
        if not is_our_policy(policy)
        for channel in policy["notificationChannels"]
    }
    kept = [
        f"{each['displayName']} is set no more, and stays: the policy {users[each['name']]!r} "
        "uses it"
        for each in extra
        if each["name"] in users
    ]
    return kept, [each for each in extra if each["name"] not in users]


def notes(
    desired: Desired, channels: Mapping[str, Message], policies: Mapping[str, Message]
) -> Iterator[str]:
    """Yield what does not reach anybody, though it is as it should be."""
    for key in sorted(desired.policies.keys() & policies.keys()):
        if policies[key].get("enabled") is False:
            yield f"{key} is muted by hand, and stays so: nobody hears of it"
    for key in sorted(desired.channels.keys() & channels.keys()):
        if channels[key].get("enabled") is False:
            yield f"{key} is muted by hand, and stays so: it reaches nobody"
        if channels[key].get("verificationStatus") == "UNVERIFIED":
            yield f"{key} {UNVERIFIED}"
    for key, channel in desired.channels.items():
        if channel.kind is Kind.SMS and key not in channels:
            yield f"{key} {UNVERIFIED}"


def foreign(found: Found) -> Iterator[str]:
    """Yield a word of each policy that stays, as it is none of ours, and may notify twice."""
    for each in found.policies:
        name, resource = each["displayName"], each["name"]
        delete = f"`gcloud monitoring policies delete {resource}`"
        if is_renamed(each):
            yield (
                f"{name!r} has our labels and another name, and so is somebody's own: it stays. "
                f"{delete}, where nobody wants it"
            )
        elif name in _OLDER and each["userLabels"].get("service") == "conteur":
            yield f"{name!r} was made of an older file; {_OLDER[name]} takes its place: {delete}"


def uncounted(desired: Desired, found: Found) -> Iterator[str]:
    """Yield a word of the metrics that the registry has no more."""
    for each in found.descriptors:
        if each["type"] not in desired.descriptors:
            yield f"{each['type']} is counted no more; what was counted stays"
