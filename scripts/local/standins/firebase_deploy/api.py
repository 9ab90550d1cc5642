"""All that the real `firebase deploy` reaches, with what it deploys landing in a `CloudRun`.

    rest, deploys = RestApi("demo-conteur"), DeployApi(run, "demo-conteur")
    with deploys.serve(*rest.members) as (url, proxy):
        subprocess.run([firebase, "deploy"], env={**os.environ, **deploy_environment(proxy, home)})

The URL is for GOOGLE_REST_URL, the proxy for the CLI. `RestApi` has what others than deploys ask as
well: Service Usage, Resource Manager, rules, indexes, and Firebase's own projects.
"""

from collections.abc import Generator
from contextlib import contextmanager

from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.firebase_deploy.accounts import ComputeEngine, Tokens
from scripts.local.standins.firebase_deploy.door import FirebaseDoor
from scripts.local.standins.firebase_deploy.functions import CloudFunctions, Deployed
from scripts.local.standins.firebase_deploy.hosting import Hosting, HostingUploads
from scripts.local.standins.firebase_deploy.images import ImagePolicies
from scripts.local.standins.firebase_deploy.policies import RunPolicies
from scripts.local.standins.firebase_deploy.storage import Storage
from scripts.local.standins.firebase_deploy.triggers import CloudScheduler, CloudTasks
from scripts.local.standins.google_rest.frame import Body, RestStandIn, serve
from scripts.local.standins.google_rest.projects import Projects
from scripts.local.standins.server import RefusalError


class DeployApi:
    """One of each service that only deploys call. Each can fail on purpose by its own `fault`.

    `deployed` is handed what was uploaded for a function once it has its new revision. `door` is
    there while it serves: `door.refused` are the hosts that were not let out.
    """

    def __init__(self, run: CloudRun, *projects: str, deployed: Deployed | None = None) -> None:
        known, self._run = Projects(*projects), run
        self.storage = Storage()
        self.functions = CloudFunctions(known, self.storage, self._revise, deployed or _nothing)
        self.policies = RunPolicies(self._exists)
        self.scheduler = CloudScheduler()
        self.tasks = CloudTasks()
        self.images = ImagePolicies(run.registry)
        self.uploads = HostingUploads()
        self.hosting = Hosting(known, self.uploads)
        self.compute = ComputeEngine(known)
        self.tokens = Tokens()

    @property
    def members(self) -> tuple[RestStandIn, ...]:
        """All services."""
        triggers = (self.scheduler, self.tasks)
        pages = (self.hosting, self.uploads)
        code = (self.functions, self.storage, self.policies, self.images)
        return (*code, *triggers, *pages, self.compute, self.tokens)

    @contextmanager
    def serve(self, *others: RestStandIn) -> Generator[tuple[str, str]]:
        """Serve all, and others, until the block ends; give their URL and the CLI's proxy."""
        with serve(*self.members, *others) as url:
            self.door = FirebaseDoor(url)
            with self.door.serve() as proxy:
                yield url, proxy

    def _revise(self, service: str, *, everything: bool, problem: str, most_instances: int) -> str:
        self._run.deploy(service, problem=problem, most_instances=most_instances)
        if everything:
            self._run.update_traffic(service, [])
        return self._run.service(service).uri

    def _exists(self, service: str) -> bool:
        try:
            self._run.service(service)
        except RefusalError:
            return False
        return True


def _nothing(_function: str, _source: bytes, _body: Body) -> None:
    """Do nothing with what was deployed."""
