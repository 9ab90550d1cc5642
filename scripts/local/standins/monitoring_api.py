"""All of Cloud Monitoring that the product uses, on one port as at monitoring.googleapis.com."""

import time
from collections.abc import Callable

from scripts.local.standins.alert_policies import AlertPolicyStandIn
from scripts.local.standins.dashboards import DashboardStandIn
from scripts.local.standins.monitoring import MonitoringStandIn
from scripts.local.standins.monitoring_resources import Alerting
from scripts.local.standins.notification_channels import NotificationChannelStandIn
from scripts.local.standins.server import StandInGroup


class MonitoringApi(StandInGroup):
    """Series, alert policies, notification channels and dashboards.

    `clock` answers seconds since the epoch. Each of the four can fail on purpose by itself.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        alerting = Alerting()
        self.metrics = MonitoringStandIn(clock)
        self.policies = AlertPolicyStandIn(alerting, clock, self.metrics.described)
        self.channels = NotificationChannelStandIn(alerting, clock)
        self.dashboards = DashboardStandIn()
        super().__init__(self.metrics, self.policies, self.channels, self.dashboards)
