"""The boxes that a command of this repository ticks."""

from dataclasses import dataclass

from scripts.ops import secrets
from scripts.ops.boxes.box import Box, Look
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, left_out, passed
from scripts.ops.boxes.key import KEY, place_of

_MINUTE = 60.0
_HIDDEN = "(the key)"
MOST = 2_000  # characters of what a command printed


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and how long it may take. `with_key`: it gets the project's key of the model."""

    key: str
    title: str
    argv: tuple[str, ...]
    minutes: float
    with_key: bool = False


COMMANDS = (
    Command("lint", "Lint", ("scripts/check", "lint"), 10),
    Command("format", "Format", ("scripts/check", "format"), 10),
    Command("types", "Types", ("scripts/check", "types"), 20),
    Command("shape", "Layers and locks", ("scripts/check", "architecture", "locks"), 10),
    Command("docs", "Pages and what they show", ("scripts/check", "docs", "errors", "pages"), 20),
    Command("build", "Build", ("scripts/build",), 10),
    Command("plan", "Plan of the deploy, as reviewed", ("scripts/plan",), 10),
    Command("unit", "Unit tests", ("scripts/test", "--quick"), 20),
    Command("rules-tests", "Tests of Firestore's rules", ("scripts/test", "tests/rules"), 20),
    Command(
        "integration",
        "Integration tests",
        (
            *("scripts/test", "-m", "server and not live"),
            *("--ignore=tests/load", "--ignore=tests/rules"),
        ),
        120,
    ),
    Command("load", "Load tests", ("scripts/test", "tests/load"), 60),
    Command("live", "A story by the real OpenAI", ("scripts/test", "--live"), 10, with_key=True),
)


def command_boxes() -> list[Box]:
    """Return a box a command, the short ones first: what is wrong shows sooner."""
    return [
        # Longer than the command itself may take, which is ended by who runs it.
        Box(each.key, each.title, _look(each), each.minutes * _MINUTE + _MINUTE, is_command=True)
        for each in COMMANDS
    ]


def _look(command: Command) -> Look:
    return lambda desk: run(desk, command)


def run(desk: Desk, command: Command) -> Finding:
    """Run a command, unless it has passed on the same files within a day.

    Raises OperationError where it takes too long, and SecretError where there is no key for it.
    """
    line = " ".join(command.argv)
    if desk.dry:
        return left_out(f"would run {line}")
    name = f"{command.key}@{desk.site.name}" if command.with_key else command.key
    if at := desk.kept.passed_at(name, desk.clock()):
        return passed(f"passed on the same files at {at:%Y-%m-%d %H:%M} UTC (--fresh runs it)")
    key = secrets.read_secret(place_of(desk), KEY) if command.with_key else ""
    # Only this one process has the key, and what it prints is shown without.
    runner = desk.runners({KEY: key} if key else {})
    ran = runner(command.argv, seconds=command.minutes * _MINUTE)
    if ran.code:
        text = ran.last_lines.replace(key, _HIDDEN) if key else ran.last_lines
        return failed(
            f"exit code {ran.code}: {_last(text)}", f"Run `{line}`, and mend what it says."
        )
    desk.kept.keep(name, desk.clock())
    return passed(_last(ran.last_lines.replace(key, _HIDDEN) if key else ran.last_lines) or line)


def _last(text: str) -> str:
    """Return the last line that says something, where programs sum up."""
    lines = [line.strip(" =") for line in text.splitlines()]
    return next((line for line in reversed(lines) if line), "")[-MOST:]
