"""A stand-in for Identity Toolkit: accounts with passwords, made, signed in and deleted.

https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts,
https://firebase.google.com/docs/reference/rest/auth. What it refuses, and in which order, is what
Firebase's own emulator does:
https://github.com/firebase/firebase-tools/blob/master/src/emulator/auth/operations.ts
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from scripts.local.standins.google_rest.accounts import (
    Account,
    Accounts,
    check_email,
    check_password,
    refused,
)
from scripts.local.standins.google_rest.api_key import project_of
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import PROJECT, Projects
from scripts.local.standins.google_rest.reading import fields, parameters

LIFE_SECONDS = 3600  # of an ID token
_PROFILE = {"displayName": str, "photoUrl": str, "emailVerified": bool, "phoneNumber": str}
_CLIENT = {"returnSecureToken": bool, "tenantId": str, "clientType": str}


class IdentityToolkitStandIn(RestStandIn):
    """The accounts of all projects.

    `mint` signs an ID token of a user's id in a project; without it, nobody can sign in.
    """

    host = "identitytoolkit.googleapis.com"

    def __init__(
        self,
        projects: Projects,
        project_of_key: Callable[[str], str | None],
        clock: Callable[[], float],
        mint: Callable[[str, str], str] | None = None,
    ) -> None:
        super().__init__()
        self._projects = projects
        self._project_of_key = project_of_key
        self._mint = mint
        self._without_passwords: set[str] = set()
        self._accounts = {each: Accounts(clock) for each in projects}

    def users(self, project: str) -> Mapping[str, Account]:
        """Return the accounts of a project that there are now, by their ids."""
        with self.lock:
            return dict(self._accounts[project].by_id)

    def disable_passwords(self, project: str) -> None:
        """Turn the provider "email and password" of a project off."""
        with self.lock:
            self._without_passwords.add(project)

    def routes(self) -> Sequence[Route]:
        """Return what validate asks: three as administrator, two as an app with its key."""
        return (
            ("POST", rf"/v1/{PROJECT}/accounts", self._create),
            ("POST", rf"/v1/{PROJECT}/accounts:lookup", self._lookup),
            ("POST", rf"/v1/{PROJECT}/accounts:delete", self._delete),
            ("POST", r"/v1/accounts:signUp", self._sign_up),
            ("POST", r"/v1/accounts:signInWithPassword", self._sign_in),
        )

    def _create(self, asked: Asked) -> Body:
        """Make an account, with the id that is asked for, if any."""
        parameters(asked)
        kinds = {**_PROFILE, "localId": str, "email": str, "password": str, "disabled": bool}
        given = fields(asked.body, **kinds)
        account = self._of(asked).create(given)
        return {"kind": "identitytoolkit#SignupNewUserResponse", **account.told}

    def _lookup(self, asked: Asked) -> Body:
        given = fields(asked.body, localId=list, email=list)
        accounts = self._of(asked).by_id.values()
        found = [
            {**each.told, "disabled": each.is_disabled, "createdAt": each.created_at}
            for each in accounts
            if each.uid in given.get("localId", []) or each.email in given.get("email", [])
        ]
        kind = "identitytoolkit#GetAccountInfoResponse"
        return {"kind": kind, **({"users": found} if found else {})}

    def _delete(self, asked: Asked) -> Body:
        given = fields(asked.body, localId=str)
        if not given.get("localId"):
            raise refused("MISSING_LOCAL_ID")
        self._of(asked).delete(given["localId"])
        return {"kind": "identitytoolkit#DeleteAccountResponse"}

    def _of(self, asked: Asked) -> Accounts:
        return self._accounts[self._projects.find(asked.parts["project"])]

    def _sign_up(self, asked: Asked) -> Body:
        project = project_of(asked, self.host, self._project_of_key)
        given = fields(asked.body, **_PROFILE, **_CLIENT, email=str, password=str)
        for name in ("email", "password"):
            if not given.get(name):
                raise refused(f"MISSING_{name.upper()}")
        if project in self._without_passwords:
            raise refused("OPERATION_NOT_ALLOWED")
        check_email(given["email"])
        check_password(given["password"])
        account = self._accounts[project].create(given)
        kind = "identitytoolkit#SignupNewUserResponse"
        return {"kind": kind, **account.told, **self._tokens(account.uid, project)}

    def _sign_in(self, asked: Asked) -> Body:
        """Answer tokens. Which of address and password is wrong is not told.

        https://cloud.google.com/identity-platform/docs/admin/email-enumeration-protection
        """
        project = project_of(asked, self.host, self._project_of_key)
        given = fields(asked.body, **_CLIENT, email=str, password=str)
        if project in self._without_passwords:
            raise refused("PASSWORD_LOGIN_DISABLED")
        if "email" not in given:
            raise refused("MISSING_EMAIL")
        check_email(given["email"])
        if not given.get("password"):
            raise refused("MISSING_PASSWORD")
        account = self._accounts[project].by_email(given["email"])
        if account is not None and account.is_disabled:
            raise refused("USER_DISABLED")
        if account is None or not account.password or account.password != given["password"]:
            raise refused("INVALID_LOGIN_CREDENTIALS")
        kind = "identitytoolkit#VerifyPasswordResponse"
        tokens = self._tokens(account.uid, project)
        return {"kind": kind, "registered": True, **account.told, **tokens}

    def _tokens(self, uid: str, project: str) -> Body:
        if self._mint is None:
            raise RestRefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "Nobody signs tokens here.")
        return {
            "idToken": self._mint(uid, project),
            "refreshToken": secrets.token_urlsafe(24),
            "expiresIn": str(LIFE_SECONDS),
        }
