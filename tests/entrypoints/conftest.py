"""What tests of entry points share."""

import pytest

from tests.entrypoints.store_world import World


@pytest.fixture
def world() -> World:
    return World()
