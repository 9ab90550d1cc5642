import json

import pytest

from scripts.ops.releasing.changes import File, to_do

PLAN = {"staging": {"health": {"serviceConfig": {"maxInstanceCount": 2}}}}


def _plan(**functions: object) -> str:
    return json.dumps({"staging": {**PLAN["staging"], **functions}})


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (File("migrations/0002_a.sql", "", "x"), "Migration `0002_a.sql`: `scripts/deploy`"),
        (File("migrations/0001_a.sql", "x", "y"), "Migration `0001_a.sql` is not what it was"),
        (File("functions/.env", "", "A=1\n"), "Setting `A` is new in `functions/.env`: `1`."),
        (
            File("functions/.env", "A=1\n", "A=2\n"),
            "Setting `A` in `functions/.env`: `1` is now `2`",
        ),
        (File("functions/.env.staging", "A=1\n", ""), "Setting `A` is no longer in"),
        (
            File("scripts/ops/plan.py", 'SECRETS = ("A",)', 'SECRETS = ("A", "B")'),
            "Secret `B` is new",
        ),
        (File("docs/deploy.md", "", "| `roles/run.invoker` |"), "Role `roles/run.invoker` is new"),
        (File("deploy/plan.json", _plan(), _plan(x={})), "Function `x` (staging) is new."),
        (File("deploy/plan.json", _plan(x={}), _plan()), "Function `x` (staging) is gone"),
        (File("firestore.rules", "a", "b"), "Security rules changed"),
        (File("firestore.indexes.json", "a", "b"), "Indexes changed"),
    ],
)
def test_each_change_says_what_operators_do(file: File, told: str) -> None:
    """What is new, changed or gone is told in one sentence each."""
    said = to_do([file])
    assert len(said) == 1
    assert said[0].startswith(told)


def test_options_of_a_function_are_told_and_settings_are_not_told_twice() -> None:
    """A function that is deployed otherwise is named, but not for a setting in its plan."""
    other = {"serviceConfig": {"maxInstanceCount": 9}}
    setting = {"serviceConfig": {"maxInstanceCount": 2, "environmentVariables": {"A": "1"}}}
    assert to_do([File("deploy/plan.json", _plan(), _plan(health=setting))]) == []
    told = to_do([File("deploy/plan.json", _plan(), _plan(health=other))])
    assert told == [
        "Function `health` (staging) is deployed with other options (`deploy/plan.json` has them)."
    ]


def test_what_is_done_first_is_told_first() -> None:
    """Migrations stand before settings, whatever git lists first."""
    files = [File("functions/.env", "", "A=1\n"), File("migrations/0002_a.sql", "", "x")]
    assert [each.split()[0] for each in to_do(files)] == ["Migration", "Setting"]


def test_other_files_ask_nothing_of_operators() -> None:
    """A file of code is nothing that an operator has to act on."""
    assert to_do([File("functions/main.py", "a", "b"), File("docs/deploy.md", "a", "b")]) == []
