"""What lets the sample run beside the others here; deployed, it would need none of it.

Google's clients find their services and credentials by themselves there, and both functions
have an address of their own.
"""

import os
from typing import Any

import grpc
from firebase_admin import _token_gen, credentials
from google.auth.credentials import AnonymousCredentials
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

_token_gen.ID_TOKEN_CERT_URI = os.environ["ID_TOKEN_CERTS_URL"]


class NoCredentials(credentials.Base):  # type: ignore[misc] # the library is untyped
    """Stands for the service account's."""

    def get_credential(self) -> AnonymousCredentials:
        """Return credentials that ask nobody for anything."""
        return AnonymousCredentials()


def secret_manager() -> dict[str, Any]:
    """Return the arguments of Secret Manager's client."""
    channel = grpc.insecure_channel(os.environ["SECRET_MANAGER_ENDPOINT"])
    return {"transport": SecretManagerServiceGrpcTransport(channel=channel)}


def monitoring() -> dict[str, Any]:
    """Return the arguments of Monitoring's client."""
    channel = grpc.insecure_channel(os.environ["MONITORING_ENDPOINT"])
    return {"transport": MetricServiceGrpcTransport(channel=channel)}
