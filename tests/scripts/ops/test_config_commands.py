"""The commands that operators are told elsewhere run as they are printed."""

import re
import shlex
from collections.abc import Iterator

import pytest

from conteur.catalogue import failures, refusals
from conteur.catalogue.entry import Entry
from conteur.domain.knob_values import KNOBS
from scripts.ops import config, users
from scripts.ops.config import ROOT
from scripts.ops.config_change import make_change
from scripts.ops.config_rules import find_rules
from scripts.ops.place import find_place

COMMAND = re.compile(r"`scripts/(config|users) ([^`]+)`")
LINE = re.compile(r"^ *scripts/(config|users) (.+)$", re.MULTILINE)
KNOB = re.compile(r"`(limits\.\w+)`")
PARSE = {"config": config.parse, "users": users.parse}


def texts() -> Iterator[str]:
    for entry in (*vars(refusals).values(), *vars(failures).values()):
        if isinstance(entry, Entry):
            yield entry.operator or ""
    for path in (ROOT / "docs/procedures").glob("*.md"):
        yield path.read_text()
    for path in (ROOT / "functions/conteur/prompts").glob("*/story.toml"):
        yield path.read_text()


COMMANDS = [
    found.groups() for text in texts() for form in (COMMAND, LINE) for found in form.finditer(text)
]


def test_commands_are_found() -> None:
    """The catalogue, the runbooks and the prompts all name some."""
    told = {arguments.split()[0] for _, arguments in COMMANDS}
    assert told == {"set", "history", "show", "block", "unblock", "revoke"}


@pytest.mark.parametrize(("name", "arguments"), COMMANDS)
def test_commands_run_as_printed(name: str, arguments: str) -> None:
    """Each is whole: it names a project, and gives a reason where one is asked for."""
    options = PARSE[name](shlex.split(arguments))
    assert options.project in {"production", "PROJECT"}


@pytest.mark.parametrize("arguments", [told for name, told in COMMANDS if name == "config"])
def test_changes_are_ones_that_production_takes(arguments: str) -> None:
    """Each knob that is turned exists, and takes the value; each that is let go exists."""
    options = config.parse(shlex.split(arguments))
    rules = find_rules(ROOT, find_place(ROOT, "production", {}, local=False), {})
    if options.command == "set":
        assert {*options.unset} <= {*KNOBS}
        change = make_change({}, options.assigned, options.unset, rules)
        assert change.turned or options.unset


def test_knobs_that_are_named_exist() -> None:
    """A knob that an operator is sent to is one."""
    named = {name for text in texts() for name in KNOB.findall(text)}
    limits = {name for name in KNOBS if name.startswith("limits.")}
    assert named == limits
