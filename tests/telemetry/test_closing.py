"""What is left is sent at the process's end, in the time that there is."""

from itertools import pairwise

import pytest
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

from conteur.telemetry.flushing import CLOSE_SECONDS, LAST_SEND_SECONDS
from tests.telemetry.flushing_world import PATIENCE, Fate, Instance, in_child


def test_close(instance: Instance) -> None:
    """The end sends what is left at once."""
    instance.serve()
    instance.serve(after_seconds=2)
    instance.flusher.close()
    assert instance.counted() == [1, 2]
    assert instance.clock.now == 1002.0


@pytest.mark.parametrize("fate", [Fate.FAILS, Fate.HANGS, Fate.ANSWER_IS_LOST])
def test_close_again(instance: Instance, fate: Fate) -> None:
    """The end sends again what was not taken, however it failed, also several times."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [fate, fate, fate]
    instance.flusher.close()
    assert instance.counted()[-1] == 2
    assert len(instance.sink.began) == 5


def test_close_while_the_sink_is_down(instance: Instance) -> None:
    """The end tries until its time is up, with rests that grow to a second."""
    instance.sink.down = True
    instance.serve()
    instance.flusher.close()
    tries = instance.sink.began[1:]
    rests = [later - earlier for earlier, later in pairwise(tries)]
    assert rests == pytest.approx([0.1, 0.2, 0.4, 0.8, *[1.0] * 4])
    assert instance.clock.now == pytest.approx(1000.0 + CLOSE_SECONDS)


def test_close_while_the_sink_hangs(instance: Instance) -> None:
    """Each try has a part of the time, and all of them no more than there is."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [Fate.HANGS] * 10
    instance.flusher.close()
    *tries, last = instance.sink.timeouts[1:]
    assert tries == [LAST_SEND_SECONDS] * 3
    assert last == pytest.approx(1.3)
    assert instance.clock.now == pytest.approx(1000.0 + CLOSE_SECONDS)


def test_close_ends_before_it_is_killed() -> None:
    """Cloud Run kills after 10 s, of which gunicorn may wait some for kept-alive connections."""
    assert STOP_KEEPALIVE_LINGER + CLOSE_SECONDS <= 9


def test_close_counts_what_came_meanwhile(instance: Instance) -> None:
    """Each try sends what there is by then."""
    instance.serve()
    instance.serve()
    instance.sink.fates = [Fate.FAILS]
    instance.clock.on_sleep = instance.count
    instance.flusher.close()
    assert instance.counted() == [1, 3]


def test_close_while_a_flush_hangs(instance: Instance) -> None:
    """The end does not outlast its time for a flush that hangs."""
    instance.sink.open.clear()
    instance.flusher.on_request_start()
    instance.count()
    instance.end(wait_seconds=0.0)
    assert instance.sink.reached.wait(PATIENCE)
    instance.flusher.close(seconds=0.0)
    assert not instance.sink.sent


def test_close_with_nothing_left(instance: Instance) -> None:
    """The end neither sends nor waits when all was sent."""
    instance.serve()
    instance.flusher.close()
    assert (len(instance.sink.sent), instance.clock.now) == (1, 1000.0)


def test_close_without_requests(instance: Instance) -> None:
    """A process that served no request, as gunicorn's master, sends nothing at its end."""
    instance.count()
    instance.flusher.close()
    assert not instance.sink.sent


def test_used_before_a_fork(instance: Instance) -> None:
    """The child of a process that counts does not send its parent's counts when it ends."""
    instance.serve()
    instance.serve(after_seconds=1)

    def close() -> int:
        instance.flusher.close()
        return len(instance.sink.sent)

    assert in_child(close) == 1
