"""Stand-ins for who may do what with a secret, and with a service account.

https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts,
https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/getIamPolicy
"""

from collections.abc import Sequence
from typing import ClassVar

from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.projects import PROJECT, Projects, project_number
from scripts.local.standins.google_rest.reading import (
    denied,
    fields,
    invalid,
    not_found,
    parameters,
)
from scripts.local.standins.google_rest.resource_manager import MOST_PERMISSIONS, PERMISSION

_DEFAULT = "-compute@developer.gserviceaccount.com"


class _Policies(RestStandIn):
    """Roles and their members by resource; there is none until `grant`."""

    def __init__(self, projects: Projects) -> None:
        super().__init__()
        self._projects = projects
        self._bindings: dict[str, dict[str, list[str]]] = {}

    def grant(self, resource: str, member: str, role: str) -> None:
        """Bind a member to a role on one resource, by its full name."""
        with self.lock:
            self._bindings.setdefault(resource, {}).setdefault(role, []).append(member)

    def revoke(self, resource: str, member: str, role: str) -> None:
        """Take a role from a member."""
        with self.lock:
            self._bindings[resource][role].remove(member)

    def _policy_of(self, resource: str) -> Body:
        roles = self._bindings.get(resource, {}).items()
        bindings = [{"role": role, "members": sorted(its)} for role, its in roles if its]
        return {"etag": "ACAB", **({"version": 1, "bindings": bindings} if bindings else {})}


class SecretPoliciesStandIn(_Policies):
    """The policies of secrets; `there` are the full names of those that there are."""

    host: ClassVar[str] = "secretmanager.googleapis.com"

    def __init__(self, projects: Projects, *there: str) -> None:
        super().__init__(projects)
        self.there = set(there)

    def routes(self) -> Sequence[Route]:
        """Return the one that reads a policy."""
        return (("GET", rf"/v1/{PROJECT}/secrets/(?P<secret>[\w-]+):getIamPolicy", self._get),)

    def _get(self, asked: Asked) -> Body:
        parameters(asked, "options.requestedPolicyVersion")
        project = self._projects.find(asked.parts["project"])
        name = f"projects/{project}/secrets/{asked.parts['secret']}"
        if name not in self.there:
            raise not_found(f"Secret [{name}] not found.")
        return self._policy_of(name)


class ServiceAccountsStandIn(_Policies):
    """The default compute account of each project. The caller may do all until it is `denied`."""

    host: ClassVar[str] = "iam.googleapis.com"

    def __init__(self, projects: Projects) -> None:
        super().__init__(projects)
        self.denied: set[str] = set()

    def routes(self) -> Sequence[Route]:
        """Return what preflight asks."""
        account = rf"/v1/{PROJECT}/serviceAccounts/(?P<account>[^/:]+)"
        return (
            ("POST", f"{account}:getIamPolicy", self._get),
            ("POST", f"{account}:testIamPermissions", self._test),
        )

    def _get(self, asked: Asked) -> Body:
        fields(asked.body, options=dict)
        return self._policy_of(self._account(asked))

    def _test(self, asked: Asked) -> Body:
        permissions = fields(asked.body, permissions=list).get("permissions", [])
        self._account(asked)
        if not permissions or len(permissions) > MOST_PERMISSIONS:
            raise invalid(f"permissions must have 1 to {MOST_PERMISSIONS} entries.")
        if strange := [each for each in permissions if not PERMISSION.fullmatch(str(each))]:
            raise invalid(f"Permission {strange[0]} is not valid for this resource.")
        held = [each for each in permissions if each not in self.denied]
        return {"permissions": held} if held else {}

    def _account(self, asked: Asked) -> str:
        project, account = self._projects.find(asked.parts["project"]), asked.parts["account"]
        if account != f"{project_number(project)}{_DEFAULT}":
            raise denied("Permission 'iam.serviceAccounts.get' denied on resource.")
        return f"projects/{project}/serviceAccounts/{account}"
