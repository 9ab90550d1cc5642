"""What the log says of each dependency around a request."""

import json
from dataclasses import asdict, replace

import grpc

from scripts.local.standins.server import Fault
from scripts.ops.diagnosis.around.dependencies import MOST_LINES, Dependencies, look
from scripts.ops.diagnosis.around.events import Dependency
from scripts.ops.diagnosis.around.trouble import Quiet, Trouble
from scripts.ops.diagnosis.case import Case
from tests.scripts.ops.logbook.kept import at, entry

from .logged import NOW, Logged


def looked(logged: Logged, case: Case | None = None) -> Dependencies:
    found = look(case or logged.failed(), logged.book, NOW)
    assert not found.problem
    return found


def told(logged: Logged) -> list[str]:
    return [str(row) for row in looked(logged).rows if isinstance(row, Trouble)]


def circuit(logged: Logged, seconds: float, state: str, **more: str) -> None:
    logged.add(seconds, "model.circuit", "WARNING", model="gpt-x", state=state, **more)


def test_all_quiet(logged: Logged) -> None:
    """Where no line tells of any dependency, all are told to be quiet."""
    assert looked(logged, logged.failed("INVALID_FIELD")).rows == (Quiet(tuple(Dependency)),)


def test_before_during_and_after(logged: Logged) -> None:
    """Lines of all functions are counted by when they were written, and the worst is shown."""
    for seconds in (-60, 0.5, 30):
        logged.add(seconds, "google.call_failed", "WARNING", of="rate-story", service="firestore")
    logged.add(20, "store.failed", "ERROR", message="store.failed PermissionDenied")
    logged.add(25, "store.failed", "ERROR", message="store.failed again")
    assert told(logged) == [
        (
            "Firestore: 5 lines (1 before, 1 during, 3 after it), 13:59:00 to 14:00:30; "
            "ERROR store.failed PermissionDenied"
        )
    ]


def test_a_long_message(logged: Logged) -> None:
    """It is cut at a word, and that is shown."""
    logged.add(20, "store.failed", "ERROR", message="word " * 100)
    [said] = told(logged)
    assert said.endswith("word word…")


def test_one_line(logged: Logged) -> None:
    """A single line has one moment, and what is quiet is told after it."""
    logged.add(-5, "mail.failed", "WARNING", of="tend-store")
    trouble, quiet = looked(logged).rows
    assert str(trouble) == "the mail server: 1 line, 1 before it, 13:59:55; WARNING mail.failed"
    assert str(quiet).startswith("quiet: OpenAI, OpenAI moderation, Firestore, ")
    assert "mail" not in str(quiet)


def test_out_of_sight(logged: Logged) -> None:
    """What was long before or after the request is not of it."""
    for seconds in (-1000, 400):
        logged.add(seconds, "store.failed", "ERROR")
    assert told(logged) == []


def test_models_apart(logged: Logged) -> None:
    """Each model of OpenAI has a row of its own."""
    for name in ("gpt-x", "gpt-y"):
        logged.add(0.5, "model.attempt_failed", "WARNING", model=name)
    assert [each.partition(":")[0] for each in told(logged)] == ["OpenAI (gpt-x)", "OpenAI (gpt-y)"]


def test_the_order(logged: Logged) -> None:
    """Rows come in the dependencies' order, whichever line was first."""
    logged.add(-3, "memory.caches_dropped", "WARNING")
    logged.add(-2, "secret.unavailable", "WARNING")
    logged.add(-1, "moderation.unavailable", "WARNING")
    names = [each.partition(":")[0] for each in told(logged)]
    assert names == ["OpenAI moderation", "Secret Manager", "the instance"]


def test_what_cloud_run_says(logged: Logged) -> None:
    """A line that is not the product's tells of the instance."""
    logged.add(0.9, "", "CRITICAL", message="Memory limit of 512 MiB exceeded")
    [line] = told(logged)
    assert line.endswith("14:00:00; CRITICAL Memory limit of 512 MiB exceeded")


def test_a_circuit_that_is_open(logged: Logged) -> None:
    """It is open since it opened first, whatever probes it let through since, however long ago."""
    for seconds, state in ((-4000, "open"), (-3970, "half_open"), (-3960, "open")):
        circuit(logged, seconds, state)
    assert told(logged) == ["OpenAI (gpt-x): circuit open since 12:53:20"]


def test_a_circuit_that_closed(logged: Logged) -> None:
    """What was well again when the request ended does not stand, nor what began later."""
    for seconds, state in ((-4000, "open"), (-3000, "closed"), (2, "open")):
        circuit(logged, seconds, state)
    [line] = told(logged)
    assert line == "OpenAI (gpt-x): 1 line, 1 after it, 14:00:02; WARNING model.circuit"


def test_a_state_of_another_function(logged: Logged) -> None:
    """Each function's instances have circuits and limiters of their own."""
    circuit(logged, -4000, "open", of="rate-story")
    logged.add(-4000, "rate_limiter.down", "WARNING")
    assert told(logged) == ["Redis: down since 12:53:20"]


def test_a_state_of_another_instance(logged: Logged) -> None:
    """Where the call's instance is known, the others' states do not stand for it."""
    case = logged.failed()
    for seconds, instance in ((-4000, "gone"), (-60, "its")):
        one = entry(seconds, "WARNING", event="rate_limiter.down", n=seconds)
        one.labels["instanceId"] = instance
        logged.log.write(one)
    own = replace(case, lines=tuple(replace(line, instance="its") for line in case.lines))
    states = [str(looked(logged, each).rows[0]).partition(";")[0] for each in (case, own)]
    assert states == ["Redis: down since 12:53:20", "Redis: down since 13:59:00"]


def test_what_cloud_run_notes_of_requests(logged: Logged) -> None:
    """Its log of requests has a warning for each refusal: no trouble of an instance."""
    request = entry(0.5, "WARNING")
    request.log_name = "projects/demo-conteur/logs/run.googleapis.com%2Frequests"
    request.http_request = {"request_method": "POST", "status": 429}
    logged.log.write(request)
    assert told(logged) == []


def test_well_again_is_no_trouble(logged: Logged) -> None:
    """That a circuit closed is logged at WARNING, and is good news."""
    circuit(logged, -10, "closed")
    assert told(logged) == []


def test_more_than_are_read(logged: Logged) -> None:
    """Where there are more lines than are read, that is said."""
    lines = [entry(-1, "WARNING", event="metrics.sink_down", n=n) for n in range(MOST_LINES + 1)]
    logged.log.write(*lines)
    rows = looked(logged).rows
    assert str(rows[0]).startswith(f"Cloud Monitoring: down since 13:59:59; {MOST_LINES - 1} lines")
    assert str(rows[-1]) == f"there are more than {MOST_LINES} such lines: counted from 13:59:59 on"


def test_a_request_of_now(logged: Logged) -> None:
    """Nothing is asked of the future."""
    case = logged.failed()
    assert look(case, logged.book, at(30)).until == at(30)
    assert look(case, logged.book, NOW).until == at(301)


def test_no_log(logged: Logged) -> None:
    """A log that does not answer is a problem that says what to do."""
    case = logged.failed()
    logged.log.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    found = look(case, logged.book, NOW)
    assert found.rows == ()
    assert "roles/logging.viewer" in found.problem


def test_for_programs(logged: Logged) -> None:
    """A row is made of what JSON has, and of moments."""
    logged.add(0.5, "store.failed", "ERROR")
    row = json.loads(json.dumps(asdict(looked(logged).rows[0]), default=str))
    assert (row["dependency"], row["during"], row["worst"]) == ("Firestore", 1, "store.failed")
