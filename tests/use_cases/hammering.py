"""Callers of one user who ask again at once, on several instances over one store."""

import random
import uuid
from dataclasses import replace

from conteur.domain.quota import Limits, QuotaRule
from conteur.errors import QuotaError
from conteur.use_cases.admit_story import Admitted
from tests.fake_store import FakeStore
from tests.fakes import FakeClock
from tests.stories import FINISHED
from tests.use_cases.conftest import REQUEST, StoryWorld
from tests.use_cases.simulation import Simulation

AT_ONCE = 2
CALLERS = 20
INSTANCES = 3
NETWORK_SECONDS = 0.02  # one way, between a caller and an instance, on the average
STORE_SECONDS = 0.01  # one way, between an instance and the store, on the average


class Hammering:
    """Stories of `story_seconds`, asked for during `window` seconds.

    A caller who is refused asks again at once, wherever the call is led to.
    """

    def __init__(self, story_seconds: float, window: float, seed: int = 1) -> None:
        self._clock = FakeClock()
        self._simulation = Simulation(self._clock)
        self._store = FakeStore(on_call=self._reach_store, on_answer=self._reach_store)
        self._instances = [self._instance() for _ in range(INSTANCES)]
        self._chance = random.Random(seed)  # noqa: S311 - it leads calls, and guards nothing
        self._seconds = story_seconds
        self._window = window
        self._end = self._clock.seconds + window
        self._told_seconds = 0.0
        self._at_once = 0
        self.most_at_once = 0

    def share(self) -> float:
        """Have everybody call, and return how much of what the limit allows was made use of.

        It is the time within the window that stories were told, over that of all places.
        """
        for _ in range(CALLERS):
            self._simulation.start(self._keep_calling)
        self._simulation.run()
        return self._told_seconds / (AT_ONCE * self._window)

    def _instance(self) -> StoryWorld:
        world = StoryWorld(self._clock, self._store)
        world.quota = QuotaRule(signed_in=Limits(stories_a_day=100_000, at_once=AT_ONCE))
        return world

    def _reach_store(self, _method: str) -> None:
        self._wait(STORE_SECONDS)

    def _wait(self, average: float) -> None:
        # Equal waits would keep the callers in step, so that their claims never met.
        self._simulation.wait(average * self._chance.uniform(0.5, 1.5))

    def _keep_calling(self) -> None:
        while self._clock.seconds < self._end:
            self._wait(NETWORK_SECONDS)
            self._call(self._chance.choice(self._instances))
            self._wait(NETWORK_SECONDS)

    def _call(self, instance: StoryWorld) -> None:
        request_id = str(uuid.UUID(int=self._chance.getrandbits(128)))
        try:
            admitted = instance.admit()(instance.order(replace(REQUEST, request_id=request_id)))
        except QuotaError:
            return
        assert isinstance(admitted, Admitted)
        self._tell(instance, admitted)

    def _tell(self, instance: StoryWorld, admitted: Admitted) -> None:
        began = self._clock.seconds
        with instance.door.telling("alice", admitted.lease.story_id, instance.quota.signed_in):
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._simulation.wait(self._seconds)
            self._at_once -= 1
            self._store.complete(admitted.lease, FINISHED, 1.0)
        self._told_seconds += max(0.0, min(self._end, began + self._seconds) - began)
