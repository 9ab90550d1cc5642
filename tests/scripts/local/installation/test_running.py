"""Parts are installed beside each other, and nothing of them goes on after the end."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from scripts.local.errors import LocalStackError
from scripts.local.installation.display import Display
from scripts.local.installation.parts import Part, Step
from scripts.local.installation.running import install
from scripts.local.installation.stamps import Stamp
from scripts.local.processes import Command
from tests.scripts.local.marked import marked, needs_proc, wait_for_end

FAILS = "import sys; print('no such package'); sys.exit(7)"
WRITES = "import sys; open(sys.argv[1], 'w').write('hello')"
READS = "import sys; open(sys.argv[1]).read()"

PartMaker = Callable[..., Part]


@pytest.fixture
def part(tmp_path: Path) -> PartMaker:
    """Return a maker of parts that run a few lines of Python."""

    def make(name: str, *programs: str, without_it: str = "", word: str = "") -> Part:
        env = {"PATH": os.environ["PATH"], "WORD": word}
        pipe = str(tmp_path / "pipe")
        commands = tuple(
            Command("python", (sys.executable, "-c", program, pipe), env, tmp_path)
            for program in programs
        )
        step = Step(commands, Stamp(tmp_path / f"{name}.stamp", "digest"), tmp_path / name)
        return Part(name, f"The {name}", (step,), without_it)

    return make


def test_an_installed_part_is_stamped(
    part: PartMaker, tmp_path: Path, display: Display, screen: io.StringIO
) -> None:
    """A part whose commands all ended well is not due any more, and both ends are told."""
    tools = part("tools", "pass", "pass")
    install([tools], tmp_path, display)
    assert not tools.is_due()
    assert screen.getvalue() == "Installing: The tools\nInstalled: The tools, after 0 s\n"


def test_a_failed_part_is_not_stamped(part: PartMaker, tmp_path: Path, display: Display) -> None:
    """A failed command ends the installation, with its last lines and what to do next."""
    tools = part("tools", FAILS, "pass")
    message = r"The tools: python ended with code 7(?s:.*)no such package(?s:.*)run the command"
    with pytest.raises(LocalStackError, match=message):
        install([tools], tmp_path, display)
    assert tools.is_due()


def test_what_can_be_done_without_holds_nothing_up(
    part: PartMaker, tmp_path: Path, display: Display, screen: io.StringIO
) -> None:
    """Where one can do without a failed part, the loss is told and the others are installed."""
    model, tools = part("model", FAILS, without_it="stories need a key"), part("tools", "pass")
    install([model, tools], tmp_path, display)
    assert not tools.is_due()
    assert "Without it stories need a key." in screen.getvalue()


def test_parts_are_installed_beside_each_other(
    part: PartMaker, tmp_path: Path, display: Display
) -> None:
    """Two parts run at the same time: here each waits for the other at the end of a pipe."""
    os.mkfifo(tmp_path / "pipe")
    one, other = part("one", WRITES), part("other", READS)
    install([one, other], tmp_path, display)
    assert not one.is_due()
    assert not other.is_due()


@needs_proc
def test_a_failure_ends_the_other_parts(part: PartMaker, tmp_path: Path, display: Display) -> None:
    """When one part fails, the processes of the others are gone when the error comes out."""
    os.mkfifo(tmp_path / "pipe")
    word = f"conteur-test-{uuid4()}"
    waiting, failing = part("waiting", READS, word=word), part("failing", FAILS)
    with pytest.raises(LocalStackError):
        install([waiting, failing], tmp_path, display)
    wait_for_end(marked(word))
    assert waiting.is_due()


def test_what_is_left_of_an_older_one_is_removed(
    part: PartMaker, tmp_path: Path, display: Display
) -> None:
    """A part is made anew, without the files that an older one left."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/old").touch()
    install([part("tools", "pass")], tmp_path, display)
    assert not (tmp_path / "tools").exists()


def test_a_link_is_removed_and_not_what_it_leads_to(
    part: PartMaker, tmp_path: Path, display: Display
) -> None:
    """Where a folder is a link to one elsewhere, only the link is removed."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "tools").symlink_to("elsewhere")
    install([part("tools", "pass")], tmp_path, display)
    assert not (tmp_path / "tools").is_symlink()
    assert (tmp_path / "elsewhere").is_dir()
