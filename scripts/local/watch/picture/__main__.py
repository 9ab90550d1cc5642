"""Take the picture of the dashboard that the README shows, at the end of a made-up hour.

For example:
  PYTHONPATH=functions .venv/bin/python -m scripts.local.watch.picture docs/dashboard.png
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.local.environment import base_environment
from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT
from scripts.local.node import node
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Process, running_together
from scripts.local.prometheus import find_prometheus, find_promtool
from scripts.local.readiness import listens
from scripts.local.run_directory import run_directory
from scripts.local.signals import exit_code_of
from scripts.local.watch.document import ENVIRONMENT
from scripts.local.watch.picture.blocks import write_blocks
from scripts.local.watch.prometheus import prometheus_command
from scripts.local.watch.running import START_SECONDS, Page, page_command
from scripts.ops.monitoring.alert import Alert, Severity, read_alerts
from scripts.ops.monitoring.rules import rules

SHOOT_SECONDS = 120.0
SHOOT = Path(__file__).with_name("shoot.mjs")
NOWHERE = f"{HOST}:9"  # what is made up is in Prometheus already
LOGGED = (
    ("WARNING", "attempt.failed reason=OPENAI_ERROR kind=outage status=503 next_in_ms=412"),
    ("WARNING", "attempt.failed reason=OPENAI_ERROR kind=outage status=503 next_in_ms=857"),
    ("ERROR", "execution.failed reason=OPENAI_ERROR kind=outage attempts=3 ms=24180"),
)


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    return exit_code_of(lambda: take(options.file, options.scheme), when_interrupted=130)


def take(file: Path, scheme: str) -> None:
    """Take the picture. Raises LocalStackError where something for it is missing."""
    with run_directory() as folder, made_up_page(folder) as url:
        argv = [node(), str(SHOOT), str(_chromium()), f"{url}#1h", str(file.resolve()), scheme]
        shot = subprocess.run(
            argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SHOOT_SECONDS
        )
        if shot.returncode:
            raise LocalStackError(f"Chromium could not take the picture:\n{shot.stderr}")


@contextmanager
def made_up_page(folder: Path) -> Iterator[str]:
    """Serve the page of a made-up hour with the real Prometheus. Raises LocalStackError."""
    program, promtool = find_prometheus(ROOT), find_promtool(ROOT)
    if program is None or promtool is None:
        raise LocalStackError("Prometheus is missing: run scripts/setup, or install it")
    (folder / "prometheus").mkdir()
    log = folder / "emulators.log"
    log.write_text("".join(_logged(time.time())))
    write_blocks(promtool, folder / "prometheus/data", time.time())
    alerts = [_soon(alert) for alert in read_alerts(ROOT)]
    with reserved_ports(2) as (page_port, port):
        page = page_command(folder, page_port, NOWHERE, f"http://{HOST}:{port}", log)
        prometheus = prometheus_command(
            program, folder / "prometheus", port, page_port, rules(alerts, ENVIRONMENT)
        )
        server = Process(prometheus, folder / "prometheus.log")
        shown = Page(Process(page, folder / "page.log"))
        with running_together([shown.process, server]):
            server.wait_for(listens(port), "listening", START_SECONDS)
            yield f"http://{shown.wait_until_ready()}/"


def _soon(alert: Alert) -> Alert:
    """Return the alert as if its duration were over, but for those that page."""
    return alert if alert.severity is Severity.P1 else replace(alert, minutes=0)


def _logged(end: float) -> Iterator[str]:
    for number in range(12):
        severity, message = LOGGED[number % len(LOGGED)]
        at = datetime.fromtimestamp(end - 11 * (12 - number), UTC)
        yield (
            json.dumps(
                {"severity": severity, "time": at.isoformat(), "message": message}
                | {"function": "generate_story", "request_id": f"request-{number}"}
            )
            + "\n"
        )


def _chromium() -> Path:
    found = shutil.which("chromium", path=base_environment(os.environ)["PATH"])
    if found is None:
        raise LocalStackError("Chromium is missing: install it (apt-get install chromium)")
    return Path(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local.watch.picture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the PNG to write")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
