"""Where the functions are that are looked at, and which revision has to answer there."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conteur.settings import Environment
from scripts.local.ports import HOST
from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.site import Site
from scripts.ops.place import stack_folder
from scripts.ops.traffic import run
from scripts.ops.traffic.platform import Platform, ServiceState

NEEDED = ("generate_story", "delete_my_data", "health")
STORE = "store_api"
_PROJECT = "firebase.json"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A function: its URL, and the revision that has to answer; empty where any may."""

    url: str
    revision: str = ""


Endpoints = Mapping[str, Endpoint]
"""By the functions' names."""


@dataclass(frozen=True, slots=True)
class Aimed:
    """What is looked at. `untried` are functions that have the tag, and that nothing looks at."""

    endpoints: Endpoints
    untried: tuple[str, ...] = ()


def find_endpoints(site: Site, tag: str = "", port: int = 0) -> Aimed:
    """Return where the functions are. Raises OperationError or PlaceError.

    With a traffic `tag`, where its revisions are; `port` is the functions emulator's, if known.
    """
    if site.name == Environment.LOCAL:
        return Aimed(local_endpoints(site, tag, port))
    with run.connected(site.run(), region=site.region) as platform:
        return of_platform(platform, site, tag)


def of_platform(platform: Platform, site: Site, tag: str) -> Aimed:
    """Return where Cloud Run has the functions. Raises OperationError.

    A function without the tag is not on trial: it is called as everybody calls it. Where only
    functions that no check calls have the tag, that is so of all.
    """
    states = {name: platform.service(name) for name in (*NEEDED, STORE)}
    found = {name: state for name, state in states.items() if state is not None}
    if missing := [name for name in NEEDED if name not in found]:
        raise RefusedError(
            f"{site.label} has no {', '.join(missing)}, so there is nothing to validate. Deploy "
            f"first: scripts/deploy {site.name}."
        )
    untried = _untried(platform, site, tag) if tag else ()
    if tag and not untried and not any(tag in state.split.tags for state in found.values()):
        raise RefusedError(
            f"{site.label} has no revision with the tag {tag}. Leave out --tag, or look with "
            f"`gcloud run services describe generate-story --project {site.project}`."
        )
    return Aimed({name: _endpoint(state, tag) for name, state in found.items()}, untried)


def told_untried(names: Collection[str]) -> str:
    """Return what a validation says nothing of."""
    return f"{', '.join(names)}: no check calls them, so their new revisions are not tried"


def _untried(platform: Platform, site: Site, tag: str) -> tuple[str, ...]:
    others = [name for name in site.functions if name not in (*NEEDED, STORE)]
    states = {name: platform.service(name) for name in others}
    return tuple(name for name, state in states.items() if state and tag in state.split.tags)


def _endpoint(state: ServiceState, tag: str) -> Endpoint:
    if tag in state.tag_urls and tag in state.split.tags:
        return Endpoint(state.tag_urls[tag], state.split.tags[tag])
    return Endpoint(state.url)


def local_endpoints(site: Site, tag: str, port: int) -> Endpoints:
    """Return where the functions emulator has them. Raises RefusedError or PlaceError."""
    if tag:
        raise RefusedError("The local stack has no traffic tags: leave out --tag.")
    config = json.loads((stack_folder(site.environ, _PROJECT) / _PROJECT).read_text())
    found = int(config["emulators"]["functions"]["port"])
    if port not in {0, found}:
        raise RefusedError(
            f"The local stack has its functions on port {found}, not {port}. Name `local`, or set "
            "FIRESTORE_EMULATOR_HOST to the one of the stack that is meant."
        )
    base = f"http://{HOST}:{found}/{site.project}/{site.region}"
    return {name: Endpoint(f"{base}/{name}") for name in (*NEEDED, STORE)}
