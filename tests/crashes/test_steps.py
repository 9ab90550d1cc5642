"""That no step is forgotten: the list comes from the ports, and from what was really built."""

from collections.abc import Iterator

import pytest

from tests.crashes.orders import STEPS
from tests.crashes.scenarios import SCENARIOS
from tests.crashes.steps import EFFECTS, INNER, all_steps, methods, protocols
from tests.crashes.test_jobs import SAVE_STEPS, SWEEP_STEPS
from tests.crashes.world import Database, World, world
from tests.issuer import Issuer


@pytest.fixture(scope="module")
def mortal(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, data: Database
) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("steps"), issuer, data) as served:
        yield served


def test_each_port_is_known() -> None:
    """Whether a port's calls are seen outside the process was decided for every port."""
    assert {*EFFECTS, *INNER} == protocols()
    assert not {*EFFECTS} & {*INNER}


def test_each_step_has_a_scenario() -> None:
    """A process dies at each step that there is, and at no other one."""
    assert {scenario.step for scenario in SCENARIOS} | {*SWEEP_STEPS, *SAVE_STEPS} == all_steps()


@pytest.mark.server
def test_each_step_is_armed(mortal: World) -> None:
    """What the composition root builds has an adapter for each of these ports."""
    names = {f"{port.__name__}.{method}" for port in EFFECTS for method in methods(port)}
    assert set(mortal.post(STEPS)) == names
