"""`scripts/diagnose`, on files and on the log of a product that is served."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scripts.ops import diagnose
from tests.faults.conftest import MakeWorld, faults_client, llmock, make_world
from tests.faults.rows import answers
from tests.faults.world import World
from tests.procedures.following import complaint, desk_of
from tests.procedures.stack import Desk
from tests.procedures.stack import desk as desk_beside
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import ID, printed
from tests.served_store import secrets_for, served_store
from tests.store_rows import add_authors

__all__ = ["faults_client", "llmock", "make_world"]  # fixtures

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 120
DIAGNOSED, NOT_FOUND, WRONG, UNREADABLE = range(4)
REFUSED = (
    printed("call.refused", 80, reason="USER_QUOTA", problem="enough for today", **scenes.QUOTA),
    printed("call.ended", 90, outcome="refused", reason="USER_QUOTA", ms=90),
)


class Support:
    """Somebody with a complaint, who works in a folder of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.root = folder, folder
        self._capsys = capsys
        self.out = self.err = ""

    def log(self, lines: Sequence[str] = REFUSED) -> str:
        """Keep lines in a file, and return its path."""
        path = self.folder / "app.log"
        path.write_text("".join(f"{line}\n" for line in lines))
        return str(path)

    def diagnose(self, *arguments: str, at: datetime = scenes.LATER) -> int:
        """Run the command, and return its exit code."""
        try:
            code = diagnose.main([*arguments], now=lambda: at, root=self.root)
        except SystemExit as ended:
            code = int(str(ended.code))
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def ada(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Support:
    monkeypatch.chdir(tmp_path)
    for name in ("LOGGING_ENDPOINT", "FIRESTORE_EMULATOR_HOST", "PROMETHEUS_URL", "RUN_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    return Support(tmp_path, capsys)


def test_a_file_is_diagnosed_without_a_network(ada: Support) -> None:
    """The cause is printed, and the record is filed beside."""
    assert ada.diagnose(ID, "--file", ada.log()) == DIAGNOSED
    assert "It was refused with USER_QUOTA: enough for today." in ada.out
    assert ada.err == f"Incident record: incidents/2026-11-22-{ID}.md\n"
    assert (ada.folder / f"incidents/2026-11-22-{ID}.md").is_file()


def test_a_record_is_filed_in_the_checkout_and_named_from_where_the_reader_is(
    ada: Support,
) -> None:
    """Who works elsewhere finds it all the same."""
    ada.root = ada.folder.parent / "checkout"
    assert ada.diagnose(ID, "--file", ada.log()) == DIAGNOSED
    assert ada.err == f"Incident record: ../checkout/incidents/2026-11-22-{ID}.md\n"
    assert not (ada.folder / "incidents").exists()


def test_the_wrapper_leaves_the_reader_where_they_are(ada: Support) -> None:
    """--file names a file there."""
    checkout = ada.folder / "checkout"
    (checkout / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts/diagnose", checkout / "scripts")
    (checkout / "scripts/setup").write_text("#!/bin/sh\n")
    (checkout / "scripts/setup").chmod(0o755)
    shutil.copytree(
        ROOT / "scripts/ops", checkout / "scripts/ops", ignore=shutil.ignore_patterns("__pycache__")
    )
    for linked in ("scripts/local", "functions", "monitoring", "docs", ".firebaserc"):
        (checkout / linked).symlink_to(ROOT / linked)
    (checkout / ".venv").symlink_to(sys.prefix)
    ada.log()
    command = ["checkout/scripts/diagnose", ID, "--file", "app.log"]
    done = subprocess.run(
        command,
        cwd=ada.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == DIAGNOSED, done.stderr
    assert f"Incident record: checkout/incidents/2026-11-22-{ID}.md" in done.stderr


def test_a_terminal_is_not_written_over_its_edge(
    ada: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no terminal gets each row on one line, which grep finds."""
    ada.diagnose(ID, "--file", ada.log(), "--no-record")
    assert max(map(len, ada.out.splitlines())) > 80
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    ada.diagnose(ID, "--file", ada.log(), "--no-record")
    assert max(map(len, ada.out.splitlines())) <= 80


def test_a_record_goes_where_it_is_asked_to_go(ada: Support) -> None:
    """Or nowhere."""
    assert ada.diagnose(ID, "--file", ada.log(), "--record", "a/b.md") == DIAGNOSED
    assert ada.diagnose(ID, "--file", ada.log(), "--no-record") == DIAGNOSED
    assert sorted(path.name for path in ada.folder.rglob("*.md")) == ["b.md"]


def test_a_record_that_cannot_be_written_fails_no_report(ada: Support) -> None:
    """The report is there, and the exit code says that something is left to do."""
    (ada.folder / "incidents").write_text("a file")
    assert ada.diagnose(ID, "--file", ada.log()) == WRONG
    assert "It was refused" in ada.out
    assert "--record" in ada.err


def test_programs_get_one_document(ada: Support) -> None:
    """Where the record went is said beside it."""
    assert ada.diagnose(ID, "--file", ada.log(), "--json") == DIAGNOSED
    told = json.loads(ada.out)
    assert (told["outcome"], told["reason"]) == ("refused", "USER_QUOTA")
    assert told["quota"]["then"]["stories"] == 3
    assert told["around"]["metrics"]["problem"].startswith("a file does not say")


def test_a_document_steers_no_terminal(ada: Support) -> None:
    """What a line has from anyone is escaped in it, as JSON can."""
    lines = [
        printed("call.refused", 80, reason="USER_QUOTA", problem="\x9b2J\u202eé"),
        printed("call.ended", 90, outcome="refused", reason="USER_QUOTA", ms=90),
    ]
    assert ada.diagnose(ID, "--file", ada.log(lines), "--json", "--no-record") == DIAGNOSED
    assert ada.out.isascii()
    assert "\x9b2J\u202eé" in json.dumps(json.loads(ada.out), ensure_ascii=False)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_reader_that_has_enough(ada: Support, more: list[str]) -> None:
    """Whoever takes the first letter only hears no complaint, and the record is there."""
    command = [sys.executable, "-m", "scripts.ops.diagnose", ID, "--file", ada.log(), *more]
    with subprocess.Popen(
        [*command, "--record", str(ada.folder / "a.md")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "functions"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.close()
        complaints = process.communicate(timeout=PATIENCE_SECONDS)[1].decode()
    assert (process.returncode, complaints.count("\n")) == (DIAGNOSED, 1)
    assert (ada.folder / "a.md").is_file()


def test_an_id_that_no_line_has_is_said_with_what_it_may_mean(ada: Support) -> None:
    """And with what to do next; no record is written."""
    assert ada.diagnose("another", "--file", ada.log()) == NOT_FOUND
    for said in ("it is older", "another project", "never reached", "the id is wrong", "Next:"):
        assert said in ada.err
    assert not (ada.folder / "incidents").exists()


def test_a_story_that_only_others_tell_of_is_said_to_be(ada: Support) -> None:
    """With whom to ask instead: the sweep's run that ended it."""
    swept = printed("story.swept", 10, request_id="a-run", story_id=ID)
    assert ada.diagnose(ID, "--file", ada.log([swept])) == NOT_FOUND
    assert "scripts/diagnose a-run --file" in ada.err


def test_a_run_of_a_job_is_diagnosed_too(ada: Support) -> None:
    """By the id of its lines: it has no call's end, and failed all the same."""
    lines = [
        printed("job.failed", 10, request_id="a-run", reason="TIMEOUT", phase="store"),
        printed("job.ended", 20, request_id="a-run", result="again", ms=20),
    ]
    assert ada.diagnose("a-run", "--file", ada.log(lines), "--no-record") == DIAGNOSED
    assert "It failed with TIMEOUT phase=store after 20 ms" in ada.out


def test_lines_before_since_are_not_looked_at(ada: Support) -> None:
    """A window that is named holds for files too."""
    assert ada.diagnose(ID, "--file", ada.log(), "--since", "10m") == NOT_FOUND
    assert ada.diagnose(ID, "--file", ada.log(), "--since", "2h", "--no-record") == DIAGNOSED


def test_a_correlation_id_shows_each_of_its_requests(ada: Support) -> None:
    """A timeline for each."""
    known = {"function": "store_api", "correlationId": scenes.CORRELATION}
    end = {"outcome": "completed", "reason": "NONE", "ms": 20}
    lines = [printed("call.ended", 100 * n, request_id=f"r{n}", **known, **end) for n in (1, 2)]
    assert ada.diagnose(scenes.CORRELATION, "--file", ada.log(lines), "--no-record") == DIAGNOSED
    assert [name for name in ("r1", "r2") if f"Timeline of {name} from" in ada.out] == ["r1", "r2"]


def test_counters_of_now_need_a_place(ada: Support) -> None:
    """A file has none; that is said, and the rest is told."""
    assert ada.diagnose(ID, "--file", ada.log(), "--user", "ada", "--no-record") == DIAGNOSED
    assert "then: 3 of 20" in ada.out
    assert "now: a file does not say of which project it is" in ada.out


def test_a_file_is_not_asked_to_go_with_a_project(
    ada: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both together are refused: -P is to be in place of --file."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    assert ada.diagnose(ID, "--file", ada.log(), "--no-record") == DIAGNOSED
    changes = ada.out.partition("\nChanges\n")[2]
    assert "ask with -P in place of --file" in changes
    assert "Name the project" not in changes


def test_a_file_names_no_project(ada: Support) -> None:
    """Whose log it is, is not known: production's key is not to be overwritten for it."""
    lines = [
        printed("call.failed", 80, reason="OPENAI_ERROR", kind="key", problem="no"),
        printed("call.ended", 90, outcome="failed", reason="OPENAI_ERROR", ms=90),
    ]
    assert ada.diagnose(ID, "--file", ada.log(lines), "--no-record") == DIAGNOSED
    assert "secrets:set OPENAI_API_KEY -P PROJECT" in ada.out
    assert "production" not in ada.out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [""],
        [ID, "--file", "nowhere.log"],
        [ID, "--file", "x", "--local"],
        [ID, "--since", "yesterday"],
        [ID, "--record", "a.md", "--no-record"],
        [ID],
    ],
)
def test_wrong_use_is_told_apart(ada: Support, arguments: list[str]) -> None:
    """From an id that is not there."""
    assert ada.diagnose(*arguments) == WRONG
    assert ada.err


def test_a_log_out_of_reach_is_told_apart(ada: Support, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of the request then."""
    monkeypatch.setenv("LOGGING_ENDPOINT", "127.0.0.1:9")
    assert ada.diagnose(ID, "--local") == UNREADABLE
    assert "nothing answers there" in ada.err


@pytest.fixture(scope="module")
def broken_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(broken_world: World) -> Iterator[Desk]:
    with desk_of(broken_world) as made:
        yield made


def told(desk: Desk, request_id: str, *more: str) -> dict[str, Any]:
    command = f"scripts/diagnose {request_id} -P production --json {' '.join(more)}"
    found: dict[str, Any] = json.loads(desk.do(command).text)
    return found


@pytest.mark.server
def test_a_served_storys_failure_is_found_by_the_id_that_the_app_shows(
    broken_world: World, desk: Desk
) -> None:
    """Through the real client of Cloud Logging, with all that was around."""
    answers(401)(broken_world)
    found = told(desk, complaint(broken_world))
    assert (found["reason"], found["kind"]) == ("OPENAI_ERROR", "key")
    assert found["runbook"] == "docs/procedures/openai-error.md"
    assert any(step["name"].startswith("attempt 1") for step in found["calls"][0]["steps"])
    assert found["around"]["dependencies"]["rows"][0]["dependency"] == "OpenAI"


@pytest.mark.server
def test_a_served_story_is_told_with_its_phases_and_its_users_counters(
    broken_world: World, desk: Desk
) -> None:
    """Of then by the claim's line, of now by Firestore; the story's text stays unread."""
    app = broken_world.new_app()
    played = broken_world.play("whole", become=lambda _: app)
    story_id = played.record["result"]["value"]["storyId"]
    found = told(desk, story_id, "--user", app.uid)
    names = [step["name"] for step in found["calls"][0]["steps"]]
    assert found["outcome"] == "completed"
    assert "admission" in names
    assert names[-1] == "ended: completed"
    assert found["quota"]["then"]["stories"] == found["quota"]["now"]["counters"]["stories"] == 1
    assert "text" not in found["quota"]["now"]["story"]


@pytest.mark.server
def test_the_report_of_a_served_story_names_no_user(broken_world: World, desk: Desk) -> None:
    """Neither the log nor what is made of it."""
    app = broken_world.new_app()
    played = broken_world.play("whole", become=lambda _: app)
    request_id = played.record["result"]["value"]["storyId"]
    said = desk.do(f"scripts/diagnose {request_id} -P production --user {app.uid}").text
    assert "now: counters of" in said
    assert app.uid not in said


@pytest.mark.server
def test_a_correlation_id_that_an_author_was_answered_finds_the_gates_step(
    tmp_path: Path, database: str, firestore_host: str
) -> None:
    """The store's problem details have it; what is missing is in the timeline."""
    add_authors(database, "ada", done=False)
    with (
        served_store(tmp_path, secrets_for(database), firestore_host) as store,
        desk_beside({"store-api": store.process}, FIRESTORE_EMULATOR_HOST=firestore_host) as desk,
    ):
        reply = store.publish("ada")
        # Its last line is written once the answer is out.
        store.process.wait_for(lambda: store.log("call.ended") or None, "ended", PATIENCE_SECONDS)
        found = told(desk, reply.body["correlationId"])
    assert (found["reason"], found["fault"]) == ("PRECONDITION_REQUIRED", "caller")
    assert found["runbook"] == "docs/procedures/gating-blocks.md"
    steps = {step["name"]: step["told"] for step in found["calls"][0]["steps"]}
    assert f"missingStep={reply.body['missingStep']}" in steps["Gating check blocked"]
    assert "checks, and transaction, attempt 1" in steps
