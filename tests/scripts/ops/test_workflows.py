from pathlib import Path

import pytest

from scripts.local.errors import LocalStackError
from scripts.ops import workflows
from scripts.ops.workflows import ROOT, lint
from tests.scripts.ops.test_workflow_rules import GOOD

pytestmark = pytest.mark.server


def test_the_workflows_of_the_repository_are_sound() -> None:
    """Neither actionlint nor a rule of ours has anything to say of them."""
    assert workflows.main([]) == 0


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-04.24", "is unknown"),
        ("vars.DEPLOY_SERVICE_ACCOUNT", "github.no_such_thing", "no_such_thing"),
        ("run: scripts", "run: echo ${{ github.head_ref }} && scripts", "untrusted"),
        ("    steps:", "    needs: [nobody]\n    steps:", "nobody"),
    ],
)
def test_actionlint_finds_what_is_wrong(tmp_path: Path, good: str, bad: str, told: str) -> None:
    """A wrong runner, expression, need, or a stranger's text in a script is found by actionlint."""
    path = tmp_path / "a.yml"
    path.write_text(GOOD.replace(good, bad, 1))
    assert [told in found.message for found in lint(ROOT, [path])] == [True]


def test_a_file_that_ends_actionlint_does_not_hide_the_others(tmp_path: Path) -> None:
    """What actionlint cannot read is told of that file, and the next one is linted all the same."""
    broken, wrong = tmp_path / "a.yml", tmp_path / "b.yml"
    broken.write_text("a: [")
    wrong.write_text(GOOD.replace("ubuntu-24.04", "ubuntu-04.24"))
    found = lint(ROOT, [broken, wrong])
    assert {Path(each.file).name for each in found} == {"a.yml", "b.yml"}


def test_a_broken_workflow_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command prints each finding with file and line, and ends with 1."""
    path = tmp_path / "a.yml"
    path.write_text(GOOD.replace("cancel-in-progress: false", "cancel-in-progress: true"))
    assert workflows.main([str(path)]) == 1
    assert "a.yml:1: job deploy: a deploy that has begun" in capsys.readouterr().out


def test_no_workflows_are_no_success() -> None:
    """A folder in which none is found is an error, not a pass."""
    with pytest.raises(LocalStackError, match="There are no workflows"):
        lint(ROOT, [])
