"""The networks' stories as one instance knows them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, repeat

import pytest

from conteur.domain.network import network_hash, prefix_of
from conteur.errors import DeadlineError, NetworkQuotaError, Phase
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import NETWORK_SYNCS
from conteur.use_cases.network_watch import EXCHANGE_EVERY_SECONDS, MOST_NETWORKS, NetworkWatch
from tests.fakes import FakeClock
from tests.guard_fakes import FakeNetworks

ADDRESS, NEIGHBOUR, ELSEWHERE = "8.8.4.4", "8.8.4.5", "9.9.9.9"
TODAY, TOMORROW = "2026-01-01", "2026-01-02"
SECONDS_TO_MIDNIGHT = 86_400 - 1000
DOWN = DeadlineError("slow", Phase.ADMISSION)


def named(address: str, day: str = TODAY) -> str:
    """Return the name under which the store counts the address's network."""
    return network_hash(prefix_of(address), f"salt of {day}".encode())


class World:
    """One instance; another may share its clock and its store."""

    def __init__(self, of: "World | None" = None) -> None:
        self.clock: FakeClock = of.clock if of else FakeClock()
        self.networks: FakeNetworks = of.networks if of else FakeNetworks()
        self.meter = Aggregate()
        self._numbers = count()
        self.background: list[Callable[[], None]] = []
        self.watch = NetworkWatch(self.networks, self.clock, self.background.append, self.meter)

    def run(self) -> None:
        """Run what is to run beside the calls."""
        while self.background:
            self.background.pop(0)()

    def ready(self) -> "World":
        """Have the day's salt known here, and the address's first total."""
        self.watch.refusal(ADDRESS, 1)
        self.run()
        self.watch.refusal(ADDRESS, 1)
        self.run()
        return self

    def tell(self, stories: int, address: str = ADDRESS) -> None:
        for _ in range(stories):
            self.watch.count(address)

    def exchange(self, address: str = ADDRESS) -> None:
        """Have a call find the last exchange old, and wait for the next one."""
        self.clock.advance(EXCHANGE_EVERY_SECONDS)
        self.watch.refusal(address, 1)
        self.run()

    def crowd(self, networks: int) -> None:
        """Have as many other networks call, none of which has called before."""
        for number in (next(self._numbers) for _ in range(networks)):
            self.watch.refusal(f"11.{number // 256}.{number % 256}.1", 9)

    def syncs(self) -> dict[tuple[str, ...], object]:
        series = self.meter.snapshot().series
        return {each.labels: each.value for each in series if each.metric is NETWORK_SYNCS}


@pytest.fixture
def world() -> World:
    return World().ready()


def test_a_network_may_have_its_stories(world: World) -> None:
    """The last story of the limit is told, and no other, to nobody of the network."""
    world.tell(2)
    assert world.watch.refusal(ADDRESS, 3) is None
    world.tell(1)
    assert isinstance(world.watch.refusal(NEIGHBOUR, 3), NetworkQuotaError)
    assert world.watch.refusal(ELSEWHERE, 3) is None


def test_a_refusal_lasts_until_midnight(world: World) -> None:
    """Who is refused may come back when the next day begins, UTC's."""
    world.tell(1)
    refused = world.watch.refusal(ADDRESS, 1)
    assert refused is not None
    assert refused.retry_after_seconds == SECONDS_TO_MIDNIGHT


@pytest.mark.parametrize(("address", "limit"), [(ADDRESS, 0), ("", 1), ("10.0.0.1", 1)])
def test_nothing_to_limit(world: World, address: str, limit: int) -> None:
    """No limit, no address and a private one all pass, and the store hears of none of them."""
    world.tell(5)
    before = len(world.networks.exchanges)
    world.clock.advance(EXCHANGE_EVERY_SECONDS)
    assert world.watch.refusal(address, limit) is None
    assert (len(world.background), len(world.networks.exchanges)) == (0, before)


def test_no_call_waits_for_the_store() -> None:
    """Before the day's salt is here nobody is refused; it is asked for beside the calls, once."""
    world = World()
    assert [world.watch.refusal(ADDRESS, 1) for _ in range(3)] == [None] * 3
    world.watch.count(ADDRESS)
    assert (len(world.background), world.networks.salts) == (1, 0)


def test_the_others_stories_count(world: World) -> None:
    """After an exchange a network is refused for what it had from all instances."""
    other = World(world).ready()
    other.tell(2)
    other.exchange()
    assert world.watch.refusal(ADDRESS, 2) is None
    world.run()
    assert isinstance(world.watch.refusal(ADDRESS, 2), NetworkQuotaError)


def test_stories_go_to_the_store_together(world: World) -> None:
    """What was counted between two exchanges is one increment, of a name that tells nothing."""
    world.tell(4)
    world.exchange()
    assert world.networks.exchanges == [(named(ADDRESS), 0), (named(ADDRESS), 4)]
    assert world.networks.stories == {(TODAY, named(ADDRESS)): 4}


