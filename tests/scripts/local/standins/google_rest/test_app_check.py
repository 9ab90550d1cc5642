"""The stand-in for App Check, asked as validate does."""

import pytest
import requests

from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest

HOST = "firebaseappcheck.googleapis.com"
DEBUG = "c0ffee00-0000-4000-8000-000000000001"
DENIED = (403, "App attestation failed")


def path(api: RestApi, app: str = STAGING, key: str = STAGING) -> str:
    of = f"v1/projects/{STAGING}/apps/{api.firebase.app_id(app)}:exchangeDebugToken"
    return f"{of}?key={api.firebase.api_key(key)}"


def test_an_exchange(rest: Rest, rest_api: RestApi) -> None:
    """A debug token that is registered is good for a token of the app, in either case."""
    rest_api.app_check.register(STAGING, DEBUG)
    answer = rest.post(HOST, path(rest_api), debugToken=DEBUG.upper())
    app = rest_api.firebase.app_id(STAGING)
    assert answer == {"token": f"{app}@{STAGING}", "ttl": "3600s"}


def test_limited_use(rest: Rest, rest_api: RestApi) -> None:
    """A token that is good once lives for five minutes."""
    rest_api.app_check.register(STAGING, DEBUG)
    assert rest.post(HOST, path(rest_api), debugToken=DEBUG, limitedUse=True)["ttl"] == "300s"


def test_nothing_fits(rest: Rest, rest_api: RestApi) -> None:
    """A secret, an app or a key that does not fit is told from no other."""
    rest_api.app_check.register(PRODUCTION, DEBUG)
    assert rest.refusal(HOST, path(rest_api), debugToken=DEBUG) == DENIED
    rest_api.app_check.register(STAGING, DEBUG)
    for wrong in (path(rest_api, app=PRODUCTION), path(rest_api, key=PRODUCTION)):
        assert rest.refusal(HOST, wrong, debugToken=DEBUG) == DENIED
    rest_api.app_check.revoke(STAGING, DEBUG)
    assert rest.refusal(HOST, path(rest_api), debugToken=DEBUG) == DENIED


def test_no_secret(rest: Rest, rest_api: RestApi) -> None:
    """A request without a debug token is no exchange."""
    assert rest.refusal(HOST, path(rest_api)) == (400, "debug_token must be set")


def test_nobody_signs(rest: Rest) -> None:
    """Without somebody who signs, there are no tokens; and without a key there is no answer."""
    assert rest.refusal(HOST, f"v1/projects/{STAGING}/apps/a:exchangeDebugToken")[0] == 403
    api = RestApi(STAGING)
    api.app_check.register(STAGING, DEBUG)
    with api.serve() as url:
        of = f"{url}/{HOST}/{path(api)}"
        reply = requests.post(of, json={"debugToken": DEBUG}, timeout=5)
    assert (reply.status_code, reply.json()["error"]["status"]) == (500, "INTERNAL")


@pytest.mark.parametrize("token", ["", "secret", "c0ffee00-0000-1000-8000-000000000001"])
def test_no_debug_token(rest_api: RestApi, token: str) -> None:
    """A debug token is a UUID of version 4."""
    with pytest.raises(ValueError, match="UUID4"):
        rest_api.app_check.register(STAGING, token)
