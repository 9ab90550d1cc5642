"""The measure of several instances: what it has them do, and what it holds against them."""

import asyncio
from dataclasses import replace

import pytest

from tests.issuer import Issuer
from tests.measures import instances
from tests.measures.instances import Figures, table

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def figures(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Figures:
    folder = tmp_path_factory.mktemp("instances")
    return asyncio.run(instances.measure(firestore_host, issuer, folder, size=2, stories=20))


def test_each_story_is_told_once(figures: Figures) -> None:
    """Also the tenth of them that both instances were asked for at the same moment."""
    assert figures.stories == 20
    assert figures.faults == []


def test_both_instances_tell(figures: Figures) -> None:
    """The load is shared: a call goes to the instance that has least to do."""
    assert len(figures.shares) == 2
    assert sum(figures.shares) == pytest.approx(1)
    assert min(figures.shares) > 0.25


def test_firestore_is_called_as_often_as_by_one_instance(figures: Figures) -> None:
    """Two commits a story, and for each that was asked for twice a claim in vain and a look."""
    assert figures.a_story("Commit") == 2 + 2 / 20
    assert figures.a_story("writes") == 6 + 6 / 20
    assert figures.a_story("BatchGetDocuments") == 2 / 20


def test_what_is_not_exact_is_told(figures: Figures) -> None:
    """The table says that all is well only where it is."""
    well = "   each story told, kept, charged and counted once"
    assert well in table([figures])
    assert well not in table([replace(figures, faults=["a story too many"])])
