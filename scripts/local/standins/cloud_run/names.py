"""How things of Cloud Run are called: services, revisions, images, their URIs and versions."""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error

import grpc

from scripts.local.standins.artifact_registry import REPOSITORY, package
from scripts.local.standins.server import RefusalError

_PROJECT, _LOCATION = r"projects/[a-z0-9][a-z0-9:.-]*", r"locations/[a-z]+-[a-z]+[1-9]\d?"
# https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create
_SERVICE = r"services/[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?"
LOCATION_NAME = re.compile(f"{_PROJECT}/{_LOCATION}")
SERVICE_NAME = re.compile(f"{LOCATION_NAME.pattern}/{_SERVICE}")
REVISION_NAME = re.compile(rf"{SERVICE_NAME.pattern}/revisions/[a-z][a-z0-9-]*[a-z0-9]")
_SUFFIX = "loc"


def service_name(project: str, region: str, function: str) -> str:
    """Return the resource's name of a function's service."""
    return f"projects/{project}/locations/{region}/services/{function.replace('_', '-')}"


def own(name: str) -> str:
    """Return what a resource is called below its parent."""
    return name.rpartition("/")[2]


def revision_id(service: str, number: int) -> str:
    """Return what a service's nth revision is called: `generate-story-00001-loc`.

    Cloud Run draws the three letters; these are the ones that the local log has too.
    """
    return f"{service}-{number:05d}-{_SUFFIX}"


def image_uri(revision: str) -> str:
    """Return the image of a revision of a function, which has its name from a build's content."""
    _, project, _, region, _, service, *_ = revision.split("/")
    digest = hashlib.sha256(revision.encode()).hexdigest()
    name = package(project, region, service.replace("-", "_"))
    return f"{region}-docker.pkg.dev/{project}/{REPOSITORY}/{name}@sha256:{digest}"


def cloud_address(service: str, tag: str) -> str:
    """Return the URI of a service, or of one of its tags, in the form that can be foretold.

    https://cloud.google.com/run/docs/triggering/https-request#deterministic
    """
    _, project, _, region, _, name = service.split("/")
    number = int(hashlib.sha256(project.encode()).hexdigest(), 16) % 10**12
    return f"https://{f'{tag}---' if tag else ''}{name}-{number}.{region}.run.app"


def etag_of(name: str, version: int) -> str:
    """Return the etag of a resource's version, which is a number of microseconds."""
    return f'"{b64encode(f"{version} {name}".encode()).decode()}"'


def conflict(name: str, asked: str, current: str) -> RefusalError:
    """Return the refusal of a change to what has been changed since it was read.

    https://google.aip.dev/154; the words of the real service, as a client knows it by them:
    https://github.com/altipla-consulting/wave (`wave deploy`).
    """
    message = f"Conflict for resource '{own(name)}': version '{_version(asked)}' was specified"
    return RefusalError(
        grpc.StatusCode.ABORTED, f"{message} but current version is '{_version(current)}'."
    )


def not_found(name: str) -> RefusalError:
    """Return the refusal of a name that nothing has, in the words of the real service.

    https://github.com/GoogleCloudPlatform/generative-ai/issues/1795
    """
    kind = "REVISION" if "/revisions/" in name else "SERVICE"
    project, region = name.split("/")[1], name.split("/")[3]
    message = f"Resource '{own(name)}' of kind '{kind}' in region '{region}' in project '{project}'"
    return RefusalError(grpc.StatusCode.NOT_FOUND, f"{message} does not exist.")


def _version(etag: str) -> str:
    try:
        return b64decode(etag.strip('"'), validate=True).decode().partition(" ")[0]
    except (Error, UnicodeDecodeError):
        return etag
