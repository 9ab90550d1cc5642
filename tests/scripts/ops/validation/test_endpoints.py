"""Where the functions are, and which revision has to answer."""

from collections.abc import Mapping
from typing import cast

import pytest

from scripts.ops.operations.errors import RefusedError
from scripts.ops.operations.site import Site
from scripts.ops.traffic.platform import Platform, ServiceState
from scripts.ops.traffic.split import CANARY, all_on
from scripts.ops.validation.endpoints import NEEDED, Aimed, Endpoint, of_platform, told_untried
from tests.scripts.ops.validation.world import ROOT

SITE = Site(ROOT, "staging", "demo-conteur-staging", {})
NEW = "generate-story-00002"
EVERYBODYS = {name: Endpoint(f"https://{name}") for name in NEEDED}


def state(function: str, tagged: str = "") -> ServiceState:
    """Return a service, one of whose revisions may have the tag of a canary."""
    name = f"{function.replace('_', '-')}-00001"
    tags = {CANARY: tagged} if tagged else {}
    url = f"https://{function}"
    urls = {CANARY: f"https://canary---{function}"} if tagged else {}
    return ServiceState(function, url, "1", all_on(name, tags), {name: 100}, urls, name, name)


class Deployed:
    """A Platform that has these services."""

    def __init__(self, *states: ServiceState) -> None:
        self._states: Mapping[str, ServiceState] = {each.function: each for each in states}

    def service(self, function: str) -> ServiceState | None:
        return self._states.get(function)


def platform(*states: ServiceState) -> Platform:
    return cast("Platform", Deployed(*states))


def test_what_everybody_gets() -> None:
    """Without a tag the services' own URLs are called, and any revision may answer."""
    found = of_platform(platform(*map(state, NEEDED)), SITE, "")
    assert found.endpoints == EVERYBODYS


def test_a_tag() -> None:
    """With a tag its own URL is called, and its revision has to answer; others are as ever."""
    states = [state("generate_story", NEW), state("delete_my_data"), state("health")]
    found = of_platform(platform(*states), SITE, CANARY)
    assert found.endpoints["generate_story"] == Endpoint("https://canary---generate_story", NEW)
    assert found.endpoints["health"] == Endpoint("https://health")
    assert found.untried == ()


def test_a_tag_of_what_nothing_calls() -> None:
    """Where only such functions have the tag, all is as everybody gets it, and that is said."""
    found = of_platform(
        platform(*map(state, NEEDED), state("tend_store", "tend-store-00002")), SITE, CANARY
    )
    assert found == Aimed(EVERYBODYS, ("tend_store",))
    assert told_untried(found.untried).startswith("tend_store: no check calls them")


def test_nothing_has_the_tag() -> None:
    """A tag that no function has is refused: it would be a validation of something else."""
    with pytest.raises(RefusedError, match="no revision with the tag canary"):
        of_platform(platform(*map(state, NEEDED)), SITE, CANARY)


def test_nothing_is_deployed() -> None:
    """Before the first deploy whoever asks is told to deploy."""
    with pytest.raises(RefusedError, match="no generate_story, delete_my_data, health"):
        of_platform(platform(), SITE, "")
