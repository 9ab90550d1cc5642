"""An operator, and the Firestore emulator that they work on."""

from collections.abc import Iterator

import pytest

from tests.adapters.firestore_relay import new_project, store_at
from tests.scripts.ops.config_operator import Operator


@pytest.fixture
def ada(
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Operator]:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    with store_at(firestore_host, project := new_project()) as store:
        yield Operator(project, store, capsys)
