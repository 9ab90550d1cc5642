"""A log to look around in."""

from collections.abc import Iterator

import pytest

from .logged import Logged, logging


@pytest.fixture
def logged() -> Iterator[Logged]:
    with logging() as made:
        yield made
