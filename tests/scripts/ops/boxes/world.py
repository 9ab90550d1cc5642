"""A whole project, on stand-ins, in which everything is as it has to be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path

from google.cloud import run_v2

from scripts.local.addresses import REGION
from scripts.local.standins.cloud_run.resources import CloudRun
from scripts.local.standins.firebase_deploy.policies import RunPolicies
from scripts.local.standins.firestore_admin.deploy import deploy_indexes
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import Projects, project_number
from scripts.local.standins.google_rest.resource_policies import (
    SecretPoliciesStandIn,
    ServiceAccountsStandIn,
)
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.ops import plan
from scripts.ops.boxes import running
from scripts.ops.boxes.catalogue import BOXES
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.kept import KeptPasses
from scripts.ops.boxes.rights import ACT_AS_ROLE, INVOKER_ROLE, ROLES, SECRET_ROLE
from scripts.ops.monitoring.cloud.deployed import connected
from scripts.ops.monitoring.cloud.desired import desired, read_sources
from scripts.ops.monitoring.cloud.differences import differences
from scripts.ops.monitoring.cloud.notify_settings import read_settings
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Ran, Runner
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.record import Kind, Record, State, new_id
from scripts.ops.operations.site import Site, find_site, service_of
from tests.scripts.ops.boxes.checkout import ADA
from tests.scripts.ops.monitoring.answering import NOTHING, answering
from tests.scripts.ops.operations.made_up import MemoryBook

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROJECT = "demo-conteur-production"
KEY = "a-key-of-the-model"
PEOPLE = ("rollback-plan", "documentation", "audit", "billing", "team", "database")
SECRETS = {
    "OPENAI_API_KEY": KEY,
    "DATABASE_URL": "postgresql://store@10.0.0.5/store?sslmode=require",
    "JWT_SECRET": "for tests only, and of thirty-two bytes or more",
    "PROVIDER_SECRETS": "{}",
}
MEMBER = f"serviceAccount:{project_number(PROJECT)}-compute@developer.gserviceaccount.com"
PARENT = f"projects/{PROJECT}/locations/{REGION}"
REPOSITORY = f"{PARENT}/repositories/gcf-artifacts"
ADDRESSES = {"ALERT_TEAM_EMAIL": "team@example.com", "ALERT_ONCALL_EMAIL": "oncall@example.com"}


class OpenAiModels(RestStandIn):
    """Lists no models to whoever has a key that it knows."""

    host = "api.openai.com"

    def __init__(self) -> None:
        super().__init__()
        self.known = KEY

    def routes(self) -> Sequence[Route]:
        return (("GET", "/v1/models", self._models),)

    def _models(self, asked: Asked) -> Body:
        if asked.headers["authorization"] != f"Bearer {self.known}":
            raise RestRefusalError(HTTPStatus.UNAUTHORIZED, "Incorrect API key provided")
        return {"object": "list", "data": []}


class BoundedRun(CloudRun):
    """Services whose revisions have a bound on their instances, by services' full names."""

    bounds: Mapping[str, int]

    def service(self, name: str) -> run_v2.Service:
        found = super().service(name)
        found.template.scaling.max_instance_count = self.bounds.get(name, 0)
        return found


@dataclass
class Programs:
    """Makes runners that run nothing. `ends` says what a command ends as, by a word of it."""

    ran: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    ends: dict[str, Ran | BaseException] = field(default_factory=dict)
    review: str = '[{"number": 7, "reviewDecision": "APPROVED"}]'

    def __call__(self, more: Mapping[str, str]) -> Runner:
        def run(argv: Sequence[str], *, seconds: float) -> Ran:
            del seconds
            line = " ".join(argv)
            self.ran.append((line, more))
            end = next((end for word, end in self.ends.items() if word in line), None)
            if isinstance(end, BaseException):
                raise end
            return end or Ran(tuple(argv), 0, self.review if argv[0] == "gh" else "all passed\n")

        return run

    @property
    def lines(self) -> list[str]:
        return [line for line, _ in self.ran if not line.startswith("gh ")]


