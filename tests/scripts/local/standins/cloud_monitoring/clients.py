"""Google's clients of the four services of Cloud Monitoring, on one channel."""

from dataclasses import dataclass

import grpc
from google.cloud import monitoring_dashboard_v1 as dashboards_api
from google.cloud import monitoring_v3 as api
from google.cloud.monitoring_dashboard_v1.services.dashboards_service.transports import (
    DashboardsServiceGrpcTransport,
)
from google.cloud.monitoring_v3.services.alert_policy_service.transports import (
    AlertPolicyServiceGrpcTransport,
)
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)
from google.cloud.monitoring_v3.services.notification_channel_service.transports import (
    NotificationChannelServiceGrpcTransport,
)

from scripts.local.standins.server import Message as Answer
from tests.scripts.local.standins.cloud_monitoring.examples import PROJECT, Message


@dataclass(frozen=True, slots=True)
class Clients:
    """One client a service."""

    metrics: api.MetricServiceClient
    policies: api.AlertPolicyServiceClient
    channels: api.NotificationChannelServiceClient
    dashboards: dashboards_api.DashboardsServiceClient

    def make_policy(self, policy: Message) -> api.AlertPolicy:
        """Create an alert policy in the tests' project."""
        return self.policies.create_alert_policy({"name": PROJECT, "alert_policy": policy})

    def make_channel(self, channel: Message) -> api.NotificationChannel:
        """Create a notification channel in the tests' project."""
        request = {"name": PROJECT, "notification_channel": channel}
        return self.channels.create_notification_channel(request)

    def make_dashboard(self, dashboard: Message) -> dashboards_api.Dashboard:
        """Create a dashboard in the tests' project."""
        return self.dashboards.create_dashboard({"parent": PROJECT, "dashboard": dashboard})


def clients_on(channel: grpc.Channel) -> Clients:
    """Return the clients of what answers on a channel."""
    return Clients(
        api.MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel)),
        api.AlertPolicyServiceClient(transport=AlertPolicyServiceGrpcTransport(channel=channel)),
        api.NotificationChannelServiceClient(
            transport=NotificationChannelServiceGrpcTransport(channel=channel)
        ),
        dashboards_api.DashboardsServiceClient(
            transport=DashboardsServiceGrpcTransport(channel=channel)
        ),
    )


def written_at(record: Answer) -> float:
    """Return a mutation record's time, in seconds since the epoch."""
    return float(record.mutate_time.timestamp())


def is_enabled(resource: Answer) -> bool:
    """Return whether a policy or a channel is enabled."""
    return bool(resource.enabled)
