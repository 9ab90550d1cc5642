"""Google's clients of Cloud Run, its operations and its images, by what tests ask of them."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
from google.api_core.operation import Operation
from google.cloud import artifactregistry_v1, run_v2
from google.cloud.artifactregistry_v1.services.artifact_registry.transports import (
    ArtifactRegistryGrpcTransport,
)
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport

from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import Message

LOCATION = "projects/demo-conteur/locations/europe-west1"
STORIES = f"{LOCATION}/services/generate-story"
FIRST, SECOND, THIRD = (f"generate-story-0000{number}-loc" for number in (1, 2, 3))
LATEST, NAMED = (
    getattr(run_v2.TrafficTargetAllocationType, f"TRAFFIC_TARGET_ALLOCATION_TYPE_{kind}")
    for kind in ("LATEST", "REVISION")
)


def latest(percent: int = 100, tag: str = "", revision: str = "") -> run_v2.TrafficTarget:
    return run_v2.TrafficTarget(type_=LATEST, percent=percent, tag=tag, revision=revision)


def named(revision: str, percent: int = 0, tag: str = "") -> run_v2.TrafficTarget:
    return run_v2.TrafficTarget(type_=NAMED, revision=revision, percent=percent, tag=tag)


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients; none repeats a call."""

    services: run_v2.ServicesClient
    images: artifactregistry_v1.ArtifactRegistryClient

    def service(self) -> run_v2.Service:
        return self.services.get_service(name=STORIES, timeout=5, retry=None)

    def move(
        self,
        *targets: run_v2.TrafficTarget,
        etag: str = "",
        mask: str = "traffic",
        only_try: bool = False,
    ) -> Operation:
        """Ask for a split, without waiting for it."""
        request = run_v2.UpdateServiceRequest(
            service=run_v2.Service(name=STORIES, traffic=targets, etag=etag),
            update_mask={"paths": mask.split()},
            validate_only=only_try,
        )
        return self.services.update_service(request, timeout=5, retry=None)

    def serving(self) -> list[tuple[str, int]]:
        """Return who serves how much; the latest revision's name is empty."""
        return [(each.revision, each.percent) for each in self.service().traffic_statuses]

    def asked(self) -> list[tuple[str, int]]:
        return [(each.revision, each.percent) for each in self.service().traffic]

    def operation(self, name: str) -> Message:
        """Return how an operation stands, as the client library asks for it by itself."""
        client = self.services.transport.operations_client
        return client.get_operation(name, timeout=5, retry=None)


@contextmanager
def run_clients(api: GoogleApi) -> Generator[Clients]:
    """Serve all of Google on one port, and give the clients of it."""
    with api.serve() as address, grpc.insecure_channel(address) as channel:
        yield Clients(
            run_v2.ServicesClient(transport=ServicesGrpcTransport(channel=channel)),
            artifactregistry_v1.ArtifactRegistryClient(
                transport=ArtifactRegistryGrpcTransport(channel=channel)
            ),
        )