@dataclass
class World:
    """Production's project, its stand-ins and its checkout."""

    root: Path
    site: Site
    google: GoogleApi
    run: BoundedRun
    rest: RestApi
    secret_policies: SecretPoliciesStandIn
    accounts: ServiceAccountsStandIn
    invokers: RunPolicies
    secrets: SecretManagerStandIn
    openai: OpenAiModels
    figures: list[str]
    book: MemoryBook = field(default_factory=MemoryBook)
    staging: MemoryBook = field(default_factory=MemoryBook)
    programs: Programs = field(default_factory=Programs)
    now: datetime = NOON
    minutes: Iterator[int] = field(default_factory=count)

    def stage(self, commit: str = "") -> None:
        """Have a commit deployed to staging, and validated there."""
        deploy = self.record(Kind.DEPLOY, commit, environment="staging")
        check = self.record(Kind.VALIDATE, commit, environment="staging")
        self.staging.save(deploy)
        self.staging.save(check.with_facts(green=True, partial=False))

    def desk(self, **more: object) -> Desk:
        """Return what the boxes are looked at with."""
        kept = KeptPasses(self.root)
        return Desk(
            self.site,
            self.book,
            self.clock,
            self.programs,
            kept,
            self.books,
            **more,  # type: ignore[arg-type]  # two of a Desk's fields
        )

    def look(self, *keys: str, **more: object) -> Report:
        """Look at some boxes, or at all, where Ada vouches for what is asked."""
        boxes = [box for box in BOXES if not keys or box.key in keys]
        confirmed = dict.fromkeys(PEOPLE, ADA)
        return running.run(boxes, self.desk(**more), confirmed, lambda _: None)

    def clock(self) -> datetime:
        return self.now

    @contextmanager
    def books(self, site: Site) -> Iterator[Book]:
        yield self.staging if site.name == "staging" else self.book

    def record(
        self,
        kind: Kind,
        commit: str = "",
        *,
        state: State = State.DONE,
        environment: str = "production",
    ) -> Record:
        """Return the record of an operation of the day before, later than the ones before it."""
        began = NOON - timedelta(days=1) + timedelta(minutes=next(self.minutes))
        record = Record(
            new_id(kind, began),
            kind,
            environment,
            ADA,
            "a test",
            commit or commit_of(self.root),
            began,
        )
        return record.over(state, began)


@contextmanager
def healthy(root: Path, environ: Callable[[str, str], object]) -> Iterator[World]:
    """Serve a project that was deployed from the checkout, and is monitored and backed up."""
    google, run = GoogleApi(NOON.timestamp), BoundedRun(NOON.timestamp)
    google.services.run = google.revisions.run = run
    google.artifacts.registry = run.registry
    known = Projects(*(f"demo-conteur-{name}" for name in ("staging", "production")))
    rest = RestApi(*known, clock=NOON.timestamp)
    names = [f"projects/{PROJECT}/secrets/{name}" for name in SECRETS]
    policies, accounts = SecretPoliciesStandIn(known, *names), ServiceAccountsStandIn(known)
    invokers, openai, secrets = RunPolicies(), OpenAiModels(), SecretManagerStandIn(SECRETS)
    figures = [NOTHING]
    with ExitStack() as stack:
        url = stack.enter_context(rest.serve(policies, accounts, invokers, openai))
        served = stack.enter_context(google.serve())
        prometheus = stack.enter_context(answering(lambda _: (200, figures[0])))
        settings = {
            **ADDRESSES,
            "RUN_ENDPOINT": served,
            "MONITORING_ENDPOINT": served,
            "SECRET_MANAGER_ENDPOINT": stack.enter_context(secrets.serve()),
            "PROMETHEUS_URL": prometheus.url,
            "GOOGLE_REST_URL": url,
            "OPENAI_BASE_URL": f"{url}/api.openai.com/v1",
        }
        environ("SECRET_MANAGER_ENDPOINT", settings["SECRET_MANAGER_ENDPOINT"])
        site = find_site(root, "production", settings)
        world = World(
            root, site, google, run, rest, policies, accounts, invokers, secrets, openai, figures
        )
        _deploy(world)
        _permit(world)
        _monitor(world)
        yield world


def _deploy(world: World) -> None:
    functions = plan.read(world.root / plan.REVIEWED)["production"]
    bounds = {}
    for name, body in functions.items():
        service = f"{PARENT}/services/{service_of(name)}"
        world.run.deploy(service)
        bounds[service] = body["serviceConfig"]["maxInstanceCount"]
    world.run.bounds = bounds
    world.run.registry.keep(REPOSITORY, 30)
    world.rest.rules.release(PROJECT, (world.root / "firestore.rules").read_text())
    databases = world.google.firestore_admin.databases
    databases.create(PROJECT)
    deploy_indexes(databases, PROJECT, world.root / "firestore.indexes.json")
    databases.schedule(PROJECT)
    databases.back_up(PROJECT, age=timedelta(hours=3))
    world.book.save(world.record(Kind.DEPLOY))
    world.stage()


def _permit(world: World) -> None:
    world.rest.projects.grant(PROJECT, MEMBER, *ROLES)
    for name in world.secret_policies.there:
        world.secret_policies.grant(name, MEMBER, SECRET_ROLE)
    account = f"projects/{PROJECT}/serviceAccounts/{MEMBER.partition(':')[2]}"
    world.accounts.grant(account, MEMBER, ACT_AS_ROLE)
    binding = {"role": INVOKER_ROLE, "members": [MEMBER]}
    world.invokers.policies[f"{PARENT}/services/savestory"] = {"bindings": [binding]}


def _monitor(world: World) -> None:
    """Apply what the checkout says, as `scripts/monitoring apply` does."""
    target, sources = world.site.monitoring(), read_sources(world.root)
    settings = read_settings(
        world.root, target.goal.environment, world.site.environ, sources.channels
    )
    with connected(target) as deployed:
        found = differences(desired(sources, target.goal, settings), deployed.found())
        names = dict(found.names)
        for change in found.changes:
            names[change.key] = deployed.do(change, names)
