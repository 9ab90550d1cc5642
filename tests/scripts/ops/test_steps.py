"""`scripts/steps` against a real PostgreSQL."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from scripts.ops.database import Database, connected
from scripts.ops.step_records import set_required
from scripts.ops.steps import main

pytestmark = pytest.mark.server

DONE, FAILED, REFUSED = range(3)
WHY = ("--reason", "the provider is down", "--by", "ada@example.com")


@pytest.fixture
def url(database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", database)
    return database


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:  # noqa: ANN401 - JSON
    capsys.readouterr()
    assert main([*arguments, "--json"]) == DONE
    return json.loads(capsys.readouterr().out)


def is_required(url: str, step: str) -> bool:
    with psycopg.connect(url) as connection:
        query = "SELECT required FROM onboarding_step_definitions WHERE id = %s ORDER BY version"
        return bool(connection.execute(query, (step,)).fetchall()[-1][0])


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    ("market", "ids"), [("FR", {"mentions_legales", "politique_retours"}), ("DE", {"impressum"})]
)
def test_the_steps_of_a_market(
    capsys: pytest.CaptureFixture[str], market: str, ids: set[str]
) -> None:
    """A market has everybody's steps, and its own, in their order."""
    everybodys = ["email_verification", "payments", "theme", "product", "domain"]
    found = [each["id"] for each in said(capsys, "list", "--market", market)]
    assert (found[:5], set(found[5:])) == (everybodys, ids)


@pytest.mark.usefixtures("url")
def test_the_steps_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The list says of each step whether it is required, for whom, and who completes it."""
    assert main(["list"]) == DONE
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "payments" in each]
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[1:7] == ["payments", "1", "required", "30", "all", "provider"]


def test_a_step_is_relaxed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is optional at once, and the history says who did what, when and why."""
    assert main(["relax", "payments", *WHY]) == DONE
    assert "payments: required -> optional. In force" in capsys.readouterr().out
    assert not is_required(url, "payments")
    (record,) = said(capsys, "history")
    assert record["change"] == {"required": {"before": True, "after": False}}
    assert (record["who"], record["step_id"], record["reason"]) == (WHY[3], "payments", WHY[1])


def synthetic(url: str, step: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT version, status, completed_by FROM user_onboarding"
            " WHERE user_id = 'synthetic-author' AND step_id = %s",
            (step,),
        ).fetchall()


@pytest.mark.parametrize(
    ("step", "rows"), [("theme", [(1, "done", "operator")]), ("impressum", [])]
)
def test_the_synthetic_shop_stays_publishable(
    url: str, capsys: pytest.CaptureFixture[str], step: str, rows: list[tuple[Any, ...]]
) -> None:
    """A step of its market that is required is completed for its author, and that is told."""
    main(["relax", "impressum", *WHY])
    assert synthetic(url, step) == []
    capsys.readouterr()
    assert main(["require", step, *WHY]) == DONE
    assert synthetic(url, step) == rows
    told = "Completed for synthetic-author" in capsys.readouterr().out
    assert told is bool(rows)


def test_a_new_version_is_completed_for_the_synthetic_shop(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`require` does so once for a version that is required already, and leaves no record."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO onboarding_step_definitions (id, version, title, required, weight,"
            " position, action) SELECT id, 2, title, required, weight, position, action"
            " FROM onboarding_step_definitions WHERE id = 'payments'"
        )
    found = [said(capsys, "require", "payments", *WHY)["completedFor"] for _ in range(2)]
    assert found == [["synthetic-author"], []]
    assert synthetic(url, "payments") == [(2, "done", "operator")]
    assert said(capsys, "history") == []


@pytest.mark.parametrize("arguments", [["relax", "theme"], ["require", "theme", "--dry-run"]])
def test_nothing_is_completed(url: str, arguments: list[str]) -> None:
    """Neither a step that is relaxed is completed for anybody, nor one in a dry run."""
    assert main([*arguments, *WHY]) == DONE
    assert synthetic(url, "theme") == []


def test_a_step_is_required_again(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A change back is a change of its own, and the newest of the history."""
    main(["relax", "payments", *WHY])
    assert main(["require", "payments", "--reason", "back"]) == DONE
    assert is_required(url, "payments")
    assert [each["reason"] for each in said(capsys, "history", "-n", "1")] == ["back"]


@pytest.mark.parametrize(
    "arguments", [["relax", "payments", "--dry-run"], ["relax", "theme", *WHY]]
)
def test_nothing_to_write(
    url: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """A dry run, and a step that is so already, change nothing and leave no record."""
    assert main(arguments) == DONE
    assert is_required(url, "payments")
    assert said(capsys, "history") == []


def test_only_the_version_that_is_active(url: str) -> None:
    """What is changed is the version that the gate looks at, neither an older nor a later one."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO onboarding_step_definitions (id, version, title, required, weight,"
            " position, action, active_from) SELECT id, version + 1, title, true, weight, position,"
            " action, now() + interval '1 day' FROM onboarding_step_definitions"
        )
    assert main(["relax", "payments", *WHY]) == DONE
    with psycopg.connect(url) as connection:
        query = "SELECT version FROM onboarding_step_definitions WHERE id = 'payments' AND required"
        assert connection.execute(query).fetchall() == [(2,)]


def test_an_unknown_step(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused with the names that there are."""
    assert main(["relax", "payment", *WHY]) == REFUSED
    assert "There are email_verification, payments, theme," in capsys.readouterr().err
    assert is_required(url, "payments")


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    "arguments",
    [["relax", "payments"], ["relax", "payments", "--reason", " "], ["list", "--market", "fr"]],
)
def test_asked_for_wrongly(arguments: list[str]) -> None:
    """A change without a reason, or a market that is none, ends the command."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == REFUSED


def test_two_operators_at_once(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of those who ask for the same, one changes it, and one record is left."""

    def relax(who: int) -> bool:
        with connected(Database(url)) as connection:
            change = set_required(
                connection, "payments", required=False, who=str(who), reason="down"
            )
            return change.before.required

    with ThreadPoolExecutor(4) as operators:
        assert sorted(operators.map(relax, range(4))) == [False, False, False, True]
    assert len(said(capsys, "history")) == 1
