"""What Cloud Monitoring refuses in how an alert policy notifies, one rule a function.

A rule answers the message of its refusal, or None. Where a rule names no other source it is the
field's description in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
"""

import re

from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.alert_policy_rules import Policy, Rule

MAX_CHANNELS = 16
MINUTE = 60
MIN_AUTO_CLOSE = 30 * MINUTE
CHANNEL_NAME = re.compile(r"projects/[^/]+/notificationChannels/[^/]+")
Prompt = api.AlertPolicy.AlertStrategy.NotificationPrompt


def channel_count(checked: Policy) -> str | None:
    """At most 16 channels.

    Source: https://cloud.google.com/monitoring/quotas
    """
    if len(checked.policy.notification_channels) <= MAX_CHANNELS:
        return None
    return f"Field alert_policy.notification_channels has more than {MAX_CHANNELS} entries."


def channel_names(checked: Policy) -> str | None:
    """Channels are named in full.

    Source: https://github.com/crossplane-contrib/provider-upjet-gcp/issues/498
    """
    for name in checked.policy.notification_channels:
        if not CHANNEL_NAME.fullmatch(name):
            return (
                "Name must begin with "
                f"'projects/{{project_id}}/notificationChannels/{{channel_id}}', got: {name}"
            )
    return None


def auto_close(checked: Policy) -> str | None:
    """An incident without data stays open for 30 minutes at least.

    Source: https://github.com/nomadkaraoke/karaoke-gen/pull/788
    """
    strategy = checked.policy.alert_strategy
    seconds = strategy.auto_close.seconds
    if not strategy.HasField("auto_close") or seconds >= MIN_AUTO_CLOSE:
        return None
    return (
        f'Field alertStrategy.autoClose had an invalid value of "seconds: {seconds}": '
        "the autoclose duration should be at least 30 minutes"
    )


def rate_limit(checked: Policy) -> str | None:
    """Only a policy on logs limits its rate of notifications, and it has to.

    Source: https://github.com/chainguard-dev/terraform-infra-common/pull/352
    """
    limited = checked.policy.alert_strategy.HasField("notification_rate_limit")
    on_logs = any(one.HasField("condition_matched_log") for one in checked.policy.conditions)
    if limited == on_logs:
        return None
    if on_logs:
        return "Field alertStrategy.notificationRateLimit is missing: log-based alert policies must"
    return (
        "Field alertStrategy.notificationRateLimit had an invalid value: "
        "metric-based alert policies must not specify a notification rate limit"
    )


def prompts(checked: Policy) -> str | None:
    """Notified is the opening of an incident, or its opening and its closing.

    Source: https://github.com/GoogleCloudPlatform/magic-modules/pull/12052
    """
    given = set(checked.policy.alert_strategy.notification_prompts)
    if not given or given in ({Prompt.OPENED}, {Prompt.OPENED, Prompt.CLOSED}):
        return None
    return f'Field alertStrategy.notificationPrompts had an invalid value of "{sorted(given)}".'


def channel_strategies(checked: Policy) -> str | None:
    """A strategy is for channels that the policy notifies."""
    known = set(checked.policy.notification_channels)
    for strategy in checked.policy.alert_strategy.notification_channel_strategy:
        for name in strategy.notification_channel_names:
            if name not in known:
                return (
                    "Field alertStrategy.notificationChannelStrategy had an invalid value of "
                    f'"{name}": not one of the policy\'s notification channels.'
                )
    return None


def channels_exist(checked: Policy) -> str | None:
    """A channel exists before it is notified.

    Source: https://github.com/hashicorp/terraform-provider-google/issues/25878
    """
    for name in checked.policy.notification_channels:
        if name not in checked.channels:
            return f"Notification channel not found: {name}"
    return None


NOTIFICATION_RULES: tuple[Rule, ...] = (
    channel_count,
    channel_names,
    auto_close,
    rate_limit,
    prompts,
    channel_strategies,
)
