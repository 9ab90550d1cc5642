"""Jobs are answered so that the platform repeats what can succeed, and nothing else."""

import pytest
from flask.testing import FlaskClient

from conteur.entrypoints.job import RETRIES, Action
from conteur.errors import (
    BugError,
    ConteurError,
    DeadlineError,
    InProgressError,
    MalformedRequestError,
    Phase,
)
from conteur.telemetry import context
from conteur.telemetry.flushing import IDLE_SECONDS
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT, JOB_RUNS, STORIES_SWEPT
from tests.entrypoints.jobs import World, logged, serving

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def world() -> World:
    return World()


def _client(world: World, action: Action) -> FlaskClient:
    return serving(lambda request: world.job.answer(request, action))


def _failing(error: Exception) -> Action:
    def fail() -> dict[str, str]:
        raise error

    return fail


def test_done(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A job that is done is answered as a task queue function's is, and leaves one line."""

    def act() -> dict[str, int]:
        world.clock.advance(1.5)
        return {"ended": 3}

    answer = _client(world, act).post("/")
    assert (answer.status_code, answer.get_json()) == (200, {"result": None})
    (line,) = logged(capsys)
    assert (line["event"], line["result"], line["ms"], line["ended"]) == (
        *("job.ended", "done"),
        *(1500, 3),
    )


@pytest.mark.parametrize(
    ("error", "severity"),
    [
        (DeadlineError("no answer", Phase.STORE), "ERROR"),
        (BugError("another format"), "ERROR"),
        (InProgressError("somebody writes", storyId="id-1"), "WARNING"),
    ],
)
def test_again(
    world: World, capsys: pytest.CaptureFixture[str], error: ConteurError, severity: str
) -> None:
    """A job that may succeed later is to be repeated, and its failure of ours is an error."""
    answer = _client(world, _failing(error)).post("/")
    failure, end = logged(capsys)
    assert answer.status_code == 503
    assert (failure["event"], failure["reason"]) == ("job.failed", error.reason)
    assert (failure["severity"], end["result"]) == (severity, "again")


def test_dropped(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A job that can never succeed is not repeated for days: it is an error, once."""
    answer = _client(world, _failing(MalformedRequestError("holds no story"))).post("/")
    failure, end = logged(capsys)
    assert answer.status_code == 200
    assert (failure["event"], failure["severity"]) == ("job.dropped", "ERROR")
    assert (failure["problem"], end["result"]) == ("holds no story", "dropped")


def test_bug(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A bug is logged with its stack, and the job repeated: the next revision may mend it."""
    answer = _client(world, _failing(KeyError("once upon a time"))).post("/")
    bug, end = logged(capsys)
    assert answer.status_code == 500
    assert (bug["event"], bug["severity"], end["result"]) == ("job.bug", "ERROR", "bug")
    assert "in fail" in bug["stack_trace"]
    assert "once upon" not in str(bug)


def test_context(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A job's lines carry its function, its trace and which try it is; its thread is then free."""
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", RETRIES: "2"}
    _client(world, dict).post("/", headers=headers)
    (line,) = logged(capsys)
    assert (line["function"], line["attempt"]) == ("the_job", 3)
    assert line["correlationId"] == line["request_id"]
    assert line["logging.googleapis.com/trace"] == f"projects/demo-conteur/traces/{TRACE}"
    assert context.current() is None


def test_no_thread_to_send(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job after which no metrics can be sent leaves its thread free as well."""

    def no_thread(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(world.flusher, "on_request_end", no_thread)
    assert _client(world, dict).post("/").status_code == 500
    assert context.current() is None


def test_schedule(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A run of a schedule, which has no tries, has an id of its own instead."""
    client = _client(world, dict)
    client.post("/")
    client.post("/")
    first, second = logged(capsys)
    assert "attempt" not in first
    assert first["request_id"] != second["request_id"]


@pytest.mark.parametrize("error", [None, KeyError("x")])
def test_metrics(world: World, error: Exception | None) -> None:
    """What a job has counted is sent before it is answered, also where it has failed."""

    def act() -> dict[str, int]:
        world.meter.count(STORIES_SWEPT, result="ended")
        if error is not None:
            raise error
        return {}

    _client(world, act).post("/")
    assert len(world.sink.taken) == 1


@pytest.mark.parametrize(
    ("error", "result", "row"),
    [
        (None, "done", 1),
        (MalformedRequestError("holds no story"), "dropped", 1),
        (InProgressError("somebody writes", storyId="id-1"), "again", 1),
        (DeadlineError("no answer", Phase.STORE), "again", 2),
        (KeyError("x"), "bug", 2),
    ],
)
def test_counts(world: World, error: Exception | None, result: str, row: int) -> None:
    """A run is counted by how it ended, and only our failures make a row of them longer."""
    for action in (_failing(BugError("unread")), dict if error is None else _failing(error)):
        _client(world, action).post("/")
        world.clock.advance(IDLE_SECONDS)
    assert world.sent(JOB_RUNS)["the_job", result] == (2 if result == "again" else 1)
    assert world.sent(FAILURES_IN_ROW) == {("the_job",): row}
    assert world.sent(IN_FLIGHT) == {("the_job",): 1}


def test_health(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The Functions emulator asks whether a worker is up without running its job."""
    answer = _client(world, _failing(KeyError("ran"))).get("/__/health")
    assert (answer.status_code, answer.data) == (200, b"OK")
    assert logged(capsys) == []
