"""A stand-in for Service Usage: which of Google's APIs a project has turned on.

https://cloud.google.com/service-usage/docs/reference/rest/v1/services
"""

from collections.abc import Sequence

from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.projects import PROJECT, Projects, project_number
from scripts.local.standins.google_rest.reading import denied, invalid, page, parameters

MOST_NAMES = 30  # in one batchGet
USUAL, MOST = 50, 200  # of a page
_NAMES = (
    "artifactregistry", "billingbudgets", "cloudapis", "cloudbilling", "cloudbuild",
    "cloudfunctions", "cloudresourcemanager", "cloudscheduler", "cloudtasks",
    "cloudtrace", "compute", "eventarc", "fcm", "firebase", "firebaseappcheck",
    "firebasedatabase", "firebaseextensions", "firebasehosting", "firebaseinstallations",
    "firebaserules", "firebasestorage", "firestore", "iam", "iamcredentials",
    "identitytoolkit", "logging", "monitoring", "pubsub", "recaptchaenterprise", "redis",
    "run", "runtimeconfig", "secretmanager", "securetoken", "servicemanagement",
    "serviceusage", "sqladmin", "sts", "storage", "storage-api", "storage-component",
    "telemetry", "vpcaccess",
)  # fmt: skip
KNOWN = tuple(f"{name}.googleapis.com" for name in _NAMES)
"""The APIs that there are here; the list of the real ones is longer, and as closed."""
_FILTERS = {"state:ENABLED": "ENABLED", "state:DISABLED": "DISABLED"}


class ServiceUsageStandIn(RestStandIn):
    """The APIs of all projects; every known one is on until it is turned off."""

    host = "serviceusage.googleapis.com"

    def __init__(self, projects: Projects) -> None:
        super().__init__()
        self._projects = projects
        self._disabled: set[tuple[str, str]] = set()

    def disable(self, project: str, *names: str) -> None:
        """Turn APIs off, named as in `firestore.googleapis.com`."""
        with self.lock:
            self._disabled.update((project, name) for name in names)

    def enable(self, project: str, *names: str) -> None:
        """Turn APIs on."""
        with self.lock:
            self._disabled.difference_update((project, name) for name in names)

    def is_enabled(self, project: str, name: str) -> bool:
        """Return whether an API is on."""
        return name in KNOWN and (project, name) not in self._disabled

    def routes(self) -> Sequence[Route]:
        """Return what preflight and firebase-tools ask."""
        of = rf"{PROJECT}/services"
        name = r"(?P<name>[^/:]+)"
        return (
            ("GET", rf"/v1/{of}", self._list),
            ("GET", rf"/v1/{of}:batchGet", self._batch),
            ("GET", rf"/v1/{of}/{name}", self._get),
            ("POST", rf"/v1/{of}/{name}:enable", self._enable),
            ("POST", rf"/v1beta1/{of}/{name}:generateServiceIdentity", self._identity),
        )

    def _list(self, asked: Asked) -> Body:
        parameters(asked, "filter", "pageSize", "pageToken")
        project = self._projects.find(asked.parts["project"])
        wanted = asked.one("filter")
        if wanted and wanted not in _FILTERS:
            raise invalid(f"Unsupported filter: {wanted}. Use state:ENABLED or state:DISABLED.")
        services = [self._service(project, name) for name in KNOWN]
        found = [one for one in services if not wanted or one["state"] == _FILTERS[wanted]]
        listed, more = page(asked, found, USUAL, MOST)
        return {**({"services": listed} if listed else {}), **more}

    def _batch(self, asked: Asked) -> Body:
        """Answer the services of `names`, all of which are the path's project's.

        https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
        """
        parameters(asked, "names")
        parent = f"projects/{asked.parts['project']}/services/"
        project = self._projects.find(asked.parts["project"])
        names = asked.query.get("names", [])
        if not names:
            raise invalid("At least one service name must be given.")
        if len(names) > MOST_NAMES:
            raise invalid(f"A request can get at most {MOST_NAMES} services, not {len(names)}.")
        if any(not name.startswith(parent) for name in names):
            raise invalid(f"All names must begin with {parent}")
        return {"services": [self._service(project, name.removeprefix(parent)) for name in names]}

    def _get(self, asked: Asked) -> Body:
        parameters(asked)
        return self._service(self._projects.find(asked.parts["project"]), asked.parts["name"])

    def _enable(self, asked: Asked) -> Body:
        project = self._projects.find(asked.parts["project"])
        service = self._service(project, asked.parts["name"])
        self.enable(project, asked.parts["name"])
        kind = "type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse"
        return _done({"@type": kind, "service": {**service, "state": "ENABLED"}})

    def _identity(self, asked: Asked) -> Body:
        """Answer a service's own account, which is made if there is none.

        https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services/generateServiceIdentity
        """
        number = project_number(self._projects.find(asked.parts["project"]))
        service = asked.parts["name"].partition(".")[0]
        return _done(
            {
                "@type": "type.googleapis.com/google.api.serviceusage.v1beta1.ServiceIdentity",
                "email": f"service-{number}@gcp-sa-{service}.iam.gserviceaccount.com",
                "uniqueId": str(number),
            }
        )

    def _service(self, project: str, name: str) -> Body:
        if name not in KNOWN:
            raise denied(f"Not found or permission denied for service(s): {name}.")
        parent = f"projects/{project_number(project)}"
        return {
            "name": f"{parent}/services/{name}",
            "config": {"name": name},
            "state": "ENABLED" if self.is_enabled(project, name) else "DISABLED",
            "parent": parent,
        }


def _done(response: Body) -> Body:
    return {"name": "operations/noop.DONE_OPERATION", "done": True, "response": response}
