"""Prometheus as one more process of the stack: it scrapes the page's server, and minds alerts."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.local.environment import base_environment
from scripts.local.ports import HOST
from scripts.local.processes import Command
from scripts.local.watch.exposition import SCRAPE_SECONDS

STEP = f"{SCRAPE_SECONDS}s"
NO_ORIGIN = "^$"
"""Matches none: the page asks its own server, and any other page would read what is here."""


def prometheus_command(
    program: Path, folder: Path, port: int, page_port: int, rules: Mapping[str, Any]
) -> Command:
    """Return the command, with its configuration written to `folder`, which takes its data too.

    `rules` is a file of rules as Prometheus reads it; they are looked at with every scrape.
    """
    folder.mkdir(exist_ok=True)
    groups = [{**group, "interval": STEP} for group in rules["groups"]]
    _write(folder / "rules.yml", {"groups": groups})
    _write(folder / "prometheus.yml", _configuration(page_port))
    return Command(
        name="Prometheus",
        argv=(
            str(program),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            f"--web.cors.origin={NO_ORIGIN}",
            "--log.level=warn",
        ),
        env=base_environment(os.environ),
        cwd=folder,
    )


def _configuration(page_port: int) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": STEP, "scrape_timeout": STEP, "evaluation_interval": STEP},
        "rule_files": ["rules.yml"],
        "scrape_configs": [
            {
                "job_name": "conteur",
                "honor_labels": True,  # `job` is our series' own: the service
                "static_configs": [{"targets": [f"{HOST}:{page_port}"]}],
                # Cloud Monitoring's series have no such label: here it would be the page's port.
                "metric_relabel_configs": [{"action": "labeldrop", "regex": "instance"}],
            }
        ],
    }


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False, width=1_000))
