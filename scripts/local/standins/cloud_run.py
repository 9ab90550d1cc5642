"""A stand-in for the Cloud Run Admin API: the services that functions run as, to be read.

Names, pages and errors follow
https://cloud.google.com/run/docs/reference/rpc/google.cloud.run.v2
"""

from collections.abc import Mapping

from google.cloud import run_v2 as api

from scripts.local.standins.cloud_run_resources import (
    LOCATION_NAME,
    REVISION_NAME,
    SERVICE_NAME,
    CloudRun,
    check,
    not_found,
    page,
)
from scripts.local.standins.server import Method, StandIn

MOST = 100  # of a page, and what it has if nothing is asked; Google does not say how many
_ANY = "/services/-"


class ServicesStandIn(StandIn):
    """The services of a `CloudRun`."""

    service = "google.cloud.run.v2.Services"

    def __init__(self, run: CloudRun) -> None:
        super().__init__()
        self.run = run

    def methods(self) -> Mapping[str, Method]:
        """Return the two methods that read."""
        return {
            "GetService": Method(api.GetServiceRequest, self._get),
            "ListServices": Method(api.ListServicesRequest, self._list),
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
