import pytest

from scripts.ops import check as command
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


def test_only_the_checks_that_are_named_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With names, those checks run and no other."""
    monkeypatch.setattr(command, "CHECKS", dict.fromkeys(("lint", "format", "types"), ("true",)))
    assert command.main(["format", "lint"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert {line.split()[1] for line in told} == {"lint", "format"}


def test_every_check_runs_where_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without names, all run, and a failing one fails the command."""
    monkeypatch.setattr(command, "CHECKS", {"lint": ("true",), "types": ("false",)})
    assert command.main([]) == 1
    told = capsys.readouterr().out
    assert ("ok     lint" in told, "FAILED types" in told) == (True, True)


def test_an_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that there is not is a wrong use, and the message names those that there are."""
    with pytest.raises(SystemExit, match="2"):
        command.main(["spelling"])
    assert "types" in capsys.readouterr().err


def test_workflows_are_checked() -> None:
    """The workflows of GitHub Actions are among what is checked."""
    assert command.CHECKS["workflows"][-1] == "scripts.ops.workflows"
