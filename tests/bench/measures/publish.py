"""What a publication takes beyond its transaction: ten authors at once, each with one store."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import uuid4

from tests.bench.load import calls
from tests.bench.measures.measure import Measure, Metric, Stage
from tests.bench.measures.telling import WARM_CALLS, checked, cpu_ms, ms_since
from tests.bench.peers import BARE, STORE_API, Peer
from tests.bench.peers.publishing import AT_ONCE
from tests.bench.serving import Server
from tests.bench.shops import Shops, author_token, shops
from tests.bench.trials import Sample, percentile

WARM = 2 * AT_ONCE + WARM_CALLS
COUNT = 500

Publish = Callable[[Shops, Server, int], Sequence[float]]
"""Publishes so many stores, and returns what each took in milliseconds."""


def trial(stage: Stage, peer: Peer) -> Sample:
    """Publish stores whose gates are open, on a server that is warm."""
    count, ways = stage.some(COUNT), WAYS[peer.name]
    figures: dict[str, float] = {}
    with (
        shops(stage, len(ways) * (WARM + count)) as there,
        there.stage.serving(peer) as server,
    ):
        server.wait_bound()
        for name, publish in ways.items():
            publish(there, server, WARM)
            figures |= _figures(name, publish, there, server, count)
    return figures


def _figures(name: str, publish: Publish, there: Shops, server: Server, count: int) -> Sample:
    times: list[float] = []
    began = time.monotonic()
    used = cpu_ms(server, lambda: times.extend(publish(there, server, count)))
    return {
        f"{name}p50": percentile(times, 50),
        f"{name}p95": percentile(times, 95),
        f"{name}cpu": used / count,
        f"{name}stores": 1000 * count / ms_since(began),
    }


def by_http(there: Shops, server: Server, count: int) -> Sequence[float]:
    """Have each author ask the product's route."""
    return _asked(there, server, [None] * count)


def by_http_with_keys(there: Shops, server: Server, count: int) -> Sequence[float]:
    """Have each author ask with an Idempotency-Key, whose answer is kept."""
    return _asked(there, server, [str(uuid4()) for _ in range(count)])


def barely(there: Shops, server: Server, count: int) -> Sequence[float]:
    """Have the bare program publish, which prints what each took."""
    request = BARE.call("", json.dumps(there.take(count)), False)  # noqa: FBT003 - a Callable has no names
    checked(calls(server, [request], at_once=1), BARE, there.stage)
    times: list[float] = json.loads(server.log.read_text().splitlines()[-1])
    return times


def _asked(there: Shops, server: Server, keys: Sequence[str | None]) -> Sequence[float]:
    tokens = [author_token(author) for author in there.take(len(keys))]
    requests = [
        STORE_API.call(token, key, False)  # noqa: FBT003 - likewise
        for token, key in zip(tokens, keys, strict=True)
    ]
    answers = checked(calls(server, requests, AT_ONCE), STORE_API, there.stage)
    return [answer.total_ms for answer in answers]


WAYS: Mapping[str, Mapping[str, Publish]] = {
    STORE_API.name: {"": by_http, "keyed-": by_http_with_keys},
    BARE.name: {"": barely},
}

PUBLISH = Measure(
    name="publish",
    title=f"Publish, {AT_ONCE} at once",
    metrics=(
        Metric("p50", "time p50", "ms", BARE),
        Metric("p95", "time p95", "ms", BARE),
        Metric("cpu", "CPU a publication", "ms", BARE),
        Metric("stores", "stores", "/s", BARE, more_is_better=True),
        Metric("keyed-p50", "with a key: time p50", "ms", BARE),
        Metric("keyed-cpu", "with a key: CPU a publication", "ms", BARE),
    ),
    peers=(STORE_API, BARE),
    beside=(),
    trial=trial,
    seconds=4.0,
)
