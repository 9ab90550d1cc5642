"""A stand-in for the Cloud Run Admin API: the services that functions run as, and their traffic.

Names, pages and errors follow
https://cloud.google.com/run/docs/reference/rpc/google.cloud.run.v2
"""

from collections.abc import Mapping

import grpc
from google.cloud import run_v2 as api
from google.longrunning.operations_pb2 import (  # type: ignore[import-untyped]  # ships no types
    Operation,
)

from scripts.local.standins.cloud_run.names import (
    LOCATION_NAME,
    REVISION_NAME,
    SERVICE_NAME,
    not_found,
)
from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.pages import check, page
from scripts.local.standins.server import Fault, Method, RefusalError, StandIn

MOST = 100  # of a page, and what it has if nothing is asked; Google does not say how many
_ANY = "/services/-"


class ServicesStandIn(StandIn):
    """The services of a `CloudRun`."""

    service = "google.cloud.run.v2.Services"

    def __init__(self, run: CloudRun) -> None:
        super().__init__()
        self.run = run

    def methods(self) -> Mapping[str, Method]:
        """Return the two methods that read, and the one that changes."""
        return {
            "GetService": Method(api.GetServiceRequest, self._get),
            "ListServices": Method(api.ListServicesRequest, self._list),
            "UpdateService": Method(api.UpdateServiceRequest, self._update),
        }

    def _get(self, request: api.GetServiceRequest) -> api.Service:
        check(SERVICE_NAME, request.name)
        return self.run.service(request.name)

    def _list(self, request: api.ListServicesRequest) -> api.ListServicesResponse:
        """Return a page of a location, which cannot be `-`, by names."""
        check(LOCATION_NAME, request.parent)
        asked = (request.parent, request.show_deleted)
        found = self.run.services(request.parent)
        services, token = page(found, request.page_size, request.page_token, MOST, *asked)
        return api.ListServicesResponse(services=services, next_page_token=token)

    def _update(self, request: api.UpdateServiceRequest) -> Operation:
        """Change the traffic; an empty mask would mean all fields, of which there are too many.

        https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/patch
        """
        check(SERVICE_NAME, request.service.name)
        if (asked := sorted(request.update_mask.paths)) != ["traffic"] or request.allow_missing:
            named = ", ".join(asked) or "all fields"
            message = f"This stand-in updates traffic of what is there alone, not: {named}."
            raise RefusalError(grpc.StatusCode.UNIMPLEMENTED, message)
        service = request.service
        return self.run.update_traffic(
            service.name, service.traffic, service.etag, only_try=request.validate_only
        )


class RevisionsStandIn(StandIn):
    """The revisions of a `CloudRun`."""

    service = "google.cloud.run.v2.Revisions"

    def __init__(self, run: CloudRun) -> None:
        super().__init__()
        self.run = run

    def methods(self) -> Mapping[str, Method]:
        """Return the two methods that read."""
        return {
            "GetRevision": Method(api.GetRevisionRequest, self._get),
            "ListRevisions": Method(api.ListRevisionsRequest, self._list),
        }

    def _get(self, request: api.GetRevisionRequest) -> api.Revision:
        check(REVISION_NAME, request.name)
        for revision in self.run.revisions(request.name.partition("/revisions/")[0]):
            if revision.name == request.name:
                return revision
        raise not_found(request.name)

    def _list(self, request: api.ListRevisionsRequest) -> api.ListRevisionsResponse:
        """Return a page, the newest first, of a service or, for `-`, of all in the location.

        https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services.revisions/list
        """
        asked = (request.parent, request.show_deleted)
        found = self._of(request.parent)
        revisions, token = page(found, request.page_size, request.page_token, MOST, *asked)
        return api.ListRevisionsResponse(revisions=revisions, next_page_token=token)

    def _of(self, parent: str) -> list[api.Revision]:
        if not parent.endswith(_ANY):
            check(SERVICE_NAME, parent)
            return list(self.run.revisions(parent))
        check(LOCATION_NAME, location := parent.removesuffix(_ANY))
        with self.run.lock:
            services = [service.name for service in self.run.services(location)]
            found = [each for name in services for each in self.run.revisions(name)]
        return sorted(found, key=_created, reverse=True)


def _created(revision: api.Revision) -> int:
    nanoseconds: int = api.Revision.pb(revision).create_time.ToNanoseconds()
    return nanoseconds


def denied(permission: str, resource: str, *methods: str) -> Fault:
    """Return the fault of a caller without a right, for all methods or those named.

    The words: https://cloud.google.com/run/docs/troubleshooting#user-permission-errors
    """
    message = f"Permission '{permission}' denied on resource '{resource}'"
    return Fault(
        grpc.StatusCode.PERMISSION_DENIED,
        f"{message} (or resource may not exist).",
        methods=frozenset(methods),
    )
