"""What Cloud Functions takes as a function, and what it refuses.

https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#Function
"""

import re
from collections.abc import Mapping
from typing import Any

from scripts.local.standins.google_rest.frame import Body
from scripts.local.standins.google_rest.reading import fields, invalid

NAME = re.compile(r"projects/[a-z0-9-]+/locations/[a-z0-9-]+/functions/[a-z][a-zA-Z0-9_-]{0,62}")
RUNTIMES = frozenset(("python310", "python311", "python312", "python313", "python314"))
_BUILD: dict[str, type] = {
    "runtime": str,
    "entryPoint": str,
    "source": dict,
    "environmentVariables": dict,
    "sourceToken": str,
}
_SERVICE: dict[str, type] = {
    "environmentVariables": dict,
    "secretEnvironmentVariables": list,
    "ingressSettings": str,
    "timeoutSeconds": int,
    "serviceAccountEmail": str,
    "availableMemory": str,
    "availableCpu": str,
    "minInstanceCount": int,
    "maxInstanceCount": int,
    "maxInstanceRequestConcurrency": int,
    "vpcConnector": str,
    "vpcConnectorEgressSettings": str,
    "allTrafficOnLatestRevision": bool,
}
_LABEL = re.compile(
    r"[a-z][a-z0-9_-]{0,62}=[a-z0-9_-]{0,63}"
)  # https://cloud.google.com/compute/docs/labeling-resources
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEMORY = re.compile(r"[1-9]\d*(?:Mi|Gi|M|G)")
_MOST_SECONDS, _MOST_AT_ONCE = 3600, 1000
_RESERVED = ("X_GOOGLE_", "K_SERVICE", "K_REVISION", "K_CONFIGURATION", "PORT")


def check(function: Body) -> Body:
    """Return a function as it is kept. Raises RestRefusalError for what is none."""
    read = fields(function, name=str, buildConfig=dict, serviceConfig=dict, labels=dict)
    if not NAME.fullmatch(read.get("name", "")):
        raise invalid(f"Invalid function name: {read.get('name')!r}.")
    for key, value in read.get("labels", {}).items():
        if not _LABEL.fullmatch(f"{key}={value}"):
            raise invalid(f"Invalid label: {key}={value}.")
    build, service = read.get("buildConfig", {}), read.get("serviceConfig", {})
    return {**read, "buildConfig": _build(build), "serviceConfig": _service(service)}


def _build(build: Body) -> Body:
    read = fields(build, **_BUILD)
    if read.get("runtime") not in RUNTIMES:
        raise invalid(f"Unsupported runtime: {read.get('runtime')!r}.")
    if not _VARIABLE.fullmatch(read.get("entryPoint", "")):
        raise invalid(f"Invalid entry point: {read.get('entryPoint')!r}.")
    storage = read.get("source", {}).get("storageSource", {})
    if not storage.get("bucket") or not storage.get("object"):
        raise invalid("build_config.source must be set.")
    return read


def _service(service: Body) -> Body:
    """Check numbers and variables.

    Several requests at once take a CPU at least:
    https://cloud.google.com/run/docs/about-concurrency#maximum-concurrency
    """
    read = fields(service, **_SERVICE)
    _variables(read.get("environmentVariables", {}))
    if not _MEMORY.fullmatch(read.get("availableMemory", "256M")):
        raise invalid(f"Invalid memory: {read['availableMemory']!r}.")
    _between(read, "timeoutSeconds", 1, _MOST_SECONDS)
    _between(read, "maxInstanceRequestConcurrency", 1, _MOST_AT_ONCE)
    _between(read, "maxInstanceCount", 0, _MOST_AT_ONCE)
    at_once = read.get("maxInstanceRequestConcurrency", 1)
    if at_once > 1 and float(read.get("availableCpu", "1")) < 1:
        raise invalid("Total cpu < 1 is not supported with concurrency > 1.")
    return read


def _variables(variables: Mapping[str, Any]) -> None:
    """Check names and values. https://cloud.google.com/functions/docs/configuring/env-var."""
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name) or name.startswith(_RESERVED):
            raise invalid(f"Environment variable name {name!r} is reserved or invalid.")
        if not isinstance(value, str):
            raise invalid(f"Invalid value at 'environment_variables[{name}]' (TYPE_STRING)")


def _between(read: Body, name: str, least: int, most: int) -> None:
    if not least <= read.get(name, least) <= most:
        raise invalid(f"{name} must be between {least} and {most}.")


def masked(kept: Body, sent: Body, mask: str) -> Body:
    """Return `kept` with what the mask names taken from `sent`; a name that it lacks is removed.

    https://google.aip.dev/161. Raises RestRefusalError for an empty mask.
    """
    if not mask:
        raise invalid("update_mask must not be empty.")
    made = kept
    for path in mask.split(","):
        made = _with(made, sent, path.split("."))
    return made


def _with(kept: Body, sent: Body, path: list[str]) -> Body:
    name, *rest = path
    if rest:
        return {**kept, name: _with(kept.get(name) or {}, sent.get(name) or {}, rest)}
    without = {key: value for key, value in kept.items() if key != name}
    return {**without, name: sent[name]} if name in sent else without
