"""All of Google's gRPC services that the product is looked at and operated by, on one port."""

import time
from collections.abc import Callable

from scripts.local.firebase_project import PROJECT, ROOT
from scripts.local.serving import public_settings
from scripts.local.standins.artifact_registry import ArtifactRegistryStandIn
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.cloud_monitoring.alert_policies import AlertPolicyStandIn
from scripts.local.standins.cloud_monitoring.dashboards import DashboardStandIn
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.cloud_monitoring.notification_channels import NotificationChannelStandIn
from scripts.local.standins.cloud_monitoring.resources import Alerting
from scripts.local.standins.cloud_run.resources import deployed
from scripts.local.standins.cloud_run.services import RevisionsStandIn, ServicesStandIn
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.operations import OperationsStandIn
from scripts.local.standins.server import StandInGroup
from scripts.ops.logbook.functions import function_names


class GoogleApi(StandInGroup):
    """Series, alert policies, notification channels, dashboards, the log, Cloud Run, its images.

    `clock` answers seconds since the epoch. Each can fail on purpose by itself. Cloud Run has
    every function of the local project, deployed when this was made; `run.deploy` adds others'.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        alerting = Alerting()
        self.metrics = MonitoringStandIn(clock)
        self.policies = AlertPolicyStandIn(alerting, clock, self.metrics.described)
        self.channels = NotificationChannelStandIn(alerting, clock)
        self.dashboards = DashboardStandIn()
        self.log = LoggingStandIn(clock)
        region = public_settings()["CONTEUR_REGION"]
        self.run = deployed(PROJECT, region, function_names(ROOT), clock)
        self.services, self.revisions = ServicesStandIn(self.run), RevisionsStandIn(self.run)
        monitoring = (self.metrics, self.policies, self.channels, self.dashboards)
        self.operations = OperationsStandIn(self.run.operations)
        self.artifacts = ArtifactRegistryStandIn(self.run.registry)
        self.firestore_admin = FirestoreAdminStandIn(clock)
        run = (self.services, self.revisions, self.operations, self.artifacts)
        super().__init__(*monitoring, self.log, *run, self.firestore_admin)
