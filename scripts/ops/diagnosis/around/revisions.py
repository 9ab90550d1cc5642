"""The revisions of a function, as Cloud Run has them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import grpc
from google.api_core.exceptions import (
    DeadlineExceeded,
    GoogleAPICallError,
    NotFound,
    PermissionDenied,
    RetryError,
    ServiceUnavailable,
    Unauthenticated,
)
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud import run_v2 as api
from google.cloud.run_v2.services.revisions.transports import RevisionsGrpcTransport
from google.cloud.run_v2.services.services.transports import ServicesGrpcTransport

from scripts.local.addresses import REGION
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.place import Place

SECONDS = 10.0  # of one page
PAGE, MOST = 100, 300
_LATEST = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
_TEXTS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (ServiceUnavailable, DeadlineExceeded, RetryError, TransportError),
        "the Cloud Run Admin API could not be reached in time",
        "Check the network, and https://status.cloud.google.com, and try again",
    ),
    (
        (PermissionDenied,),
        "you have no right to read its services, or the Cloud Run Admin API is not enabled",
        "Ask an owner for roles/run.viewer, or for `gcloud services enable run.googleapis.com`",
    ),
    (
        (Unauthenticated, GoogleAuthError),
        "there are no credentials that Google accepts",
        "Run `gcloud auth application-default login`, and try again",
    ),
    (
        (NotFound,),
        "Cloud Run has no such service",
        "Check the name after -P, and that the function is deployed: scripts/plan",
    ),
)


class RevisionsError(Exception):
    """Cloud Run did not tell; the text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: its own name, when and by whom it was made, its share of traffic now."""

    name: str
    created: datetime
    creator: str
    percent: int


def read_revisions(place: Place, function: str) -> Sequence[Revision]:
    """Return a function's revisions, the newest first, MOST at most. Raises RevisionsError."""
    service = function.replace("_", "-")
    name = f"projects/{place.project}/locations/{REGION}/services/{service}"
    with _explained(place), ExitStack() as stack:
        services, revisions = _opened(place.emulators.get(RUN_ENDPOINT, ""), stack)
        found = services.get_service(name=name, timeout=SECONDS, retry=None)
        request = api.ListRevisionsRequest(parent=name, page_size=PAGE)
        pager = revisions.list_revisions(request, timeout=SECONDS, retry=None)
        shares = traffic_of(found)
        return [_revision(each, shares) for each in islice(pager, MOST)]


def traffic_of(service: api.Service) -> Mapping[str, int]:
    """Return the percentages that revisions are served, by their own names.

    What is for the latest names no revision: it is the one that was ready last.
    """
    shares: Counter[str] = Counter()
    for target in service.traffic_statuses:
        is_latest = target.type_ == _LATEST
        shares[_own(service.latest_ready_revision if is_latest else target.revision)] += (
            target.percent
        )
    return shares


def _opened(endpoint: str, stack: ExitStack) -> tuple[api.ServicesClient, api.RevisionsClient]:
    """Return clients that `stack` closes: of a stand-in without TLS, or of the real service."""

    def opened(kind: Callable[..., Any], transport: Callable[..., Any]) -> Any:  # noqa: ANN401 - one of two
        channel = grpc.insecure_channel(endpoint) if endpoint else None
        made = kind(transport=transport(channel=channel)) if channel else kind()
        stack.callback(made.transport.close)
        return made

    return (
        opened(api.ServicesClient, ServicesGrpcTransport),
        opened(api.RevisionsClient, RevisionsGrpcTransport),
    )


def _revision(revision: api.Revision, shares: Mapping[str, int]) -> Revision:
    name = _own(revision.name)
    created = api.Revision.pb(revision).create_time.ToDatetime(UTC)
    return Revision(name, created, revision.creator, shares.get(name, 0))


def _own(name: str) -> str:
    """Return a revision's own name, of a full one."""
    return name.rpartition("/")[2]


@contextmanager
def _explained(place: Place) -> Iterator[None]:
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        raise RevisionsError(f"{place.project}: {_told(error)}.") from error


def _told(error: Exception) -> str:
    for kinds, happened, mend in _TEXTS:
        if isinstance(error, kinds):
            return f"{happened}. {mend}"
    return f"Cloud Run refused ({error}). Mend what it says, and try again"
