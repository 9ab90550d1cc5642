"""A stand-in for the part of Artifact Registry's REST that says how long images are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import grpc
from google.cloud import artifactregistry_v1 as api
from google.protobuf import json_format

from scripts.local.standins.artifact_registry import Registry
from scripts.local.standins.firebase_deploy.function_rules import masked
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.reading import invalid, parameters
from scripts.local.standins.server import RefusalError

_REPOSITORY = r"/v1/(?P<name>projects/[a-z0-9-]+/locations/[a-z0-9-]+/repositories/[a-z0-9-]+)"
_MAY_CHANGE = frozenset(("cleanupPolicies", "cleanupPolicyDryRun", "labels"))


@dataclass
class ImagePolicies(RestStandIn):
    """The repositories of a `Registry`, as `firebase functions:artifacts:setpolicy` sees them.

    https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories
    """

    host: ClassVar[str] = "artifactregistry.googleapis.com"
    registry: Registry

    def routes(self) -> Sequence[Route]:
        """Return the two that read and change a repository."""
        return [("GET", _REPOSITORY, self._get), ("PATCH", _REPOSITORY, self._patch)]

    def _get(self, asked: Asked) -> Body:
        return _shown(self._repository(asked))

    def _patch(self, asked: Asked) -> Body:
        """Change what the mask names; of a map all, or one key of it."""
        parameters(asked, "updateMask")
        mask = asked.one("updateMask")
        if refused := {path.partition(".")[0] for path in mask.split(",")} - {"name", *_MAY_CHANGE}:
            raise invalid(f"Invalid update mask: {', '.join(sorted(refused))}")
        made = api.Repository.pb(api.Repository())
        try:
            json_format.ParseDict(masked(_shown(self._repository(asked)), asked.body, mask), made)
        except json_format.ParseError as error:
            raise invalid(str(error)) from error
        self.registry.replace(api.Repository.wrap(made))
        return self._get(asked)

    def _repository(self, asked: Asked) -> api.Repository:
        try:
            return self.registry.repository(asked.parts["name"])
        except RefusalError as refusal:
            known = refusal.code is grpc.StatusCode.NOT_FOUND
            status = HTTPStatus.NOT_FOUND if known else HTTPStatus.BAD_REQUEST
            raise RestRefusalError(status, refusal.message) from refusal


def _shown(repository: api.Repository) -> Body:
    shown: Body = json_format.MessageToDict(api.Repository.pb(repository))
    return shown
