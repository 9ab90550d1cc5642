"""The real client of Cloud Monitoring, on a channel to the stand-in."""

import grpc
from google.cloud.monitoring_v3 import MetricServiceClient
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)

MAX_ANSWER_BYTES = 64 * 1024 * 1024  # the stand-in answers all series on one page


def connect(endpoint: str) -> MetricServiceClient:
    """Return a client of the server at `endpoint`, spoken to without TLS."""
    channel = grpc.insecure_channel(
        endpoint, options=[("grpc.max_receive_message_length", MAX_ANSWER_BYTES)]
    )
    return MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel))
