"""Where an operation is done: an environment's project, or stand-ins for all of Google."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conteur.settings import LOCAL_PROJECT_PREFIX, Environment
from scripts.local.addresses import REGION
from scripts.ops.diagnosis.around.where import Where
from scripts.ops.logbook.functions import function_names
from scripts.ops.logbook.source import Source as LogSource
from scripts.ops.logbook.source import find_log_source
from scripts.ops.monitoring.cloud.target import Target, find_target
from scripts.ops.monitoring.reading.source import URL_VARIABLE, Source, find_source
from scripts.ops.operations.errors import RefusedError
from scripts.ops.place import AUTH, FIRESTORE, Place, find_place
from scripts.ops.plan import project

REST_URL = "GOOGLE_REST_URL"
"""The base URL of stand-ins for Google's REST services; each is below it by its host's name."""
STAGING, PRODUCTION = Environment.STAGING, Environment.PRODUCTION
DEPLOYABLE = (STAGING.value, PRODUCTION.value)


@dataclass(frozen=True, slots=True)
class Site:
    """An environment: `name` is an alias of .firebaserc, or `local` for the stack that runs.

    A project whose id begins with LOCAL_PROJECT_PREFIX is in no cloud: `environ` names what stands
    in for each of Google's services. Methods that look for these raise PlaceError.
    """

    root: Path
    name: str
    project: str
    environ: Mapping[str, str]
    region: str = REGION

    @property
    def stands_in(self) -> bool:
        """Whether nothing of it is Google's."""
        return self.project.startswith(LOCAL_PROJECT_PREFIX)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions of this checkout, as main.py has them."""
        return function_names(self.root)

    @property
    def label(self) -> str:
        """The environment for people: `production (conteur-production)`."""
        return f"{self.name} ({self.project})"

    def firestore(self) -> Place:
        """Return where Firestore is."""
        return self._where.firestore()

    def accounts(self) -> Place:
        """Return where Firestore and Firebase Auth are."""
        needed = (FIRESTORE, AUTH)
        return find_place(
            self.root, self._named, self.environ, local=self._is_local, emulators=needed
        )

    def run(self) -> Place:
        """Return where Cloud Run, Artifact Registry and Firestore's administration are."""
        return self._where.cloud_run()

    def logs(self) -> LogSource:
        """Return where the log is."""
        return find_log_source(self.root, self._named, self.environ, local=self._is_local)

    def monitoring(self) -> Target:
        """Return where Cloud Monitoring is."""
        return find_target(self.root, self._named, self.environ, local=self._is_local)

    def prometheus(self) -> Source:
        """Return who is asked for figures."""
        if self.stands_in and self.environ.get(URL_VARIABLE):
            return find_source(self.root, None, self.environ, local=False)
        return self._where.prometheus()

    def rest(self, host: str) -> str:
        """Return the base URL of one of Google's REST services, such as run.googleapis.com.

        Raises RefusedError where the project is in no cloud and nothing stands in.
        """
        if not self.stands_in:
            return f"https://{host}"
        if not self.environ.get(REST_URL):
            raise RefusedError(
                f"{self.project} is in no cloud, and {REST_URL} names no stand-in for {host}. Set "
                "it, or name a real project in .firebaserc."
            )
        return f"{self.environ[REST_URL].rstrip('/')}/{host}"

    @property
    def _is_local(self) -> bool:
        return self.name == Environment.LOCAL

    @property
    def _named(self) -> str | None:
        return None if self._is_local else self.name

    @property
    def _where(self) -> Where:
        return Where(self.root, self._named, self.environ, local=self._is_local)


def find_site(root: Path, name: str, environ: Mapping[str, str]) -> Site:
    """Return the environment of a name. Raises PlanError where .firebaserc has no such name."""
    alias = "default" if name == Environment.LOCAL else name
    return Site(root, name, project(root, alias), environ)


def service_of(function: str) -> str:
    """Return what Cloud Run calls a function's service."""
    return function.replace("_", "-")
