"""A user with twenty apps that ask again and again, and two stories that may be told at once."""

import itertools
import threading
from collections.abc import Iterator

import pytest

from tests.crashes.calls import reason
from tests.crashes.fleet import Fleet, fleet
from tests.crashes.world import Database
from tests.issuer import Issuer

pytestmark = pytest.mark.server

APPS, AT_ONCE, ENDS = 20, 2, 5
PATIENCE_SECONDS = 60.0


class Hammering:
    """All apps of one user, which call at once in rounds; the test ends the stories.

    A call is over for its round when it is answered, or when the model is asked for its story.
    """

    def __init__(self, instances: Fleet) -> None:
        self.told: list[threading.Event] = []
        self._instances = instances
        self._happened = instances.model.begun
        self._urls = itertools.cycle(instances.urls)

    def round(self) -> int:
        """Have every app call, and return how many were let in; all others are refused alike."""
        for _ in range(APPS):
            threading.Thread(target=self._call, args=(next(self._urls),)).start()
        happened = [self._happened.get(timeout=PATIENCE_SECONDS) for _ in range(APPS)]
        let_in = [event for event in happened if isinstance(event, threading.Event)]
        refused = [event for event in happened if not isinstance(event, threading.Event)]
        assert {reason(answer) for answer in refused} <= {"CONCURRENCY"}
        self.told += let_in
        return len(let_in)

    def end_one(self) -> None:
        """End the story that was begun first, and see that its app gets it."""
        self.told.pop(0).set()
        answer = self._happened.get(timeout=PATIENCE_SECONDS)
        assert isinstance(answer, dict)
        assert "result" in answer

    def _call(self, url: str) -> None:
        self._happened.put(self._instances.instances[0].new_call("somebody").ask(url))


@pytest.fixture(scope="module", params=[1, 3], ids=["one instance", "three instances"])
def instances(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    issuer: Issuer,
    data: Database,
) -> Iterator[Fleet]:
    data.wipe()
    folder = tmp_path_factory.mktemp("hammering")
    with fleet(folder, issuer, data, request.param, QUOTA_STORIES_AT_ONCE=str(AT_ONCE)) as served:
        yield served


def test_hammering_neither_lets_in_nor_keeps_out(instances: Fleet) -> None:
    """However many calls are refused, each story that ends lets in one more, and no call two."""
    apps = Hammering(instances)
    assert apps.round() == AT_ONCE
    for _ in range(ENDS):
        assert apps.round() == 0
        apps.end_one()
        assert apps.round() == 1
    while apps.told:
        apps.end_one()
    ledger = instances.database.ledger()
    assert ledger.faults() == []
    assert ledger.states == {"COMPLETED": AT_ONCE + ENDS}