def test_five_seconds_between_exchanges(world: World) -> None:
    """However many calls there are, a network is exchanged every five seconds at most."""
    world.clock.advance(EXCHANGE_EVERY_SECONDS - 0.1)
    world.tell(3)
    world.watch.refusal(ADDRESS, 9)
    assert world.background == []
    world.clock.advance(0.1)
    world.tell(3)
    assert len(world.background) == 1


def test_one_exchange_at_a_time(world: World) -> None:
    """An exchange that is held up is not overtaken: two would send the same stories twice."""
    world.tell(1)
    for _ in range(3):
        world.clock.advance(EXCHANGE_EVERY_SECONDS)
        world.watch.refusal(ADDRESS, 9)
    assert len(world.background) == 1


def test_stories_during_an_exchange(world: World) -> None:
    """What is counted while an exchange is on its way stays counted here, and goes with the next.

    The total that comes back does not hold it.
    """
    world.tell(1)
    world.networks.on_add = lambda: world.tell(1)
    world.exchange()
    world.networks.on_add = lambda: None
    assert world.watch.refusal(ADDRESS, 2) is not None
    assert world.watch.refusal(ADDRESS, 3) is None
    world.exchange()
    assert world.networks.exchanges[-1] == (named(ADDRESS), 1)


def test_a_network_that_stays_away(world: World) -> None:
    """Stories of a network that calls no more go to the store with somebody else's call."""
    world.tell(2)
    world.exchange(ELSEWHERE)
    assert world.networks.stories[TODAY, named(ADDRESS)] == 2


def test_the_store_is_down(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """An instance goes on with what it knows, says so once an outage, and loses no story."""
    world.tell(1)
    world.networks.error = DOWN
    world.exchange()
    world.exchange()
    assert world.watch.refusal(ADDRESS, 2) is None
    assert world.watch.refusal(ADDRESS, 1) is not None
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["problem"]) == ("networks.unavailable", "slow")
    world.networks.error = None
    world.exchange()
    assert world.networks.stories[TODAY, named(ADDRESS)] == 1
    assert world.syncs() == {("done",): 3, ("failed",): 2}


def test_the_next_outage_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """After the store was back, it is news again that it is down."""
    for error in (DOWN, None, DOWN):
        world.networks.error = error
        world.exchange()
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_no_salt() -> None:
    """Where the salt cannot be read, everybody passes, and it is asked for every five seconds."""
    world = World()
    world.networks.error = DOWN
    for _ in range(3):
        world.tell(1)
        world.run()
        assert world.watch.refusal(ADDRESS, 1) is None
    assert world.networks.salts == 1
    world.exchange()
    assert (world.networks.salts, world.networks.exchanges) == (2, [])


def test_a_new_day(world: World) -> None:
    """Yesterday's stories count no more, and the new day has its own salt."""
    world.tell(1)
    world.clock.advance(SECONDS_TO_MIDNIGHT)
    world.ready()
    assert world.watch.refusal(ADDRESS, 1) is None
    assert world.networks.exchanges[-1] == (named(ADDRESS, TOMORROW), 0)


def test_yesterdays_exchange_ends_today(world: World) -> None:
    """What an exchange brings that began yesterday is no total of today's."""
    world.tell(2)
    world.clock.advance(SECONDS_TO_MIDNIGHT - 0.1)
    world.watch.refusal(ADDRESS, 9)
    world.clock.advance(0.1)
    world.ready()
    assert world.watch.refusal(ADDRESS, 1) is None
    assert world.networks.stories[TODAY, named(ADDRESS)] == 2


def test_memory_is_bounded(world: World) -> None:
    """The network that nobody has called from longest is forgotten, and asked for again."""
    world.tell(1)
    for others in (MOST_NETWORKS - 1, MOST_NETWORKS - 1):
        world.crowd(others)
        assert world.watch.refusal(ADDRESS, 1) is not None
    world.crowd(MOST_NETWORKS)
    assert world.watch.refusal(ADDRESS, 1) is None
    for _ in range(2):
        world.exchange()
    assert world.watch.refusal(ADDRESS, 1) is not None


def test_drop(world: World) -> None:
    """What is dropped is known again after an exchange, with what was not sent before."""
    world.tell(3)
    world.watch.drop()
    assert world.watch.refusal(ADDRESS, 1) is None
    world.exchange()
    world.exchange()
    assert world.watch.refusal(ADDRESS, 3) is not None
    assert world.networks.stories[TODAY, named(ADDRESS)] == 3


def test_many_callers_at_once() -> None:
    """Of eighty threads' stories none is lost, and none is sent twice."""
    world = World().ready()
    watch = NetworkWatch(world.networks, world.clock, lambda action: action(), world.meter)

    def call(_: object) -> None:
        world.clock.advance(1)
        watch.refusal(ADDRESS, 9)
        watch.count(ADDRESS)

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(call, repeat(None, 400)))
    world.clock.advance(EXCHANGE_EVERY_SECONDS)
    watch.refusal(ADDRESS, 9)
    assert world.networks.stories[TODAY, named(ADDRESS)] == 400
