"""What docs/deploy.md asks for: APIs, and the rights of people and of the functions' account."""

from collections.abc import Mapping
from types import MappingProxyType

APIS = (
    "cloudfunctions.googleapis.com",
    "run.googleapis.com",
    "cloudbuild.googleapis.com",
    "artifactregistry.googleapis.com",
    "eventarc.googleapis.com",
    "pubsub.googleapis.com",
    "storage.googleapis.com",
    "secretmanager.googleapis.com",
    "firestore.googleapis.com",
    "monitoring.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudtasks.googleapis.com",
    "identitytoolkit.googleapis.com",
)
"""Of its step 1."""

ON_PROJECT: Mapping[str, str] = MappingProxyType(
    {
        "cloudfunctions.functions.create": "roles/cloudfunctions.admin",
        "cloudfunctions.functions.setIamPolicy": "roles/cloudfunctions.admin",
        "cloudfunctions.functions.update": "roles/cloudfunctions.admin",
        "cloudscheduler.jobs.create": "roles/cloudscheduler.admin",
        "cloudscheduler.jobs.update": "roles/cloudscheduler.admin",
        "cloudtasks.queues.create": "roles/cloudtasks.queueAdmin",
        "cloudtasks.queues.update": "roles/cloudtasks.queueAdmin",
        "datastore.indexes.create": "roles/datastore.indexAdmin",
        "datastore.indexes.update": "roles/datastore.indexAdmin",
        "firebasehosting.sites.update": "roles/firebasehosting.admin",
        "firebaserules.releases.update": "roles/firebaserules.admin",
        "firebaserules.rulesets.create": "roles/firebaserules.admin",
        "run.revisions.list": "roles/run.developer",
        "run.services.get": "roles/run.developer",
        "run.services.update": "roles/run.developer",
        "serviceusage.services.use": "roles/serviceusage.serviceUsageConsumer",
    }
)
"""What whoever deploys and moves traffic needs, and a role that has it: those of its step 4.

https://cloud.google.com/iam/docs/permissions-reference
https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#required_roles: traffic.
"""
ACT_AS = "iam.serviceAccounts.actAs"
ACT_AS_ROLE = "roles/iam.serviceAccountUser"

ROLES = (
    "roles/datastore.user",
    "roles/monitoring.metricWriter",
    "roles/cloudbuild.builds.builder",
    "roles/firebaseauth.viewer",
    "roles/cloudtasks.enqueuer",
)
"""Of its step 4, on the project. The next ones are on secrets, the account, and a service."""
CONSUMER_ROLE = "roles/firebaseappcheck.tokenVerifier"  # only where tokens are used up
SECRET_ROLE = "roles/secretmanager.secretAccessor"  # noqa: S105 - a role's name
INVOKER_ROLE = "roles/run.invoker"
QUEUED = "savestory"  # the function that a queue calls
TOO_MUCH = ("roles/owner", "roles/editor")
