"""The measure of what a kill loses: it counts what it says."""

import asyncio
from pathlib import Path

import pytest

from tests.issuer import Issuer
from tests.measures.counters import Load, Loss, measure, table

BRIEF = Load("brief", stories=1, earliest=1.0, latest=2.0)


@pytest.mark.server
def test_kills_are_measured(tmp_path: Path, issuer: Issuer, firestore_host: str) -> None:
    """Of each instance it is known what was answered, counted and lost."""
    losses = asyncio.run(measure(firestore_host, issuer, tmp_path, BRIEF, kills=2))
    assert len(losses) == 2
    assert all(0 <= loss.counted < loss.answered for loss in losses)
    assert all(loss.seconds > 0 for loss in losses)


def test_table() -> None:
    """The medians and the most of all kills are told."""
    losses = [Loss(100, 90, 1.0), Loss(100, 80, 2.0), Loss(100, 40, 6.0)]
    (line,) = table(BRIEF, losses)
    assert line == (
        "brief: 3 kills, 300 calls answered; lost of each 20 calls (at most 60),"
        " those of the last 2.0 s (at most 6.0)"
    )
