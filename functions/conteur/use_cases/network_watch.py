"""What this instance knows of the networks that stories are asked for from."""

import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from conteur.domain.network import network_hash, prefix_of
from conteur.domain.quota import day_of, next_day
from conteur.errors import ConteurError, NetworkQuotaError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import NETWORK_SYNCS
from conteur.use_cases.guard_ports import Networks
from conteur.use_cases.ports import Background, Clock

EXCHANGE_EVERY_SECONDS = 5.0
EXCHANGE_SECONDS = 3.0
MOST_NETWORKS = 10_000


@dataclass(slots=True)
class _Network:
    name: str
    total: int = 0  # all instances' stories, as the store last told
    own: int = 0  # stories of this instance that are not in `total` yet
    begun: float = float("-inf")  # when its last exchange began
    exchanging: bool = False
    queued: bool = False


@dataclass(slots=True)
class _Day:
    name: str
    salt: bytes | None = None
    asked: float = float("-inf")
    asking: bool = False
    networks: OrderedDict[str, _Network] = field(default_factory=OrderedDict)
    unsent: deque[_Network] = field(default_factory=deque)


class NetworkWatch:
    """Counts stories by the client's network, under a name that the day's salt makes of it.

    No call waits for the store. A network's additions go there beside the calls, with the first
    call of anybody that finds its last exchange EXCHANGE_EVERY_SECONDS old, and what comes back
    is the total of all instances. So a network may have too many: what the others admit between
    two exchanges (eight seconds where one takes its whole time), what is admitted before the
    day's salt and the first total are here, and what an instance had not told when it ended.
    While the store is out of reach an instance goes on with what it knows.
    """

    def __init__(
        self, networks: Networks, clock: Clock, background: Background, meter: Aggregate
    ) -> None:
        self._networks = networks
        self._clock = clock
        self._background = background
        self._meter = meter
        self._lock = threading.Lock()
        self._day = _Day("")
        self._is_out = False

    def refusal(self, address: str, limit: int) -> NetworkQuotaError | None:
        """Return why nobody at `address` may have another story today, as far as is known.

        A limit of 0 is none, and an address that nobody has on the internet has none.
        """
        network = self._found(address) if limit else None
        if network is None:
            return None
        with self._lock:
            full = network.total + network.own >= limit
        return self._error() if full else None

    def count(self, address: str) -> None:
        """Count a story that was admitted."""
        network = self._found(address)
        if network is not None:
            with self._lock:
                network.own += 1
                _queue(self._day, network)

    def drop(self) -> None:
        """Forget all networks; what the store was not told yet is told it all the same."""
        with self._lock:
            self._day.networks.clear()

    def _found(self, address: str) -> _Network | None:
        """Return the address's network, exchanging what is due; None before there is a salt."""
        prefix = prefix_of(address)
        if not prefix:
            return None
        day = self._today()
        with self._lock:
            if day.salt is None:
                return None
            network = _kept(day, network_hash(prefix, day.salt))
            due = _begin_due(day, network, self._clock.monotonic())
        for each in due:
            self._background(context.outside(partial(self._exchange, day, each)))
        return network

    def _today(self) -> _Day:
        """Return the day, with a new salt asked for beside the calls while there is none."""
        name, now = day_of(self._clock.now()), self._clock.monotonic()
        with self._lock:
            if name != self._day.name:
                self._day = _Day(name)
            day = self._day
            if day.salt or day.asking or now < day.asked + EXCHANGE_EVERY_SECONDS:
                return day
            day.asking, day.asked = True, now
        self._background(context.outside(partial(self._ask_salt, day)))
        return day

    def _ask_salt(self, day: _Day) -> None:
        try:
            salt = self._networks.salt(day.name, EXCHANGE_SECONDS)
        except ConteurError as error:
            self._ended(error)
        else:
            with self._lock:
                day.salt = salt
            self._ended()
        finally:
            with self._lock:
                day.asking = False

    def _exchange(self, day: _Day, network: _Network) -> None:
        with self._lock:
            sent = network.own
        try:
            total = self._networks.add(day.name, network.name, sent, EXCHANGE_SECONDS)
        except ConteurError as error:
            self._ended(error)
        else:
            with self._lock:
                network.total = total
                network.own -= sent
            self._ended()
        finally:
            with self._lock:
                network.exchanging = False
                _queue(day, network)

    def _ended(self, error: ConteurError | None = None) -> None:
        """Count an exchange, and log the first one that fails of an outage."""
        self._meter.count(NETWORK_SYNCS, result="failed" if error else "done")
        with self._lock:
            is_new, self._is_out = bool(error) and not self._is_out, bool(error)
        if error and is_new:
            logs.warning("networks.unavailable", problem=error.message)

    def _error(self) -> NetworkQuotaError:
        now = self._clock.now()
        return NetworkQuotaError(
            "your network has had its stories of today: try another one, or come back tomorrow",
            retry_after_seconds=(next_day(now) - now).total_seconds(),
        )


def _kept(day: _Day, name: str) -> _Network:
    """Return the network of this name; the one that nobody has called from longest makes room."""
    network = day.networks.get(name)
    if network is None:
        network = day.networks[name] = _Network(name)
        if len(day.networks) > MOST_NETWORKS:
            day.networks.popitem(last=False)
    day.networks.move_to_end(name)
    return network


def _queue(day: _Day, network: _Network) -> None:
    if network.own and not (network.queued or network.exchanging):
        network.queued = True
        day.unsent.append(network)


def _begin_due(day: _Day, asked: _Network, now: float) -> Sequence[_Network]:
    """Return what to exchange now: the asked network, and those whose stories have waited."""
    due = [asked]
    while day.unsent and _is_old(day.unsent[0], now):
        network = day.unsent.popleft()
        network.queued = False
        due.append(network)
    begun = []
    for network in due:
        if _is_old(network, now) and not network.exchanging:
            network.exchanging, network.begun = True, now
            begun.append(network)
    return begun


def _is_old(network: _Network, now: float) -> bool:
    return now >= network.begun + EXCHANGE_EVERY_SECONDS
