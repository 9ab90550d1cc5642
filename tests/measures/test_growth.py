"""The measure of growth: what it fills a database with, what it does there, and what it tells."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.error import HTTPError

import pytest

from tests.crashes.world import Database, database
from tests.measures.crowd import CROWDS, MANY_USERS, ONE_USER
from tests.measures.growing_operations import newest
from tests.measures.growth import Step, growing, measure, sizes, table

COSTS = {"generate": {"writes": 6}, "list": {"documents": 20}}
STEP = Step(100, 1.0, {"list": 10.0}, COSTS)


@pytest.fixture
def data(firestore_host: str) -> Iterator[Database]:
    with database(firestore_host) as empty:
        yield empty


@pytest.mark.server
@pytest.mark.parametrize("whose", CROWDS)
def test_a_crowd_is_what_the_adapters_would_have_left(data: Database, whose: str) -> None:
    """Every story is completed, and counted as its user's and in the budget."""
    CROWDS[whose].grow(data, range(30))
    CROWDS[whose].grow(data, range(30, 45))
    ledger = data.ledger()
    assert ledger.faults() == []
    assert ledger.states == {"COMPLETED": 45 + len(("the one that was copied", "twice"))}


@pytest.mark.server
def test_a_crowd_is_of_one_user_or_of_many(data: Database) -> None:
    """Twenty stories are one user's and the next ones another's, or all are the same user's."""
    MANY_USERS.grow(data, range(45))
    whose = Counter(path.split("/")[1] for path in data.ledger().stories)
    assert whose == {"user-0": 20, "user-1": 20, "user-2": 5, "alice": 1}
    assert {ONE_USER.uid(number) for number in (0, 45, 999_999)} == {"user-0"}


@pytest.mark.server
def test_an_app_lists_its_users_newest_stories(data: Database) -> None:
    """The list is that of an app: the newest first, twenty at most."""
    ONE_USER.grow(data, range(45))
    names = [each["document"]["name"] for each in newest(data, "user-0")]
    assert [int(name.rpartition("/")[2]) for name in names] == [*range(44, 24, -1)]


@pytest.mark.server
def test_an_app_cannot_list_somebody_elses(data: Database) -> None:
    """The list that is measured went through the rules."""
    with pytest.raises(HTTPError, match="403"):
        newest(data, "user-0", reader="user-1")


@pytest.mark.server
@pytest.mark.parametrize("whose", CROWDS)
def test_what_is_done_costs_the_same_at_each_size(firestore_host: str, whose: str) -> None:
    """A story, a list, the counters and a sweep cost as many calls and documents as before."""
    first, last = measure(firestore_host, CROWDS[whose], most=1_000, rounds=1)
    assert (first.stories, last.stories) == (100, 1_000)
    assert first.costs == last.costs
    assert first.costs == {
        "generate": {"Commit": 2, "writes": 6},
        "list": {"RunQuery": 1, "documents": 20},
        "quota": {"BatchGetDocuments": 1, "documents": 1},
        "budget": {"RunQuery": 1, "documents": 16},
        "sweep": {"Commit": 20, "RunQuery": 16, "documents": 20, "writes": 60},
    }


def test_a_cost_that_grows_is_told() -> None:
    """The table says which operation does not cost the same, and what it costs at each size."""
    grown = replace(STEP, stories=1_000, costs={**COSTS, "list": {"documents": 200}})
    lines = list(table([STEP, grown]))
    assert "generate costs the same at every size: {'writes': 6}" in lines
    assert "list does not cost the same: [{'documents': 20}, {'documents': 200}]" in lines
    assert growing([STEP, grown]) == {"list"}
    assert growing([STEP, STEP]) == set()


def test_times_are_told_against_the_smallest_size() -> None:
    """Each part has its milliseconds, and how many times the first size's they are."""
    slower = replace(STEP, stories=1_000, milliseconds={"list": 25.0})
    [line] = [line.split() for line in table([STEP, slower]) if "ms" in line]
    assert line == ["list", "10.00", "ms", "1.00", "25.00", "ms", "2.50"]


def test_the_sizes_are_powers_of_ten() -> None:
    """Nothing larger is filled than was asked for."""
    assert list(sizes(20_000)) == [100, 1_000, 10_000]
