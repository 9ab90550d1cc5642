"""What becomes of the alerts, as files: Prometheus's rules, policies, dashboard, descriptors."""

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from conteur.telemetry.registry import METRICS
from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.board.dashboard import dashboard
from scripts.ops.monitoring.cloud.descriptors import descriptor
from scripts.ops.monitoring.cloud.desired import Goal, Sources, drawn_policies
from scripts.ops.monitoring.rules import PROCEDURES, rules_text

RULES, POLICIES, DASHBOARD, DESCRIPTORS = "rules", "policies", "dashboard", "descriptors"


def rendered(sources: Sources, goal: Goal, runbooks: str) -> Mapping[str, Callable[[], str]]:
    """Return what makes each file's text, by what is in it. They may raise AlertsError."""
    return {
        RULES: lambda: rules_text(sources.alerts, goal.environment, runbooks or PROCEDURES),
        POLICIES: lambda: _json(list(drawn_policies(sources, goal, runbooks).values())),
        DASHBOARD: lambda: _json(dashboard(sources.sections, goal.project, sources.services)),
        DESCRIPTORS: lambda: _json([descriptor(metric) for metric in METRICS]),
    }


FILES: Mapping[str, str] = MappingProxyType(
    {
        RULES: "rules.yaml",
        POLICIES: "policies.json",
        DASHBOARD: "dashboard.json",
        DESCRIPTORS: "descriptors.json",
    }
)


def written(texts: Mapping[str, str], folder: Path) -> str:
    """Write each to its file in the folder, which is made; return their names, a line each.

    Raises AlertsError where that cannot be done.
    """
    paths = [folder / FILES[name] for name in texts]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, texts.values(), strict=True):
            path.write_text(text)
    except OSError as error:
        raise AlertsError(f"{folder} cannot be written ({error}). Name another folder.") from error
    return "\n".join(map(str, paths))


def together(texts: Mapping[str, str]) -> str:
    """Return one text as it is, several as one document of YAML, each below its name."""
    if len(texts) == 1:
        return next(iter(texts.values())).rstrip("\n")
    indented = (f"{name}:\n{_indented(text)}" for name, text in texts.items())
    return "\n".join(indented)


def chosen(asked: Collection[str]) -> Collection[str]:
    """Return what is asked for; all where nothing is."""
    return [name for name in FILES if not asked or name in asked]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.rstrip("\n").splitlines())


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
