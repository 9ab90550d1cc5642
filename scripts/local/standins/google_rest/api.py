"""All of Google's REST services that preflight and validate ask, on one port.

    api = RestApi("demo-conteur-staging", "demo-conteur-production")
    with api.serve() as url:  # GOOGLE_REST_URL
        ...

Each can fail on purpose by itself: `api.rules.fault = RestFault(HTTPStatus.FORBIDDEN)`.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_rest.alerts import AlertsStandIn
from scripts.local.standins.google_rest.app_check import AppCheckStandIn
from scripts.local.standins.google_rest.firebase import FirebaseStandIn
from scripts.local.standins.google_rest.firebase_rules import FirebaseRulesStandIn
from scripts.local.standins.google_rest.firestore import FirestoreRestStandIn
from scripts.local.standins.google_rest.frame import RestStandIn, serve
from scripts.local.standins.google_rest.identity_toolkit import IdentityToolkitStandIn
from scripts.local.standins.google_rest.projects import Projects
from scripts.local.standins.google_rest.resource_manager import ResourceManagerStandIn
from scripts.local.standins.google_rest.service_usage import ServiceUsageStandIn


class RestApi:
    """One of each service, of the same projects.

    All APIs are on, the caller may do everything, and each project has a web app; rules, alerts and
    accounts there are none. `clock` answers seconds since the epoch. `mint` signs an ID token of a
    user's id in a project, and `mint_app_check` an App Check token of an app's id in a project.
    With `firestore`, which answers over gRPC, its databases are here as well.
    """

    def __init__(
        self,
        *projects: str,
        clock: Callable[[], float] = time.time,
        mint: Callable[[str, str], str] | None = None,
        mint_app_check: Callable[[str, str], str] | None = None,
        firestore: FirestoreAdminStandIn | None = None,
    ) -> None:
        known = Projects(*projects)
        self.services = ServiceUsageStandIn(known)
        self.projects = ResourceManagerStandIn(known, clock)
        self.rules = FirebaseRulesStandIn(known, clock)
        self.alerts = AlertsStandIn(known, clock)
        self.firebase = FirebaseStandIn(known)
        self.accounts = IdentityToolkitStandIn(known, self.firebase.project_of_key, clock, mint)
        self.app_check = AppCheckStandIn(self.firebase, mint_app_check)
        self.firestore = FirestoreRestStandIn(firestore) if firestore else None

    @property
    def members(self) -> tuple[RestStandIn, ...]:
        """All services."""
        asked = (self.services, self.projects, self.rules, self.alerts)
        apps = (self.firebase, self.accounts, self.app_check)
        return (*asked, *apps, *([self.firestore] if self.firestore else []))

    @contextmanager
    def serve(self, *more: RestStandIn) -> Generator[str]:
        """Serve all, and `more`, until the block ends, and give the URL for GOOGLE_REST_URL."""
        with serve(*self.members, *more) as url:
            yield url
