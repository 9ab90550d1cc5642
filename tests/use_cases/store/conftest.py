"""What every test of the store's use cases begins with."""

import pytest

from tests.store_world import StoreWorld


@pytest.fixture
def world() -> StoreWorld:
    return StoreWorld()


@pytest.fixture
def ready(world: StoreWorld) -> StoreWorld:
    """Return a world whose Alice has done all that is required of her."""
    world.open_gate()
    return world
