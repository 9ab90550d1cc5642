"""A stand-in for Secret Manager: what the product reads, and what can go wrong with it.

States, aliases and errors follow
https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import google_crc32c
import grpc
from google.cloud import secretmanager_v1 as api

from scripts.local.standins.server import Method, RefusalError, StandIn

VERSION_NAME = re.compile(r"projects/([^/]+)/secrets/([\w-]{1,255})/versions/(latest|[1-9]\d*)")


@dataclass(slots=True)
class _Version:
    number: int
    payload: bytes
    enabled: bool = True


class SecretManagerStandIn(StandIn):
    """Secrets by name, the same in every project. `accessed` names each version that was read.

    With `corrupt` set, payloads arrive with a wrong checksum.
    """

    service = "google.cloud.secretmanager.v1.SecretManagerService"

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.corrupt = False
        self.accessed: list[str] = []
        self._versions: dict[str, list[_Version]] = {}
        for name, value in (secrets or {}).items():
            self.add_version(name, value)

    def add_version(self, secret: str, value: str) -> int:
        """Make `value` the secret's latest version and return its number, from 1 on."""
        versions = self._versions.setdefault(secret, [])
        versions.append(_Version(len(versions) + 1, value.encode()))
        return len(versions)

    def disable(self, secret: str, number: int) -> None:
        """Disable one version; `latest` goes on meaning it if it is the newest."""
        self._versions[secret][number - 1].enabled = False

    def methods(self) -> Mapping[str, Method]:
        """Return the two methods that read."""
        return {
            "AccessSecretVersion": Method(api.AccessSecretVersionRequest, self._access),
            "GetSecretVersion": Method(api.GetSecretVersionRequest, self._get),
        }

    def _access(self, request: api.AccessSecretVersionRequest) -> api.AccessSecretVersionResponse:
        name, version = self._find(request.name)
        if not version.enabled:
            raise RefusalError(
                grpc.StatusCode.FAILED_PRECONDITION,
                f"Secret Version [{name}] is in DISABLED state.",
            )
        self.accessed.append(name)
        checksum = google_crc32c.value(version.payload) ^ int(self.corrupt)
        return api.AccessSecretVersionResponse(
            name=name, payload=api.SecretPayload(data=version.payload, data_crc32c=checksum)
        )

    def _get(self, request: api.GetSecretVersionRequest) -> api.SecretVersion:
        name, version = self._find(request.name)
        states = api.SecretVersion.State
        return api.SecretVersion(
            name=name, state=states.ENABLED if version.enabled else states.DISABLED
        )

    def _find(self, name: str) -> tuple[str, _Version]:
        """Return the version and its full name, `latest` replaced by a number."""
        match = VERSION_NAME.fullmatch(name)
        if match is None:
            raise RefusalError(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"The provided Secret Version ID [{name}] does not match the expected format "
                "[projects/*/secrets/*/versions/*]",
            )
        project, secret, alias = match.groups()
        versions = self._versions.get(secret, [])
        number = len(versions) if alias == "latest" else int(alias)
        if not 1 <= number <= len(versions):
            raise RefusalError(grpc.StatusCode.NOT_FOUND, _not_found(project, secret, alias))
        return f"projects/{project}/secrets/{secret}/versions/{number}", versions[number - 1]


def _not_found(project: str, secret: str, alias: str) -> str:
    parent = f"projects/{project}/secrets/{secret}"
    if alias == "latest":
        return f"Secret [{parent}] not found or has no versions."
    return f"Secret Version [{parent}/versions/{alias}] not found."
