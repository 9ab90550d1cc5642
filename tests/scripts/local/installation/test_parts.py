"""What is installed for each purpose, from which pins, and when again."""

from pathlib import Path

import pytest

from scripts.local.installation.parts import (
    BENCH_VENV,
    DEV_PINS,
    GENKIT,
    MODEL_PINS,
    NODE_PINS,
    RUNTIME_PINS,
    Part,
    Purpose,
    parts,
)
from tests.scripts.local.installation.conftest import NODE


def _install(wanted: tuple[Part, ...]) -> None:
    for part in wanted:
        for step in part.steps:
            if step.stamp:
                step.stamp.path.parent.mkdir(parents=True, exist_ok=True)
                step.stamp.write()


def _due(wanted: tuple[Part, ...]) -> list[str]:
    return [part.key for part in wanted if part.is_due()]


def _words(wanted: tuple[Part, ...], command: str) -> list[tuple[str, ...]]:
    steps = [step for part in wanted for step in part.steps]
    return [each.argv for step in steps for each in step.commands if each.name == command]


def test_everything_is_due_at_first(project: Path) -> None:
    """In a fresh clone every part is due."""
    assert _due(parts(project, Purpose.RUN, NODE)) == ["python", "node", "model"]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_nothing_is_due_twice(project: Path, purpose: Purpose) -> None:
    """What is installed is not due again."""
    _install(parts(project, purpose, NODE))
    assert _due(parts(project, purpose, NODE)) == []


def test_tests_need_more(project: Path) -> None:
    """Where only the stack is installed, the tools of tests are still due."""
    _install(parts(project, Purpose.RUN, NODE))
    assert _due(parts(project, Purpose.TEST, NODE)) == ["python"]


def test_the_benchmark_needs_more(project: Path) -> None:
    """Where the tests can run, what only the benchmark needs is still due."""
    _install(parts(project, Purpose.TEST, NODE))
    assert _due(parts(project, Purpose.BENCH, NODE)) == ["bench", "genkit"]


def test_the_benchmark_serves_what_production_does(project: Path) -> None:
    """Its servers have a virtual environment of the runtime's packages alone, and must have it."""
    *_, bench, _ = parts(project, Purpose.BENCH, NODE)
    (install,) = _words((bench,), "pip")
    assert install[0] == str(project / BENCH_VENV / "bin/python")
    assert [word for word in install if word.endswith(".txt")] == [RUNTIME_PINS]
    assert not bench.without_it


def test_the_benchmark_can_do_without_genkit(project: Path) -> None:
    """Genkit's packages are installed in their own folder, and may fail to be."""
    *_, genkit = parts(project, Purpose.BENCH, NODE)
    (step,) = genkit.steps
    assert step.commands[0].cwd == project / GENKIT
    assert step.folder == project / GENKIT / "node_modules"
    assert genkit.without_it == "the benchmark leaves Genkit out"


@pytest.mark.parametrize(
    ("pins", "due"),
    [
        (RUNTIME_PINS, ["python", "bench"]),
        (DEV_PINS, ["python"]),
        (NODE_PINS[1], ["node"]),
        (f"{GENKIT}/{NODE_PINS[1]}", ["genkit"]),
        (MODEL_PINS, ["model"]),
    ],
)
def test_changed_pins_make_their_parts_due(project: Path, pins: str, due: list[str]) -> None:
    """A part is due again when its pins change, and no other part is."""
    _install(parts(project, Purpose.BENCH, NODE))
    (project / pins).write_text("other pins")
    assert _due(parts(project, Purpose.BENCH, NODE)) == due


def test_another_node_makes_its_packages_due(project: Path) -> None:
    """Packages that were installed by another version of Node are due again."""
    _install(parts(project, Purpose.RUN, NODE))
    assert _due(parts(project, Purpose.RUN, "v22.0.0")) == ["node"]


def test_a_moved_project_makes_virtual_environments_due(project: Path) -> None:
    """Virtual environments hold their own path, so they are due again in a project that moved."""
    _install(parts(project, Purpose.RUN, NODE))
    moved = project.rename(project.with_name("moved"))
    assert _due(parts(moved, Purpose.RUN, NODE)) == ["python", "model"]


def test_every_package_is_held_to_its_hash(project: Path) -> None:
    """No package is taken by pip whose hash is not pinned."""
    commands = _words(parts(project, Purpose.BENCH, NODE), "pip")
    assert len(commands) == 4
    assert all("--require-hashes" in words for words in commands)


def test_no_package_runs_a_script_of_its_own(project: Path) -> None:
    """What npm installs is pinned, and none of the packages' install scripts runs."""
    commands = _words(parts(project, Purpose.BENCH, NODE), "npm")
    assert len(commands) == 2
    assert all(words[:3] == ("npm", "ci", "--ignore-scripts") for words in commands)
