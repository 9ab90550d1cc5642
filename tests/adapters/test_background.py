"""Actions run beside the caller, on a few threads that hold nobody up."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from conteur.adapters.background import THREADS, BackgroundThreads
from conteur.telemetry import context
from conteur.telemetry.context import RequestContext

PATIENCE = 10.0
MOST = 2

HANGS = """
import threading
from conteur.adapters.background import BackgroundThreads
begun = threading.Event()
def hang():
    begun.set()
    threading.Event().wait()
BackgroundThreads()(hang)
begun.wait()
print("ends")
"""


@pytest.fixture(scope="module")
def background() -> BackgroundThreads:
    return BackgroundThreads(MOST)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Something that actions wait for, and that opens when the test ends at the latest."""
    event = threading.Event()
    yield event
    event.set()


def _threads() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate() if thread.name == "background"}


def _has_run(background: BackgroundThreads) -> bool:
    ran = threading.Event()
    background(ran.set)
    return ran.wait(PATIENCE)


def test_an_action_runs_beside_its_caller(
    background: BackgroundThreads, gate: threading.Event
) -> None:
    """The caller goes on while its action, and another one, still run."""

    def wait() -> None:
        gate.wait(PATIENCE)

    background(wait)
    assert _has_run(background)


def test_no_thread_is_there_before_the_first_action() -> None:
    """Making the threads' owner starts none: a fork may still come."""
    before = _threads()
    BackgroundThreads()
    assert _threads() == before


def test_there_are_never_more_threads_than_allowed(gate: threading.Event) -> None:
    """Actions beyond the threads wait for their turn, and then run all."""
    before, background, ran = _threads(), BackgroundThreads(MOST), threading.Semaphore(0)

    def act() -> None:
        gate.wait(PATIENCE)
        ran.release()

    for _ in range(MOST + 3):
        background(act)
    assert len(_threads() - before) == MOST
    gate.set()
    assert all(ran.acquire(timeout=PATIENCE) for _ in range(MOST + 3))


def test_an_instances_checkpoints_are_written_in_time(gate: threading.Event) -> None:
    """As many actions run at once as 80 stories, with 2 s for each write, need every 5 s."""
    background, begun = BackgroundThreads(), threading.Semaphore(0)

    def act() -> None:
        begun.release()
        gate.wait(PATIENCE)

    for _ in range(THREADS + 1):
        background(act)
    assert all(begun.acquire(timeout=PATIENCE) for _ in range(80 * 2 // 5))
    assert not begun.acquire(blocking=False)
    gate.set()
    assert begun.acquire(timeout=PATIENCE)


def test_a_failure_is_logged_and_ends_no_thread(capsys: pytest.CaptureFixture[str]) -> None:
    """What an action raises is in the log, with its stack, and the thread runs the next one."""
    background = BackgroundThreads(1)

    def fail() -> None:
        raise TypeError("broken action")

    background(fail)
    assert _has_run(background)
    logged = capsys.readouterr().out
    assert "background.failed" in logged
    assert "in fail" in logged


def test_a_failure_that_cannot_be_logged_ends_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the log itself fails, the thread runs the next action all the same."""
    background, broken = BackgroundThreads(1), io.StringIO()
    broken.close()
    monkeypatch.setattr(sys, "stdout", broken)

    def fail() -> None:
        raise TypeError("broken action")

    background(fail)
    assert _has_run(background)


def test_an_action_logs_as_its_callers_request() -> None:
    """An action knows whose request it works for, and leaves the next one's alone."""
    background, seen = BackgroundThreads(1), list[RequestContext | None]()
    context.enter(RequestContext("id-1", "generate_story"))
    background(lambda: seen.append(context.current()))
    context.leave()
    assert _has_run(background)
    background(lambda: seen.append(context.current()))
    assert _has_run(background)
    assert seen == [RequestContext("id-1", "generate_story"), None]


def test_a_forked_child_runs_its_own_actions(background: BackgroundThreads) -> None:
    """After a fork the child's actions run, on threads of the child."""
    assert _has_run(background)
    child = os.fork()
    if child == 0:
        os._exit(0 if _has_run(background) else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_process_ends_while_an_action_hangs() -> None:
    """An action that never returns does not keep the process from ending."""
    command = [sys.executable, "-c", HANGS]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert ended.stdout == "ends\n"
