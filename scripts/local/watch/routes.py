"""What the page's server answers, path by path."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from scripts.local.watch.exposition import Exposition
from scripts.local.watch.history import History
from scripts.local.watch.log_tail import LogTail
from scripts.local.watch.prometheus_proxy import QUERIES, PrometheusProxy
from scripts.local.watch.samples import Sample, samples_of
from scripts.local.watch.server import Answer, Route, as_file, as_json
from scripts.local.watch.standin_series import StandInSeries

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def routes(
    files: Mapping[str, bytes],
    tiles: Mapping[str, Any],
    stand_in: StandInSeries,
    prometheus: PrometheusProxy,
    log: LogTail,
) -> dict[str, Route]:
    """Return the routes: the page's files, what it draws, and the series for Prometheus."""
    exposition = Exposition()
    history = History(lambda: _samples(stand_in))
    return {
        **{path: as_file(path, content) for path, content in files.items()},
        "/tiles.json": lambda _query: as_json(tiles),
        "/live.json": lambda _query: as_json(history.document()),
        "/log.json": lambda _query: as_json({"log": log.newest()}),
        "/metrics": lambda _query: _metrics(exposition, _samples(stand_in)),
        "/alerts.json": lambda _query: as_json(prometheus.alerts()),
        QUERIES: lambda query: _asked(prometheus, query),
    }


def _samples(stand_in: StandInSeries) -> Sequence[Sample]:
    return [sample for series in stand_in.newest() for sample in samples_of(series)]


def _metrics(exposition: Exposition, samples: Sequence[Sample]) -> Answer:
    return Answer(HTTPStatus.OK, TEXT_FORMAT, exposition.text(samples).encode())


def _asked(prometheus: PrometheusProxy, query: str) -> Answer:
    status, body = prometheus.ask(QUERIES, query)
    return Answer(status, "application/json", body)
