"""Signals end a command by leaving its blocks."""

import signal

import pytest

from scripts.local.signals import ENDING, ending_well


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
