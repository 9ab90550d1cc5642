"""The measures run, and count what they say."""

import pytest

from tests.measures import contention, sweep
from tests.measures.population import Population

pytestmark = pytest.mark.server


def test_the_sweep_is_measured(firestore_host: str) -> None:
    """The first sweep ends what is dead, with a commit each; the last one finds nothing."""
    first, last = sweep.measure(firestore_host, Population(dead=40, alive=10, ended=250))
    assert (first.swept.ended, first.commits.count) == (40, 40)
    assert (last.swept.ended, last.queries.count, last.commits.count) == (0, 16, 0)


def test_contention_is_measured(firestore_host: str) -> None:
    """Each round tells all stories over each number of shards, and a table compares them."""
    loads = [contention.Load(threads=4, stories=12, shards=shards) for shards in (1, 16)]
    figures = contention.rounds(firestore_host, loads, count=2)
    assert [[one.told for one in figures[load]] for load in loads] == [[12, 12], [12, 12]]
    assert len(list(contention.table(figures))) == 2
