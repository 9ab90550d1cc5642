"""What tests of telemetry share."""

from collections.abc import Iterator

import pytest

from tests.telemetry.flushing_world import Instance


@pytest.fixture
def instance() -> Iterator[Instance]:
    """Make an instance; what it has not sent is sent at the end."""
    made = Instance()
    yield made
    made.sink.open.set()
    made.flusher.close()
