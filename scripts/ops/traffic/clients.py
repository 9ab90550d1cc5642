"""Google's clients of Cloud Run and Artifact Registry, of the real ones or of stand-ins."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.cloud import artifactregistry_v1, run_v2
from google.cloud.artifactregistry_v1.services.artifact_registry.transports import (
    ArtifactRegistryGrpcTransport,
)
from google.cloud.run_v2.services.revisions.transports import RevisionsGrpcTransport
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport

SECONDS = 10.0  # of one call


@dataclass(frozen=True, slots=True)
class Clients:
    """One client a service."""

    services: run_v2.ServicesClient
    revisions: run_v2.RevisionsClient
    images: artifactregistry_v1.ArtifactRegistryClient


@contextmanager
def opened(endpoint: str) -> Iterator[Clients]:
    """Yield clients of stand-ins at `endpoint`, without TLS; where it is empty, of Google's.

    Raises GoogleAuthError where there are no credentials.
    """
    with ExitStack() as stack:
        yield Clients(
            _client(run_v2.ServicesClient, ServicesGrpcTransport, endpoint, stack),
            _client(run_v2.RevisionsClient, RevisionsGrpcTransport, endpoint, stack),
            _client(
                artifactregistry_v1.ArtifactRegistryClient,
                ArtifactRegistryGrpcTransport,
                endpoint,
                stack,
            ),
        )


def _client(
    kind: Callable[..., Any], transport: Callable[..., Any], endpoint: str, stack: ExitStack
) -> Any:  # noqa: ANN401 - one of three, which share no type
    if endpoint:
        channel = stack.enter_context(grpc.insecure_channel(endpoint))
        return kind(transport=transport(channel=channel))
    made = kind()
    stack.callback(made.transport.close)
    return made
