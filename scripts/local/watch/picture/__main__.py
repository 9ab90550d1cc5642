"""Take the picture of the dashboard that the README shows, at the end of a made-up hour.

For example:
  PYTHONPATH=functions .venv/bin/python -m scripts.local.watch.picture docs/dashboard.png
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from conteur.settings import Environment
from scripts.local.environment import base_environment
from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT
from scripts.local.node import node
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, Process, running_together
from scripts.local.prometheus import find_prometheus, find_promtool
from scripts.local.readiness import answers
from scripts.local.run_directory import run_directory
from scripts.local.signals import exit_code_of
from scripts.local.watch.picture.alert_states import state_lines
from scripts.local.watch.picture.blocks import made_up_lines, write_blocks
from scripts.local.watch.picture.log_lines import log_lines
from scripts.local.watch.prometheus import prometheus_command
from scripts.local.watch.running import START_SECONDS, Page, page_command
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.rules import Rules, rules

SHOOT_SECONDS = 120.0
SHOOT = Path(__file__).with_name("shoot.mjs")
NOWHERE = f"{HOST}:9"  # what is made up is in Prometheus already
RESTORED = "--rules.alert.for-grace-period=0s"
"""Of alerts whose duration is shorter, Prometheus would not take up where they were."""
NO_RULES: Rules = {"groups": []}


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
    data, end = folder / "prometheus/data", time.time()
    written = rules(read_alerts(ROOT), Environment.LOCAL)
    log = folder / "emulators.log"
    log.write_text("".join(log_lines(end)))
    data.parent.mkdir()
    write_blocks(promtool, data, made_up_lines(end))
    with reserved_ports(2) as (page_port, port):
        url = f"http://{HOST}:{port}"
        with _prometheus(prometheus_command(program, data.parent, port, page_port, NO_RULES), port):
            states = list(state_lines(url, written, end))
        write_blocks(promtool, data, states)
        page = Page(
            Process(page_command(folder, page_port, NOWHERE, url, log), folder / "page.log")
        )
        command = prometheus_command(program, data.parent, port, page_port, written)
        with running_together([page.process]), _prometheus(command, port):
            yield f"http://{page.wait_until_ready()}/"


@contextmanager
def _prometheus(command: Command, port: int) -> Iterator[None]:
    """Run it while the block lasts, with alerts as its data has them."""
    restoring = replace(command, argv=(*command.argv, RESTORED))
    process = Process(restoring, command.cwd / "prometheus.log")
    with running_together([process]):
        process.wait_for(answers(f"http://{HOST}:{port}/-/ready"), "ready", START_SECONDS)
        yield


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
