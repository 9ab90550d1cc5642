"""A stand-in for the part of Cloud Run's REST that says who may call a service.

https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar

from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)

_SERVICE = r"/v1/(?P<service>projects/[a-z0-9-]+/locations/[a-z0-9-]+/services/[a-z][a-z0-9-]*)"
_MEMBER_KINDS = ("allUsers", "allAuthenticatedUsers", "serviceAccount:", "user:", "group:")


@dataclass
class RunPolicies(RestStandIn):
    """The IAM policy of each service. `exists` says whether there is a service of that name."""

    host: ClassVar[str] = "run.googleapis.com"
    exists: Callable[[str], bool] = lambda _: True
    policies: dict[str, Body] = field(default_factory=dict, init=False)

    def routes(self) -> Sequence[Route]:
        """Return the two that read and replace a policy."""
        return [
            ("GET", f"{_SERVICE}:getIamPolicy", self._get),
            ("POST", f"{_SERVICE}:setIamPolicy", self._set),
        ]

    def _get(self, asked: Asked) -> Body:
        return self.policies.get(self._known(asked), {"etag": "ACAB"})

    def _set(self, asked: Asked) -> Body:
        """Replace a policy; with an etag only if nobody has since it was read."""
        service, policy = self._known(asked), asked.body.get("policy", {})
        _check(policy)
        kept = self.policies.get(service, {})
        if policy.get("etag") and policy["etag"] != kept.get("etag", policy["etag"]):
            raise RestRefusalError(HTTPStatus.CONFLICT, "There were concurrent policy changes.")
        made = {"version": 3, "bindings": policy.get("bindings", [])}
        digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
        self.policies[service] = {**made, "etag": digest[:12]}
        return self.policies[service]

    def _known(self, asked: Asked) -> str:
        service = asked.parts["service"]
        if not self.exists(service):
            raise RestRefusalError(HTTPStatus.NOT_FOUND, f"{service} does not exist", "NOT_FOUND")
        return service


def _check(policy: Body) -> None:
    """Raise RestRefusalError for what is no policy. https://cloud.google.com/iam/docs/reference."""
    for binding in policy.get("bindings", []):
        members = binding.get("members", [])
        if not str(binding.get("role", "")).startswith("roles/") or not members:
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, f"Invalid binding: {binding}")
        if not all(str(member).startswith(_MEMBER_KINDS) for member in members):
            raise RestRefusalError(HTTPStatus.BAD_REQUEST, f"Invalid member in {members}")
