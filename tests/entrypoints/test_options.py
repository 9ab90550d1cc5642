"""How the functions are deployed, as firebase-tools discovers it."""

from collections.abc import Callable
from typing import Any

import pytest

from conteur.entrypoints import options

DECORATORS = (
    options.callable_function,
    options.http_function,
    options.task_function,
    options.scheduled_function,
)

Function = Callable[[object], object]


@pytest.fixture
def function() -> Function:
    def tell(request: object) -> object:
        return request

    return tell


@pytest.fixture
def discovering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FUNCTION_TARGET", raising=False)


def _endpoint(function: Function) -> Any:  # noqa: ANN401 - the library's own class is private
    return getattr(function, options.ENDPOINT)


@pytest.mark.usefixtures("discovering")
@pytest.mark.parametrize("decorate", DECORATORS)
def test_the_function_stays_as_it_is(
    function: Function, decorate: Callable[[Function], Function]
) -> None:
    """A deployed function takes the raw request: the library's wrapper is not in its way."""
    assert decorate(function)("a request") == "a request"
    assert decorate(function) is function


@pytest.mark.usefixtures("discovering")
@pytest.mark.parametrize("decorate", DECORATORS)
def test_threads_are_as_many_as_requests(
    function: Function, decorate: Callable[[Function], Function]
) -> None:
    """Every function's concurrency is the setting that gives gunicorn its threads."""
    endpoint = _endpoint(decorate(function))
    assert endpoint.concurrency == "{{ params.THREADS }}"
    assert (endpoint.cpu, endpoint.availableMemoryMb) == (1, options.MEMORY_MB)


@pytest.mark.usefixtures("discovering")
def test_a_queue_repeats_for_days(function: Function) -> None:
    """A task is repeated, ever more rarely, for three days, by few instances."""
    endpoint = _endpoint(options.task_function(function))
    retries = endpoint.taskQueueTrigger["retryConfig"]
    assert (retries["maxRetrySeconds"], retries["maxAttempts"]) == (259_200, 100)
    assert (retries["minBackoffSeconds"], retries["maxBackoffSeconds"]) == (10, 300)
    assert endpoint.maxInstances == options.SAVE_INSTANCES


@pytest.mark.usefixtures("discovering")
def test_a_schedule_runs_every_minute_and_repeats_nothing(function: Function) -> None:
    """A sweep that fails is followed by the next one a minute later, by the same instance."""
    endpoint = _endpoint(options.scheduled_function(function))
    trigger = endpoint.scheduleTrigger
    assert (trigger["schedule"], trigger["timeZone"]) == ("* * * * *", "UTC")
    assert (trigger["retryConfig"]["retryCount"], endpoint.maxInstances) == (0, 1)


@pytest.mark.usefixtures("discovering")
@pytest.mark.parametrize(
    ("decorate", "api"),
    [
        (options.task_function, "cloudtasks.googleapis.com"),
        (options.scheduled_function, "cloudscheduler.googleapis.com"),
    ],
)
def test_a_deploy_enables_what_calls_the_function(
    function: Function, decorate: Callable[[Function], Function], api: str
) -> None:
    """The API that sends tasks, or runs schedules, is one that firebase-tools turns on."""
    required = getattr(decorate(function), options.REQUIRED_APIS)
    assert [each["api"] for each in required] == [api]


@pytest.mark.parametrize("decorate", DECORATORS)
def test_a_serving_process_skips_it(
    function: Function,
    monkeypatch: pytest.MonkeyPatch,
    decorate: Callable[[Function], Function],
) -> None:
    """What only a deploy reads is not made where calls are answered."""
    monkeypatch.setenv("FUNCTION_TARGET", "tell")
    assert not hasattr(decorate(function), options.ENDPOINT)
