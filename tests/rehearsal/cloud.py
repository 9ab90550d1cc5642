"""Two projects of a cloud of stand-ins, in which what is deployed serves, counts and logs.

The store is closed, as it is where its secrets are not: validation leaves it out and says so. That
a publication is validated, with a database, is shown in tests/scripts/ops/test_validate.py.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scripts.local.addresses import REGION
from scripts.local.standins.firebase_deploy.api import DeployApi
from scripts.local.standins.firebase_deploy.door import deploy_environment
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.frame import Body
from scripts.local.standins.google_rest.projects import Projects, project_number
from scripts.local.standins.google_rest.resource_policies import (
    SecretPoliciesStandIn,
    ServiceAccountsStandIn,
)
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.ops.boxes.rights import ACT_AS_ROLE, INVOKER_ROLE, ROLES, SECRET_ROLE
from tests.clients.backends import KEY, MODEL_SETTINGS
from tests.clients.story_model import NAME
from tests.issuer import Issuer
from tests.rehearsal.figures import Figures, figures
from tests.rehearsal.platform import Stage, stage
from tests.rehearsal.teller import Teller
from tests.rehearsal.users import Headers, Users
from tests.scripts.ops.boxes.world import ADDRESSES, OpenAiModels

STAGING, PRODUCTION = "demo-conteur-staging", "demo-conteur-production"
DEBUG = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
HOME = "home"
DIGEST = f"sha256:{'0' * 64}"
SECRETS = {"OPENAI_API_KEY": KEY, "APP_CHECK_DEBUG_TOKEN": DEBUG}
OF_NO_CLOUD = {
    "ACCOUNT_LOOKUP": "off",
    "MODERATION": "off",
    "QUOTA_NETWORK_STORIES_PER_DAY": "0",  # all users call from one address
    **MODEL_SETTINGS,
}
"""What revisions are told in the place of their settings, for what nothing stands in."""


@dataclass
class Cloud:
    """The projects. By `environment` commands reach them, by `of_firebase` the Firebase CLI."""

    google: GoogleApi
    rest: RestApi
    deploys: DeployApi
    figures: Mapping[str, Figures]
    stages: Mapping[str, Stage]
    issuer: Issuer
    environment: Mapping[str, str]
    of_firebase: Mapping[str, str]

    def users(self, project: str) -> Users:
        """Return users of a project, whose app attests itself."""

        def headers(user: str) -> Headers:
            token = id_token(self.issuer, user, project)
            attested = app_check_token(self.issuer, "", project)
            return {"Authorization": f"Bearer {token}", "X-Firebase-AppCheck": attested}

        return Users(self.stages[project].url, headers)


@dataclass
class Around:
    """What else is asked: rights, accounts, secrets, OpenAI's list of models, and the model."""

    known: Projects
    firestore_host: str

    def __post_init__(self) -> None:
        names = [f"projects/{project}/secrets/{name}" for project in self.known for name in SECRETS]
        self.policies = SecretPoliciesStandIn(self.known, *names)
        self.accounts = ServiceAccountsStandIn(self.known)
        self.secrets = SecretManagerStandIn(SECRETS)
        self.openai = OpenAiModels()
        self.openai.known = KEY

    @contextmanager
    def serve(self) -> Iterator[Mapping[str, str]]:
        """Serve what has a port of its own, and give what revisions are told of it."""
        with self.secrets.serve() as manager, Teller().serve() as model:
            yield {
                "FIRESTORE_EMULATOR_HOST": self.firestore_host,
                "SECRET_MANAGER_ENDPOINT": manager,
                "OPENAI_BASE_URL": model.url,
                "OPENAI_MODEL": NAME,
            }


