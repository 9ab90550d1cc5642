"""What Cloud Monitoring refuses in an alert policy, one rule a function.

A rule answers the message of its refusal, or None. Where a rule names no other source it is the
field's description in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
Rules on conditions are in `alert_condition_rules`, those on notifications in
`alert_notification_rules`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.labels import user_labels_problem
from scripts.local.standins.server import Message

MAX_DISPLAY_NAME = 512
MAX_CONTENT = 8_192
MAX_CONTENT_BYTES = 10_240
MAX_SUBJECT_BYTES = 10_240
MAX_LINKS = 3
MAX_LINK_NAME = 63
MAX_URL = 2_083
MIME_TYPES = {"", "text/markdown"}


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy (a protobuf AlertPolicy) as it would be kept, and what is known already.

    `former` is the policy that it replaces, `channels` are all channels' names, `metrics` the
    types of the project's metrics; None leaves the metrics unchecked.
    """

    policy: Message
    former: Message | None
    channels: frozenset[str]
    metrics: frozenset[str] | None


Rule = Callable[[Policy], str | None]


def display_name(checked: Policy) -> str | None:
    """A name has at most 512 characters."""
    if len(checked.policy.display_name) <= MAX_DISPLAY_NAME:
        return None
    return f"Field alert_policy.display_name is longer than {MAX_DISPLAY_NAME} characters."


def user_labels(checked: Policy) -> str | None:
    """At most 64 labels, of lower-case letters, digits, dashes and underscores."""
    return user_labels_problem("alert_policy.user_labels", checked.policy.user_labels)


def combiner(checked: Policy) -> str | None:
    """A policy says how its conditions are combined.

    Source: `combiner`, a required argument of google_monitoring_alert_policy in Terraform's
    documentation of its provider for Google Cloud.
    """
    given = checked.policy.combiner
    if given and given in list(api.AlertPolicy.ConditionCombinerType):
        return None
    return f'Field alert_policy.combiner had an invalid value of "{given}".'


def severity(checked: Policy) -> str | None:
    """A severity is CRITICAL, ERROR, WARNING or none."""
    given = checked.policy.severity
    if given in list(api.AlertPolicy.Severity):
        return None
    return f'Field alert_policy.severity had an invalid value of "{given}".'


def documentation(checked: Policy) -> str | None:
    """A text has at most 8192 characters and 10240 bytes, and is Markdown."""
    given = checked.policy.documentation
    if len(given.content) > MAX_CONTENT or _bytes(given.content) > MAX_CONTENT_BYTES:
        return (
            "Field alert_policy.documentation.content is longer than "
            f"{MAX_CONTENT} characters or {MAX_CONTENT_BYTES} bytes."
        )
    if given.mime_type not in MIME_TYPES:
        return (
            "Field alert_policy.documentation.mime_type had an invalid value of "
            f'"{given.mime_type}": only "text/markdown" is supported.'
        )
    return None


def subject(checked: Policy) -> str | None:
    """A subject has at most 10240 bytes."""
    if _bytes(checked.policy.documentation.subject) <= MAX_SUBJECT_BYTES:
        return None
    return f"Field alert_policy.documentation.subject is longer than {MAX_SUBJECT_BYTES} bytes."


def links(checked: Policy) -> str | None:
    """At most 3 links, each with a name of 1 to 63 characters and a URL of at most 2083."""
    given = checked.policy.documentation.links
    if len(given) > MAX_LINKS:
        return f"Field alert_policy.documentation.links has more than {MAX_LINKS} entries."
    for index, link in enumerate(given):
        field = f"alert_policy.documentation.links[{index}]"
        if not 0 < len(link.display_name) <= MAX_LINK_NAME:
            return f'Field {field}.display_name had an invalid value of "{link.display_name}".'
        if not 0 < len(link.url) <= MAX_URL:
            return f'Field {field}.url had an invalid value of "{link.url}".'
    return None


def _bytes(text: str) -> int:
    return len(text.encode())


POLICY_RULES: tuple[Rule, ...] = (
    display_name,
    user_labels,
    combiner,
    severity,
    documentation,
    subject,
    links,
)
