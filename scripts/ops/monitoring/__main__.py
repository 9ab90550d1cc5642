"""Put alerts, who hears of them, metrics and the dashboard into Cloud Monitoring.

All of it is made of monitoring/ and the metrics' registry; docs/alerts.md says more.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.monitoring import pages, rendering
from scripts.ops.monitoring.alert import ROOT, AlertsError
from scripts.ops.monitoring.cloud import deploy_report as report
from scripts.ops.monitoring.cloud.changes import Differences
from scripts.ops.monitoring.cloud.deploy_errors import DeployError
from scripts.ops.monitoring.cloud.deployed import Deployed, connected
from scripts.ops.monitoring.cloud.desired import desired, read_sources
from scripts.ops.monitoring.cloud.differences import differences
from scripts.ops.monitoring.cloud.notify_settings import read_settings
from scripts.ops.monitoring.cloud.target import find_target, goal_of
from scripts.ops.place import PlaceError

DIFFERENT = 1
EXAMPLES = """\
examples:
  scripts/monitoring diff -P staging
  scripts/monitoring apply -P production --dry-run
  scripts/monitoring apply -P production
  scripts/monitoring render --rules > rules.yaml
  scripts/monitoring render -P production --to ../rendered
  ALERT_TEAM_EMAIL=ada@example.com scripts/monitoring apply --local

exit codes: 0 done, or nothing to do; 1 diff has found something to do; 2 refused, nothing was
done; 3 somebody else does the same; 4 Cloud Monitoring did not do it
"""


@dataclass(frozen=True, slots=True)
class _Desk:
    """A project's Cloud Monitoring, and what has to be done there."""

    name: str
    deployed: Deployed
    found: Differences


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command on the files of `root`, and return its exit code."""
    options = parse(arguments)
    try:
        return _RUN[options.command](options, root)
    except (AlertsError, DeployError, PlaceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _render(options: argparse.Namespace, root: Path) -> int:
    sources = read_sources(root)
    goal = goal_of(root, options.project)
    settings = read_settings(root, goal.environment, os.environ, sources.channels)
    makers = rendering.rendered(sources, goal, settings.runbooks())
    texts = {name: makers[name]() for name in rendering.chosen(options.kinds)}
    print(rendering.written(texts, options.to) if options.to else rendering.together(texts))
    return 0


def _diff(options: argparse.Namespace, root: Path) -> int:
    with _desk(options, root) as desk:
        print(_planned(desk, options))
        return DIFFERENT if desk.found.changes else 0


def _apply(options: argparse.Namespace, root: Path) -> int:
    with _desk(options, root) as desk:
        if options.dry_run:
            nothing = [] if options.json else ["", "Nothing was changed (--dry-run)."]
            print("\n".join([_planned(desk, options), *nothing]))
        else:
            _make(desk, as_json=options.json)
    return 0


def _planned(desk: _Desk, options: argparse.Namespace) -> str:
    if options.json:
        return json.dumps(report.document(desk.name, desk.found, 0), indent=2)
    return report.planned_text(desk.name, desk.found)


def _make(desk: _Desk, *, as_json: bool) -> None:
    """Make the changes, each shown once it is made; what was made stays if a later one fails."""
    names, done = dict(desk.found.names), 0
    try:
        for change in desk.found.changes:
            names[change.key] = desk.deployed.do(change, names)
            done += 1
            if not as_json:
                print(*report.change_lines(change), sep="\n", flush=True)
    except DeployError as error:
        made = f"{done} of {len(desk.found.changes)} changes were made, and stay"
        raise type(error)(f"{error}\n{made}: running it again makes the rest.") from error
    finally:
        if as_json:
            print(json.dumps(report.document(desk.name, desk.found, done), indent=2))
    if not as_json:
        print(report.done_text(desk.name, desk.found), *report.notes_lines(desk.found), sep="\n")


@contextmanager
def _desk(options: argparse.Namespace, root: Path) -> Iterator[_Desk]:
    target = find_target(root, options.project, os.environ, local=options.local)
    sources = read_sources(root)
    settings = read_settings(root, target.goal.environment, os.environ, sources.channels)
    wanted = desired(sources, target.goal, settings)
    with connected(target) as deployed:
        yield _Desk(target.name, deployed, differences(wanted, deployed.found()))


def _pages(options: argparse.Namespace, root: Path) -> int:
    return pages.check(root, update=options.update)


_RUN = {"render": _render, "diff": _diff, "apply": _apply, "pages": _pages}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/monitoring",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="render|diff|apply|pages"
    )
    render = commands.add_parser("render", help="show what becomes of the alerts, as files")
    diff = commands.add_parser("diff", help="show what would have to be changed in a project")
    apply = commands.add_parser("apply", help="change it, and only that")
    made = commands.add_parser("pages", help="check docs/metrics.md and docs/alerts.md")
    _add_kinds(render)
    for each in (diff, apply):
        place = each.add_mutually_exclusive_group()
        place.add_argument("-P", "--project", help="an alias of .firebaserc, or a project's id")
        place.add_argument("--local", action="store_true", help="the local stack that runs")
        each.add_argument("--json", action="store_true", help="print it for programs")
    apply.add_argument("--dry-run", action="store_true", help="show it, and change nothing")
    made.add_argument("--update", action="store_true", help="write what is out of date")
    return parser.parse_args(arguments)


def _add_kinds(render: argparse.ArgumentParser) -> None:
    render.add_argument("-P", "--project", help="for whom: an alias, or a project's id")
    render.add_argument("--to", type=Path, metavar="FOLDER", help="write files there")
    for kind, what in (
        (rendering.RULES, "Prometheus's rules (YAML)"),
        (rendering.POLICIES, "alert policies, with all channels that may be set (JSON)"),
        (rendering.DASHBOARD, "the dashboard (JSON)"),
        (rendering.DESCRIPTORS, "the metrics' descriptors (JSON)"),
    ):
        render.add_argument(
            f"--{kind}", dest="kinds", action="append_const", const=kind, default=[], help=what
        )


if __name__ == "__main__":
    sys.exit(main())
