"""A project whose Cloud Monitoring is empty, and one where everything is applied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scripts.ops.monitoring.monitored_project import TEAM, Monitored, monitored


@pytest.fixture
def empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Monitored]:
    with monitored(tmp_path, capsys, monkeypatch) as project:
        yield project


@pytest.fixture
def applied(empty: Monitored) -> Monitored:
    """Return a project to which all was applied, for a team that is reached by mail."""
    empty.set(**TEAM)
    empty.applied()
    empty.writes()
    return empty
