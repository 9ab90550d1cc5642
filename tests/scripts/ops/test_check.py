import pytest

from scripts.ops.check import check


def test_checks_that_pass_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """When every check passes, the command succeeds and prints one line for each."""
    assert check({"types": ("true",), "lint": ("true",)}) == 0
    assert [line.split()[:2] for line in sorted(capsys.readouterr().out.splitlines())] == [
        ["ok", "lint"],
        ["ok", "types"],
    ]


def test_a_failed_check_shows_what_it_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """One failed check fails the command, shows its output, and says what mends it."""
    failing = ("sh", "-c", "echo would reformat main.py >&2; exit 1")
    assert check({"types": ("true",), "format": failing}) == 1
    told = capsys.readouterr().out
    assert "FAILED format" in told
    assert "would reformat main.py" in told
    assert "-> `.venv/bin/ruff format` mends it" in told
