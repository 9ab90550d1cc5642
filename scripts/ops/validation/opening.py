"""Opens all that a validation looks with: the composition of its desk."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial

from google.cloud.firestore import Client
from requests import Session

from conteur.adapters.firestore_client import ReconnectingClient
from conteur.settings import AppCheckMode, Environment
from conteur.telemetry.operation_metrics import TEST
from scripts.ops.config_store import ConfigStore
from scripts.ops.logbook import reader
from scripts.ops.logbook.reader import Logbook
from scripts.ops.monitoring.reading import prometheus_api
from scripts.ops.monitoring.reading.prometheus_api import Prometheus
from scripts.ops.monitoring.service_signals import TEST_NOW
from scripts.ops.operations import google_rest
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.google_rest import GoogleRest
from scripts.ops.operations.site import REST_URL, Site
from scripts.ops.place import AUTH, emulated
from scripts.ops.secrets import SecretError
from scripts.ops.validation.accounts import TOOLKIT, EmulatorAccounts, ProjectAccounts
from scripts.ops.validation.alerts import Alerts, CloudAlerts, PrometheusAlerts
from scripts.ops.validation.announcing import Announcer
from scripts.ops.validation.around import Around
from scripts.ops.validation.author import Author, secret_of
from scripts.ops.validation.calling import Caller, Headers
from scripts.ops.validation.desk import LOCALLY, Desk, Limits
from scripts.ops.validation.endpoints import find_endpoints
from scripts.ops.validation.knobs import turned_off
from scripts.ops.validation.web_app import (
    HEADER,
    AppCheckTokens,
    WebApp,
    app_check_mode,
    find_web_app,
)

GROUP = f"conteur_{TEST_NOW.of}"
"""The group of rules that the test alert's policy is named by."""
Accounts = EmulatorAccounts | ProjectAccounts


@dataclass(frozen=True, slots=True)
class _Connections:
    """What is closed when the validation is over."""

    session: Session
    rest: GoogleRest
    prometheus: Prometheus
    log: Logbook
    caller: Caller
    firestore: Client


@contextmanager
def opened(
    site: Site, tag: str, calls: int, port: int, around: Around
) -> Iterator[tuple[Desk, Accounts]]:
    """Yield the desk with a new user, and who deletes the user.

    Raises OperationError, PlaceError, QueryError or LogError where something cannot be opened:
    nothing is left then.
    """
    aimed = find_endpoints(site, tag, port)
    with ExitStack() as stack:
        to = _connected(site, around, stack)
        app = None if _has_emulator(site) else find_web_app(to.rest, site, TOOLKIT)
        accounts = _accounts(site, to, app)
        desk = Desk(
            site=site,
            endpoints=aimed.endpoints,
            untried=aimed.untried,
            caller=to.caller,
            app_check=_app_check(site, to.session, app),
            author=Author(site, aimed.endpoints, lambda name: secret_of(site, name), around.now),
            firestore=to.firestore,
            knobs=partial(turned_off, ConfigStore(to.firestore, site.firestore().name)),
            log=to.log,
            prometheus=to.prometheus,
            alerts=_alerts(site, to, around),
            announcer=Announcer(site, TEST, around.now),
            waiting=around.waiting,
            limits=LOCALLY if _is_local(site) else Limits(),
            now=around.now,
            times=calls,
            user=accounts.make(),  # last: nothing that fails to open leaves anybody behind
        )
        yield desk, accounts


def _connected(site: Site, around: Around, stack: ExitStack) -> _Connections:
    session = stack.enter_context(Session())
    session.trust_env = False
    with emulated(place := site.firestore()):
        firestore = ReconnectingClient(project=place.project)
    stack.callback(firestore.close)
    return _Connections(
        session,
        stack.enter_context(google_rest.connected(site)),
        stack.enter_context(prometheus_api.connected(site.prometheus())),
        stack.enter_context(reader.opened(site.logs(), around.tell, around.pause)),
        stack.enter_context(closing(Caller(around.clock))),
        firestore,
    )


def _is_local(site: Site) -> bool:
    return site.name == Environment.LOCAL


def _alerts(site: Site, to: _Connections, around: Around) -> Alerts:
    if _is_local(site):
        return PrometheusAlerts(to.prometheus, around.now)
    return CloudAlerts(to.rest, site.project, GROUP)


def _has_emulator(site: Site) -> bool:
    """Tell whether users are the Auth emulator's: of the local stack, or where nothing else is."""
    return _is_local(site) or (site.stands_in and not site.environ.get(REST_URL))


def _accounts(site: Site, to: _Connections, app: WebApp | None) -> Accounts:
    if app is None:
        return EmulatorAccounts(to.session, site.accounts().emulators[AUTH], site.project)
    return ProjectAccounts(to.rest, to.session, app, site.project)


class _AppCheck:
    """What an app adds to its calls where App Check is enforced."""

    def __init__(self, tokens: AppCheckTokens | None) -> None:
        self._tokens = tokens

    def __call__(self) -> Headers:
        return {} if self._tokens is None else {HEADER: self._tokens.token()}


def _app_check(site: Site, session: Session, app: WebApp | None) -> _AppCheck:
    if app is None or app_check_mode(site) is AppCheckMode.OFF:
        return _AppCheck(None)

    def read(name: str) -> str:
        try:
            return secret_of(site, name)
        except SecretError as error:
            raise OperationError(str(error)) from error

    return _AppCheck(AppCheckTokens(session, site, app, read))
