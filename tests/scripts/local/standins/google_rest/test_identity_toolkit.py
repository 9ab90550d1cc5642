"""The stand-in for Identity Toolkit, asked as validate does."""

import jwt
import pytest
import requests

from scripts.local.standins.google_rest.api import RestApi
from scripts.ops.operations.google_rest import Body
from tests.issuer import Issuer
from tests.scripts.local.standins.google_rest.clients import PATIENCE, PRODUCTION, STAGING, Rest

HOST = "identitytoolkit.googleapis.com"
OF = f"v1/projects/{STAGING}/accounts"
PROBE = {"email": "probe@example.com", "password": "correct horse"}


def sign_in(rest: Rest, api: RestApi, **changed: object) -> Body:
    key = api.firebase.api_key(STAGING)
    return rest.post(HOST, f"v1/accounts:signInWithPassword?key={key}", **{**PROBE, **changed})


def refused(rest: Rest, api: RestApi, **changed: object) -> str:
    key = api.firebase.api_key(STAGING)
    sent = {**PROBE, **changed}
    status, told = rest.refusal(HOST, f"v1/accounts:signInWithPassword?key={key}", **sent)
    assert status == 400
    return told


def test_a_life(rest: Rest, rest_api: RestApi) -> None:
    """An account is made, signed in, found, and deleted; then nothing of it is left."""
    uid = rest.post(HOST, OF, **PROBE)["localId"]
    assert sign_in(rest, rest_api)["idToken"] == f"{uid}@{STAGING}"
    [found] = rest.post(HOST, f"{OF}:lookup", email=[PROBE["email"]])["users"]
    assert found["localId"] == uid
    rest.post(HOST, f"{OF}:delete", localId=uid)
    assert rest_api.accounts.users(STAGING) == {}
    assert "users" not in rest.post(HOST, f"{OF}:lookup", localId=[uid])
    assert refused(rest, rest_api) == "INVALID_LOGIN_CREDENTIALS"


def test_a_token_can_be_checked() -> None:
    """The token is whatever the function signs that the stand-in was given."""
    issuer = Issuer()
    api = RestApi(STAGING, mint=lambda uid, project: issuer.id_token(uid, aud=project))
    with api.serve() as url:
        requests.post(f"{url}/{HOST}/{OF}", json=PROBE, timeout=PATIENCE)
        path = f"v1/accounts:signInWithPassword?key={api.firebase.api_key(STAGING)}"
        token = requests.post(f"{url}/{HOST}/{path}", json=PROBE, timeout=PATIENCE).json()
    claims = jwt.decode(token["idToken"], issuer._key.public_key(), ["RS256"], audience=STAGING)  # noqa: SLF001 - as a function that checks it
    assert (claims["sub"], token["expiresIn"]) == (token["localId"], "3600")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"email": "PROBE@example.com"}, "EMAIL_EXISTS"),
        ({"localId": "probe"}, "DUPLICATE_LOCAL_ID"),
        ({"localId": "x" * 129}, "INVALID_LOCAL_ID"),
        ({"email": "probe"}, "INVALID_EMAIL"),
        ({"password": "short"}, "WEAK_PASSWORD : Password should be at least 6 characters"),
    ],
)
def test_no_account(rest: Rest, sent: dict[str, str], code: str) -> None:
    """What the real service makes no account of is refused with its code."""
    rest.post(HOST, OF, localId="probe", **PROBE)
    assert rest.refusal(HOST, OF, **sent) == (400, code)


def test_an_unknown_field(rest: Rest) -> None:
    """A field that accounts have not is refused."""
    assert "Unknown name" in rest.refusal(HOST, OF, passwort="x")[1]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"password": "wrong horse"}, "INVALID_LOGIN_CREDENTIALS"),
        ({"email": "other@example.com"}, "INVALID_LOGIN_CREDENTIALS"),
        ({"email": None}, "MISSING_EMAIL"),
        ({"email": "probe"}, "INVALID_EMAIL"),
        ({"password": ""}, "MISSING_PASSWORD"),
    ],
)
def test_no_sign_in(rest: Rest, rest_api: RestApi, changed: dict[str, str], code: str) -> None:
    """Wrong addresses and passwords are told from each other by nobody."""
    rest.post(HOST, OF, **PROBE)
    assert refused(rest, rest_api, **changed) == code


def test_a_disabled_account(rest: Rest, rest_api: RestApi) -> None:
    """Who is disabled does not sign in."""
    rest.post(HOST, OF, disabled=True, **PROBE)
    assert refused(rest, rest_api) == "USER_DISABLED"


def test_passwords_are_off(rest: Rest, rest_api: RestApi) -> None:
    """Without the provider nobody signs in or up, while an administrator makes accounts."""
    rest_api.accounts.disable_passwords(STAGING)
    rest.post(HOST, OF, **PROBE)
    assert refused(rest, rest_api) == "PASSWORD_LOGIN_DISABLED"
    path = f"v1/accounts:signUp?key={rest_api.firebase.api_key(STAGING)}"
    assert rest.refusal(HOST, path, **PROBE) == (400, "OPERATION_NOT_ALLOWED")


def test_signing_up(rest: Rest, rest_api: RestApi) -> None:
    """Who signs up is signed in; without address or password nobody does."""
    path = f"v1/accounts:signUp?key={rest_api.firebase.api_key(STAGING)}"
    assert rest.post(HOST, path, **PROBE)["idToken"].endswith(STAGING)
    assert rest.refusal(HOST, path, password="x") == (400, "MISSING_EMAIL")  # noqa: S106 - opens nothing
    assert rest.refusal(HOST, path, email="a@b") == (400, "MISSING_PASSWORD")


def test_keys(rest: Rest, rest_api: RestApi) -> None:
    """A call without a key, and one with a key that is no project's, are refused as by Google."""
    path = "v1/accounts:signInWithPassword"
    status, told = rest.refusal(HOST, path, **PROBE)
    assert (status, "unregistered callers" in told) == (403, True)
    told = "API key not valid. Please pass a valid API key"
    assert rest.refusal(HOST, f"{path}?key=other", **PROBE) == (400, told)
    rest.post(HOST, OF, **PROBE)
    other = rest_api.firebase.api_key(PRODUCTION)
    assert rest.refusal(HOST, f"{path}?key={other}", **PROBE)[1] == "INVALID_LOGIN_CREDENTIALS"


def test_a_key_in_a_header(rest: Rest, rest_api: RestApi) -> None:
    """A key may come in a header; a bad one is told as a reason as well."""
    rest.post(HOST, OF, **PROBE)
    url = f"{rest.url}/{HOST}/v1/accounts:signInWithPassword"
    replies = [
        requests.post(url, json=PROBE, headers={"x-goog-api-key": key}, timeout=PATIENCE)
        for key in (rest_api.firebase.api_key(STAGING), "other")
    ]
    assert [reply.status_code for reply in replies] == [200, 400]
    assert replies[1].json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


def test_deleting_nobody(rest: Rest) -> None:
    """An account that there is not cannot be deleted."""
    assert rest.refusal(HOST, f"{OF}:delete", localId="x") == (400, "USER_NOT_FOUND")
    assert rest.refusal(HOST, f"{OF}:delete") == (400, "MISSING_LOCAL_ID")


def test_an_errors_form(rest: Rest) -> None:
    """An error has its code as message, a list of errors, and no status."""
    url = f"{rest.url}/{HOST}/{OF}:delete"
    error = requests.post(url, json={}, timeout=PATIENCE).json()["error"]
    assert error["errors"][0]["message"] == error["message"] == "MISSING_LOCAL_ID"
    assert "status" not in error
