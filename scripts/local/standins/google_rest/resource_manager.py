"""A stand-in for Resource Manager: a project, its policy, and what the caller may do there.

https://cloud.google.com/resource-manager/reference/rest/v1/projects
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import PROJECT, Projects, project_number
from scripts.local.standins.google_rest.reading import fields, invalid, parameters
from scripts.local.standins.google_rest.times import rfc3339

MOST_PERMISSIONS = 100  # in one question
PERMISSION = re.compile(r"[a-z][a-z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*){2}")
ELSEWHERE = re.compile(
    r"resourcemanager\.(projects\.(create|list)|(folders|organizations|tag\w+)\..*)"
)
"""Those of folders and organizations, which a project's question may not hold:
https://github.com/googleapis/google-cloud-java/issues/722,
https://github.com/aquasecurity/cloudsploit/issues/978."""
MEMBER = re.compile(r"(user|serviceAccount|group|domain):[^:\s]+|allUsers|allAuthenticatedUsers")
ROLE = re.compile(r"(projects/[^/]+/|organizations/\d+/)?roles/[a-zA-Z0-9._]+")


class ResourceManagerStandIn(RestStandIn):
    """All projects. The caller may do everything until `deny`; policies begin empty."""

    host = "cloudresourcemanager.googleapis.com"

    def __init__(self, projects: Projects, clock: Callable[[], float]) -> None:
        super().__init__()
        self._projects = projects
        self._made = rfc3339(clock())
        self._denied: set[tuple[str, str]] = set()
        self._bindings: dict[str, dict[str, list[str]]] = {each: {} for each in projects}

    def deny(self, project: str, *permissions: str) -> None:
        """Take permissions from the caller."""
        with self.lock:
            self._denied.update((project, each) for each in permissions)

    def allow(self, project: str, *permissions: str) -> None:
        """Give permissions back."""
        with self.lock:
            self._denied.difference_update((project, each) for each in permissions)

    def grant(self, project: str, member: str, *roles: str) -> None:
        """Bind a member, such as `serviceAccount:NAME@HOST`, to roles."""
        with self.lock:
            for role in roles:
                members = self._bindings[project].setdefault(role, [])
                members[:] = sorted({*members, member})

    def revoke(self, project: str, member: str, *roles: str) -> None:
        """Take roles from a member; a role without members is no binding."""
        with self.lock:
            for role in roles:
                left = [one for one in self._bindings[project].pop(role, []) if one != member]
                if left:
                    self._bindings[project][role] = left

    def routes(self) -> Sequence[Route]:
        """Return what preflight and firebase-tools ask."""
        return (
            ("GET", rf"/v1/{PROJECT}", self._get),
            ("POST", rf"/v1/{PROJECT}:testIamPermissions", self._test),
            ("POST", rf"/v1/{PROJECT}:getIamPolicy", self._policy),
            ("POST", rf"/v1/{PROJECT}:setIamPolicy", self._set),
        )

    def _get(self, asked: Asked) -> Body:
        parameters(asked)
        project = self._projects.find(asked.parts["project"])
        return {
            "projectNumber": str(project_number(project)),
            "projectId": project,
            "lifecycleState": "ACTIVE",
            "name": project,
            "createTime": self._made,
        }

    def _test(self, asked: Asked) -> Body:
        """Answer those of the permissions that the caller has; none is no field.

        Wildcards are refused: https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions
        """
        permissions = fields(asked.body, permissions=list).get("permissions", [])
        project = self._projects.find(asked.parts["project"])
        if not permissions or len(permissions) > MOST_PERMISSIONS:
            raise invalid(f"permissions must have 1 to {MOST_PERMISSIONS} entries.")
        for each in permissions:
            if not PERMISSION.fullmatch(str(each)) or ELSEWHERE.fullmatch(each):
                raise invalid(f"Permission {each} is not valid for this resource.")
        held = [each for each in permissions if (project, each) not in self._denied]
        return {"permissions": held} if held else {}

    def _policy(self, asked: Asked) -> Body:
        options = fields(asked.body, options=dict).get("options", {})
        fields(options, requestedPolicyVersion=int)
        return self._policy_of(self._projects.find(asked.parts["project"]))

    def _policy_of(self, project: str) -> Body:
        bindings = [
            {"role": role, "members": list(members)}
            for role, members in sorted(self._bindings[project].items())
        ]
        etag = hashlib.sha256(repr(bindings).encode()).hexdigest()[:12]
        return {"version": 1, "etag": etag, **({"bindings": bindings} if bindings else {})}

    def _set(self, asked: Asked) -> Body:
        """Replace a policy, unless somebody else has since the caller read it.

        https://cloud.google.com/iam/docs/allow-policies#etag
        """
        given = fields(asked.body, policy=dict, updateMask=str).get("policy", {})
        policy = fields(given, bindings=list, etag=str, version=int)
        project = self._projects.find(asked.parts["project"])
        if policy.get("etag", "") not in ("", self._policy_of(project)["etag"]):
            raise RestRefusalError(
                HTTPStatus.CONFLICT,
                "There were concurrent policy changes. Please retry the whole "
                "read-modify-write with exponential backoff.",
            )
        self._bindings[project] = dict(_binding(each) for each in policy.get("bindings", []))
        return self._policy_of(project)


def _binding(given: Mapping[str, object]) -> tuple[str, list[str]]:
    read = fields(dict(given), role=str, members=list, condition=dict)
    role, members = read.get("role", ""), read.get("members", [])
    if not ROLE.fullmatch(role):
        raise invalid(f"Invalid role: {role}")
    for member in members:
        if not MEMBER.fullmatch(str(member)):
            raise invalid(f"The member {member} is of an unknown type.")
    return role, sorted(set(members))
