"""Two sweeps at once, over many stories of which a good part is dead."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from conteur.use_cases.sweep_stories import Swept
from tests.adapters.stored import CHARGE
from tests.crashes.world import Database
from tests.measures.population import Population

pytestmark = pytest.mark.server

DEAD, ALIVE, ENDED = 1000, 100, 1900


@pytest.fixture(scope="module")
def swept(data: Database) -> tuple[Swept, Swept]:
    """Sweep twice at once."""
    Population(DEAD, ALIVE, ENDED).load(data.store.client)
    with ThreadPoolExecutor() as sweeps:
        one, other = sweeps.submit(data.sweep), sweeps.submit(data.sweep)
        return one.result(), other.result()


def test_each_story_is_ended_once(swept: tuple[Swept, Swept]) -> None:
    """Each dead story is ended by one of the sweeps, and none by both."""
    assert sum(sweep.ended for sweep in swept) == DEAD
    assert all(sweep.complete for sweep in swept)


def test_each_charge_is_given_back_once(data: Database, swept: tuple[Swept, Swept]) -> None:
    """The counters hold what the living stories hold, and nothing else has moved."""
    del swept
    ledger = data.ledger()
    assert ledger.states == {"PROCESSING": ALIVE, "FAILED": DEAD, "COMPLETED": ENDED}
    assert (ledger.total("stories"), ledger.total("running")) == (ALIVE, ALIVE)
    assert ledger.total("reservedMicros") == (DEAD + ALIVE) * CHARGE.micros
    assert ledger.total("givenBackMicros") == DEAD * CHARGE.micros


def test_a_third_sweep_finds_nothing(data: Database, swept: tuple[Swept, Swept]) -> None:
    """What was swept is out of the index."""
    del swept
    third = data.sweep()
    assert (third.ended, third.changed) == (0, 0)
