"""A Cloud Run with two revisions of a function, and our adapter of it."""

from collections.abc import Iterator

import pytest

from scripts.ops.traffic.run import CloudRunPlatform

from .cloud import Cloud, served


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with served() as made:
        made.deploy()
        made.deploy()
        yield made


@pytest.fixture
def platform(cloud: Cloud) -> Iterator[CloudRunPlatform]:
    with cloud.platform() as made:
        yield made
