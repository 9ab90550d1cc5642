"""Serve the dashboard's page on 127.0.0.1: `python -m scripts.local.watch --help`."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT
from scripts.local.signals import exit_code_of
from scripts.local.watch.bundle import bundle
from scripts.local.watch.document import document
from scripts.local.watch.log_tail import LogTail
from scripts.local.watch.prometheus_proxy import PrometheusProxy
from scripts.local.watch.routes import routes
from scripts.local.watch.server import PageServer
from scripts.local.watch.standin_series import StandInSeries
from scripts.ops.monitoring.alert import AlertsError, read_alerts
from scripts.ops.monitoring.board.tiles import read_dashboard


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code: 0 when Ctrl-C ends it."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: serve(options), when_interrupted=0)


def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or Ctrl-C. Raises LocalStackError."""
    try:
        alerts = read_alerts(ROOT)
        tiles = document(read_dashboard(ROOT, alerts), alerts)
    except AlertsError as error:
        raise LocalStackError(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        files = bundle(Path(folder))
    answers = routes(
        files,
        tiles,
        StandInSeries(options.monitoring),
        PrometheusProxy(options.prometheus),
        LogTail(options.log),
    )
    with PageServer(options.port, answers) as server:
        print(json.dumps({"ready": server.address}), flush=True)
        server.serve_forever()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local.watch",
        description="Serve the dashboard of monitoring/dashboard.yaml on 127.0.0.1.",
        epilog='When it is ready it prints one line, {"ready": "127.0.0.1:PORT"}.',
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="0 (the default) takes a free one")
    add("--monitoring", required=True, help="the Cloud Monitoring stand-in, as host:port")
    add("--prometheus", default="", help="its base URL; totals are drawn where there is none")
    add("--log", type=Path, default=Path("emulators.log"), help="what the functions have printed")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
