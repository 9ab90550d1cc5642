"""Accounts, App Check and alerts of a project, by stand-ins for Google's REST services."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from requests import ConnectionError, Session  # noqa: A004 - requests' own

from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.frame import RestFault
from scripts.ops.operations.errors import OperationError, RefusedError
from scripts.ops.operations.google_rest import GoogleRest, RestError, connected
from scripts.ops.operations.site import REST_URL, Site
from scripts.ops.validation.accounts import TOOLKIT, ProjectAccounts
from scripts.ops.validation.alerts import CloudAlerts
from scripts.ops.validation.opening import GROUP
from scripts.ops.validation.web_app import AppCheckTokens, WebApp, find_web_app

PROJECT = "demo-conteur-production"
DEBUG = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


class Google:
    """The stand-ins, and the clients on their port."""

    def __init__(self, api: RestApi, site: Site, rest: GoogleRest, session: Session) -> None:
        self.api = api
        self.site = site
        self.rest = rest
        self.session = session

    @property
    def app(self) -> WebApp:
        return find_web_app(self.rest, self.site, TOOLKIT)

    @property
    def accounts(self) -> ProjectAccounts:
        return ProjectAccounts(self.rest, self.session, self.app, PROJECT)

    def known(self, uid: str) -> bool:
        path = f"v1/projects/{PROJECT}/accounts:lookup"
        return "users" in self.rest.post(TOOLKIT, path, {"localId": [uid]})


@contextmanager
def served(root: Path, mode: str) -> Iterator[Google]:
    (root / "functions").mkdir()
    (root / "functions/.env.production").write_text(f"APP_CHECK={mode}\n")
    minted = iter(range(100))
    api = RestApi(
        PROJECT,
        mint=lambda uid, _: f"token of {uid}",
        mint_app_check=lambda *_: f"app check {next(minted)}",
    )
    with api.serve() as url, Session() as session:
        site = Site(root, "production", PROJECT, {REST_URL: url})
        with connected(site) as rest:
            yield Google(api, site, rest, session)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    with served(tmp_path, "enforced") as made:
        yield made


def test_an_account(google: Google) -> None:
    """A user is made, signed in by the app's key, and deleted; a second time nothing happens."""
    user = google.accounts.make()
    assert (user.token, google.known(user.uid)) == (f"token of {user.uid}", True)
    google.accounts.delete(user.uid)
    google.accounts.delete(user.uid)
    assert not google.known(user.uid)


def test_a_user_that_cannot_sign_in(google: Google) -> None:
    """Whoever cannot be signed in is not left behind."""
    accounts = google.accounts
    google.api.accounts.fault = RestFault(HTTPStatus.BAD_REQUEST, "no", only="signInWithPassword")
    with pytest.raises(OperationError, match="signInWithPassword: no"):
        accounts.make()
    assert google.api.accounts.calls[-1].endswith("accounts:delete")


def test_a_user_that_is_left_is_named(google: Google) -> None:
    """Whoever can neither be signed in nor deleted is named, so that a person can."""
    accounts = google.accounts
    only = "signInWithPassword|accounts:delete"
    google.api.accounts.fault = RestFault(HTTPStatus.BAD_REQUEST, "no", only=only)
    with pytest.raises(OperationError, match=r"And the user .+ is left"):
        accounts.make()


def test_nothing_of_a_user_is_shown(google: Google) -> None:
    """Neither the user's token nor the app's key is in what may be printed."""
    user = google.accounts.make()
    assert user.token not in repr(user)
    assert google.app.key not in repr(google.app)


def test_no_right(google: Google) -> None:
    """Whoever may make no accounts is told so."""
    accounts = google.accounts
    google.api.accounts.fault = RestFault(HTTPStatus.FORBIDDEN, "no right")
    with pytest.raises(RestError, match="no right"):
        accounts.make()


def test_no_web_app(google: Google) -> None:
    """Without a web app there is no key, and the text says how to make one."""

    class Empty:
        def get(self, *_: str) -> dict[str, object]:
            return {}

    with pytest.raises(RefusedError, match="firebase apps:create WEB"):
        find_web_app(Empty(), google.site, TOOLKIT)  # type: ignore[arg-type]  # it only reads


@pytest.mark.parametrize(("mode", "second"), [("enforced", 0), ("consumed", 1)])
def test_app_check(tmp_path: Path, mode: str, second: int) -> None:
    """The debug token is exchanged: once, or for each call where a token is good for one."""
    with served(tmp_path, mode) as google:
        google.api.app_check.register(PROJECT, DEBUG)
        tokens = AppCheckTokens(google.session, google.site, google.app, lambda _: DEBUG)
        assert [tokens.token(), tokens.token()] == ["app check 0", f"app check {second}"]


def test_a_debug_token_that_is_no_more(google: Google) -> None:
    """Where App Check knows it no more the text says how to make another."""
    tokens = AppCheckTokens(google.session, google.site, google.app, lambda _: DEBUG)
    with pytest.raises(OperationError, match="Make another one in the console"):
        tokens.token()


@pytest.mark.parametrize("how", ["away", "odd"])
def test_app_check_that_does_not_answer(google: Google, how: str) -> None:
    """Where App Check is away, or answers no token, that is told, without the key."""

    class Broken:
        def post(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - stands for requests' own
            if how == "away":
                raise ConnectionError("https://firebaseappcheck.googleapis.com/?key=a-key")
            return SimpleNamespace(ok=True, json=list)

    session = cast("Session", Broken())
    tokens = AppCheckTokens(session, google.site, google.app, lambda _: DEBUG)
    with pytest.raises(OperationError, match=r"firebaseappcheck\.googleapis\.com") as told:
        tokens.token()
    assert "key=" not in str(told.value)


def test_an_alert_of_a_policy(google: Google) -> None:
    """An alert fires while its policy's is open; another policy's does not count."""
    alerts = CloudAlerts(google.rest, PROJECT, GROUP)
    google.api.alerts.open(PROJECT, f"projects/{PROJECT}/alertPolicies/2", f"{GROUP}/other")
    assert not alerts.fires("test_alert")
    policy = f"projects/{PROJECT}/alertPolicies/1"
    name = google.api.alerts.open(PROJECT, policy, f"{GROUP}/test_alert")
    assert alerts.fires("test_alert")
    google.api.alerts.close(name)
    assert not alerts.fires("test_alert")
