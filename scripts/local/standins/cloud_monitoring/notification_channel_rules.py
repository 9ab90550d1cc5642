"""What Cloud Monitoring refuses in a notification channel, one rule a function.

A rule answers the message of its refusal, or None. Where a rule names no other source it is the
field's description in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels
"""

from collections.abc import Callable

from scripts.local.standins.cloud_monitoring.labels import user_labels_problem
from scripts.local.standins.cloud_monitoring.notification_channel_types import MASK, TYPES
from scripts.local.standins.server import Message

MAX_DISPLAY_NAME = 512
MAX_DESCRIPTION = 1_024

Rule = Callable[[Message], str | None]


def kind(channel: Message) -> str | None:
    """A channel is of a known type."""
    if channel.type_ in TYPES:
        return None
    return f'Field notification_channel.type had an invalid value of "{channel.type_}".'


def texts(channel: Message) -> str | None:
    """A name has at most 512 characters, a description 1024."""
    if len(channel.display_name) > MAX_DISPLAY_NAME:
        return f"Field notification_channel.display_name is longer than {MAX_DISPLAY_NAME}."
    if len(channel.description) > MAX_DESCRIPTION:
        return f"Field notification_channel.description is longer than {MAX_DESCRIPTION}."
    return None


def required_labels(channel: Message) -> str | None:
    """A channel has all labels of its type, and none is empty.

    Source: https://github.com/hashicorp/terraform-provider-google/issues/11346
    """
    for key in sorted(TYPES[channel.type_].all_labels):
        field = f"notification_channel.labels[{key}]"
        if key not in channel.labels:
            return f"Request was missing field {field}"
        if not channel.labels[key]:
            return f"Field {field} had an invalid value: Value must NOT be empty if provided."
    return None


def unknown_labels(channel: Message) -> str | None:
    """A channel has no labels but those of its type."""
    for key in sorted(set(channel.labels) - TYPES[channel.type_].all_labels):
        return f'Field notification_channel.labels had an invalid key "{key}".'
    return None


def masked_labels(channel: Message) -> str | None:
    """What was read with its characters hidden cannot be written back.

    Source: https://github.com/GoogleCloudPlatform/python-docs-samples/issues/1852
    """
    for key in TYPES[channel.type_].sensitive:
        if channel.labels[key].startswith(MASK):
            return f"Field notification_channel.labels[{key}] had an invalid value: it is obscured."
    return None


def email_address(channel: Message) -> str | None:
    """A mail goes to an address. The form is the stand-in's, which is no more exact than this."""
    address = channel.labels.get("email_address", "")
    name, _, domain = address.partition("@")
    if channel.type_ != "email" or (name and "." in domain and " " not in address):
        return None
    return (
        "Field notification_channel.labels[email_address] had an invalid value of "
        f'"{address}": not an address.'
    )


def user_labels(channel: Message) -> str | None:
    """At most 64 labels, of lower-case letters, digits, dashes and underscores."""
    return user_labels_problem("notification_channel.user_labels", channel.user_labels)


RULES: tuple[Rule, ...] = (
    kind,
    texts,
    required_labels,
    unknown_labels,
    masked_labels,
    email_address,
    user_labels,
)


def refusal_of(channel: Message) -> str | None:
    """Return the first refusal of a channel (a protobuf NotificationChannel)."""
    problems = (rule(channel) for rule in RULES)
    return next((problem for problem in problems if problem), None)
