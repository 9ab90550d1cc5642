"""Google's clients of Cloud Monitoring, or of a stand-in for it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Clients:
    """One of each of the four services."""

    metrics: api.MetricServiceClient
    channels: api.NotificationChannelServiceClient
    policies: api.AlertPolicyServiceClient
    dashboards: dashboards_api.DashboardsServiceClient


def open_clients(endpoint: str, stack: ExitStack) -> Clients:
    """Return clients that `stack` closes.

    `endpoint` (`host:port`) is a stand-in that is spoken to without TLS; empty, the real service
    with the process's own credentials. Raises GoogleAuthError.
    """

    def opened(kind: Callable[..., Any], transport: Callable[..., Any]) -> Any:  # noqa: ANN401 - one of four
        channel = grpc.insecure_channel(endpoint) if endpoint else None
        made = kind(transport=transport(channel=channel)) if channel else kind()
        stack.callback(made.transport.close)
        return made

    return Clients(
        opened(api.MetricServiceClient, MetricServiceGrpcTransport),
        opened(api.NotificationChannelServiceClient, NotificationChannelServiceGrpcTransport),
        opened(api.AlertPolicyServiceClient, AlertPolicyServiceGrpcTransport),
        opened(dashboards_api.DashboardsServiceClient, DashboardsServiceGrpcTransport),
    )
