"""A command ends in good order, whatever ends it."""

import signal
from collections.abc import Callable

import pytest

from scripts.local.errors import LocalStackError
from scripts.local.signals import ENDING, ending_well, exit_code_of


@pytest.mark.parametrize("number", ENDING)
def test_an_ending_signal_leaves_the_blocks(number: signal.Signals) -> None:
    """An ending signal unwinds the program and gives a shell's usual exit code."""
    with pytest.raises(SystemExit) as ended, ending_well():
        signal.raise_signal(number)
    assert ended.value.code == 128 + number


def test_the_former_handlers_come_back() -> None:
    """Outside the block, signals do what they did before."""
    before = signal.getsignal(signal.SIGTERM)
    with ending_well():
        pass
    assert signal.getsignal(signal.SIGTERM) == before


def _raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_work_that_is_done_is_0() -> None:
    """A command whose work is done ends with 0."""
    assert exit_code_of(lambda: None, when_interrupted=130) == 0


def test_an_error_is_told_in_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    """An error ends the command with 1, its words and its notes, and no traceback."""
    error = LocalStackError("Node is missing: install it")
    error.add_note("The logs are kept")
    assert exit_code_of(_raising(error), when_interrupted=130) == 1
    assert capsys.readouterr().err == "Node is missing: install it\nThe logs are kept\n"


def test_ctrl_c_has_the_code_of_the_command() -> None:
    """Ctrl-C ends the command with the code that the command has for it."""
    assert exit_code_of(_raising(KeyboardInterrupt()), when_interrupted=130) == 130