@contextmanager
def cloud(folder: Path, issuer: Issuer, firestore_host: str) -> Iterator[Cloud]:
    """Serve all until the block ends. `folder` gets the logs."""
    google, known = GoogleApi(), Projects(STAGING, PRODUCTION)
    around, rest = Around(known, firestore_host), _rest(issuer, google, known)
    stages, computed = dict[str, Stage](), dict[str, Figures]()

    def deployed(function: str, source: bytes, body: Body) -> None:
        stages[body["name"].split("/")[1]].deployed(function, source, body)

    deploys = DeployApi(google.run, *known, deployed=deployed)
    members = (*rest.members, around.policies, around.accounts, around.openai)
    with ExitStack() as stack:
        url, proxy = stack.enter_context(deploys.serve(*members))
        served = stack.enter_context(google.serve())
        told = {**stack.enter_context(around.serve()), "MONITORING_ENDPOINT": served}
        of_functions = {**told, **_keys(issuer), **OF_NO_CLOUD}
        for project in known:
            its = folder / project
            its.mkdir()
            stages[project] = stack.enter_context(stage(its, google, of_functions, project))
            computed[project] = stack.enter_context(figures(its, google.metrics, project))
        rest.alerts.look = lambda project: computed[project].tell(rest.alerts)
        environment = {**told, **_places(served, url)}
        firebase = deploy_environment(proxy, folder / HOME)
        made = Cloud(google, rest, deploys, computed, stages, issuer, environment, firebase)
        for project in known:
            _set_up(made, project, around)
        yield made


def _rest(issuer: Issuer, google: GoogleApi, known: Projects) -> RestApi:
    return RestApi(
        *known,
        mint=lambda uid, project: id_token(issuer, uid, project),
        mint_app_check=lambda app, project: app_check_token(issuer, app, project),
        firestore=google.firestore_admin,
    )


def _keys(issuer: Issuer) -> Mapping[str, str]:
    return {"ID_TOKEN_CERTS_URL": issuer.certs_url, "APP_CHECK_JWKS_URL": issuer.jwks_url}


def _places(served: str, url: str) -> Mapping[str, str]:
    return {
        "RUN_ENDPOINT": served,
        "LOGGING_ENDPOINT": served,
        "GOOGLE_REST_URL": url,
        "OPENAI_BASE_URL": f"{url}/{OpenAiModels.host}/v1",
        **ADDRESSES,
    }


def _set_up(made: Cloud, project: str, around: Around) -> None:
    """Do what docs/deploy.md has done once for a project."""
    member = f"serviceAccount:{project_number(project)}-compute@developer.gserviceaccount.com"
    made.rest.projects.grant(project, member, *ROLES)
    for name in SECRETS:
        around.policies.grant(f"projects/{project}/secrets/{name}", member, SECRET_ROLE)
    account = f"projects/{project}/serviceAccounts/{member.partition(':')[2]}"
    around.accounts.grant(account, member, ACT_AS_ROLE)
    parent = f"projects/{project}/locations/{REGION}"
    binding = {"role": INVOKER_ROLE, "members": [member]}
    made.deploys.policies.policies[f"{parent}/services/savestory"] = {"bindings": [binding]}
    made.google.run.registry.push(f"{REGION}-docker.pkg.dev/{project}/gcf-artifacts/first@{DIGEST}")
    made.google.run.registry.keep(f"{parent}/repositories/gcf-artifacts", 30)
    databases = made.google.firestore_admin.databases
    databases.create(project)
    databases.schedule(project)
    databases.back_up(project, age=timedelta(hours=3))
    made.rest.app_check.register(project, DEBUG)


def id_token(issuer: Issuer, uid: str, project: str) -> str:
    """Return a user's token in a project."""
    return issuer.id_token(uid, iss=f"https://securetoken.google.com/{project}", aud=project)


def app_check_token(issuer: Issuer, app: str, project: str) -> str:
    """Return an app's token in a project."""
    number = project_number(project)
    return issuer.app_check_token(
        iss=f"https://firebaseappcheck.googleapis.com/{number}",
        aud=[f"projects/{number}", f"projects/{project}"],
        sub=app or f"1:{number}:web:abc",
    )
