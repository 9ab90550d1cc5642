"""The types of notification channels that the stand-in knows.

Source: https://cloud.google.com/monitoring/alerts/using-channels-api#ncd
"""

from dataclasses import dataclass

from google.api import label_pb2  # type: ignore[import-untyped]  # ships neither stubs nor py.typed
from google.cloud import monitoring_v3 as api

from scripts.local.standins.server import Message

SHOWN = 4
MASK = "*"
Status = api.NotificationChannel.VerificationStatus


@dataclass(frozen=True, slots=True)
class ChannelType:
    """The labels of a type, all required; of the sensitive ones only the end is read back.

    A channel that is `to_verify` reaches nobody until its owner has given a code back.
    """

    display_name: str
    labels: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    to_verify: bool = False

    @property
    def all_labels(self) -> frozenset[str]:
        """Return the sensitive labels and the others."""
        return self.labels | self.sensitive

    @property
    def first_status(self) -> int:
        """Return a new channel's verification status."""
        status = Status.UNVERIFIED if self.to_verify else Status.VERIFICATION_STATUS_UNSPECIFIED
        return int(status)


TYPES = {
    "email": ChannelType("Email", frozenset({"email_address"})),
    "sms": ChannelType("SMS", frozenset({"number"}), to_verify=True),
    "pagerduty": ChannelType("PagerDuty Services", sensitive=frozenset({"service_key"})),
    "slack": ChannelType("Slack", frozenset({"channel_name"}), frozenset({"auth_token"})),
    "pubsub": ChannelType("Cloud Pub/Sub", frozenset({"topic"})),
}


def descriptor_of(project_name: str, kind: str) -> api.NotificationChannelDescriptor:
    """Return a type's description, as for `projects/ID`."""
    known = TYPES[kind]
    return api.NotificationChannelDescriptor(
        name=f"{project_name}/notificationChannelDescriptors/{kind}",
        type_=kind,
        display_name=known.display_name,
        labels=[label_pb2.LabelDescriptor(key=key) for key in sorted(known.all_labels)],
    )


def obfuscated(channel: Message) -> Message:
    """Return a copy that shows the last characters only of what is sensitive.

    The form is from https://github.com/GoogleCloudPlatform/python-docs-samples/issues/1852
    """
    shown = type(channel)()
    shown.CopyFrom(channel)
    for key in TYPES[channel.type_].sensitive & set(shown.labels):
        value = shown.labels[key]
        hidden = max(len(value) - SHOWN, 1)
        shown.labels[key] = MASK * hidden + value[hidden:]
    return shown
