"""The model's key: kept, shared by all threads, and read again when it may have changed."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.kept_secret import (
    AGAIN_SECONDS,
    FRESH_SECONDS,
    READ_SECONDS,
    USABLE_SECONDS,
    SecretSource,
)
from conteur.domain.secret import Secret
from conteur.errors import DeadlineError, Phase, SecretUnavailableError
from conteur.telemetry.aggregate import Aggregate
from tests.adapters.fake_secrets import FakeSecrets
from tests.fakes import FakeClock

PATIENCE = 10.0
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

DOWN = SecretUnavailableError("Secret Manager is down")


class Later(Executor):
    """Runs what was submitted when the test says so."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], None]] = []

    def submit(
        self, fn: Callable[_Given, _Result], /, *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Result]:
        future: Future[_Result] = Future()
        self._waiting.append(lambda: future.set_result(fn(*args, **kwargs)))
        return future

    def run(self) -> int:
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            task()
        return len(waiting)


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def old_key(secrets: FakeSecrets, clock: FakeClock, later: Later) -> ApiKey:
    """A key that was read once and is fresh no more."""
    key = ApiKey(SecretSource(secrets, "OPENAI_API_KEY", "latest"), clock, Aggregate(), later)
    with pytest.raises(DeadlineError):
        key.get(0)
    later.run()
    clock.advance(FRESH_SECONDS)
    return key


def test_the_key_is_read_when_it_is_first_asked_for(key: ApiKey, secrets: FakeSecrets) -> None:
    """Nothing is read at the start; the first caller gets the latest version."""
    assert secrets.reads == []
    assert key.get(PATIENCE).value == "test-key"
    assert secrets.reads == [("OPENAI_API_KEY", "latest", READ_SECONDS)]


def test_a_pinned_version_is_read(secrets: FakeSecrets, clock: FakeClock) -> None:
    """A pinned version stays, whatever is added after it."""
    secrets.values.append("newer-test-key")
    pinned = ApiKey(SecretSource(secrets, "OPENAI_API_KEY", "1"), clock, Aggregate())
    assert pinned.get(PATIENCE).version == "1"


def test_a_fresh_key_is_not_read_again(key: ApiKey, secrets: FakeSecrets, clock: FakeClock) -> None:
    """For ten minutes the kept key serves every call."""
    key.get(PATIENCE)
    clock.advance(FRESH_SECONDS - 1)
    key.get(PATIENCE)
    assert len(secrets.reads) == 1


def test_eighty_threads_share_one_read(clock: FakeClock) -> None:
    """However many need the key at once, it is read once."""
    everybody = threading.Barrier(81)

    class SlowSecrets(FakeSecrets):
        def read(self, name: str, version: str, timeout: float) -> Secret:
            everybody.wait(PATIENCE)
            return super().read(name, version, timeout)

    secrets = SlowSecrets()
    key = ApiKey(SecretSource(secrets, "OPENAI_API_KEY", "latest"), clock, Aggregate())

    def call() -> str:
        everybody.wait(PATIENCE)
        return key.get(PATIENCE).value

    with ThreadPoolExecutor(81) as callers:
        first = callers.submit(key.get, PATIENCE)  # its read waits for the others
        others = [callers.submit(call) for _ in range(80)]
        assert {future.result() for future in others} == {first.result().value}
    assert len(secrets.reads) == 1


def test_an_old_key_serves_while_it_is_read_again(
    old_key: ApiKey, secrets: FakeSecrets, later: Later
) -> None:
    """Past its ten minutes the key is read again beside the request, which waits for nothing."""
    secrets.values.append("newer-test-key")
    assert old_key.get(0).version == "1"
    assert later.run() == 1
    assert old_key.get(0).version == "2"


def test_an_old_key_serves_while_the_store_is_down(
    old_key: ApiKey, secrets: FakeSecrets, clock: FakeClock, later: Later
) -> None:
    """For a day the kept key serves, and the store is asked only now and then."""
    secrets.error = DOWN
    assert old_key.get(0).version == "1"
    with pytest.raises(SecretUnavailableError):
        later.run()
    assert old_key.get(0).version == "1"
    assert later.run() == 0
    clock.advance(AGAIN_SECONDS)
    old_key.get(0)
    with pytest.raises(SecretUnavailableError):
        later.run()


def test_a_key_of_yesterday_serves_no_more(
    key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """After a day without the store there is no key."""
    key.get(PATIENCE)
    clock.advance(USABLE_SECONDS)
    secrets.error = DOWN
    with pytest.raises(SecretUnavailableError):
        key.get(PATIENCE)


def test_a_store_that_is_down_is_asked_again_by_the_next_call(
    key: ApiKey, secrets: FakeSecrets
) -> None:
    """Without any key each call tries, and the first that succeeds ends the trouble."""
    secrets.error = DOWN
    with pytest.raises(SecretUnavailableError, match="is down"):
        key.get(PATIENCE)
    secrets.error = None
    assert key.get(PATIENCE).value == "test-key"


def test_a_caller_waits_no_longer_than_its_deadline(
    secrets: FakeSecrets, clock: FakeClock, later: Later
) -> None:
    """A read that outlasts the caller's time is a timeout in phase secret."""
    key = ApiKey(SecretSource(secrets, "OPENAI_API_KEY", "latest"), clock, Aggregate(), later)
    with pytest.raises(DeadlineError) as caught:
        key.get(0.01)
    assert caught.value.facts["phase"] == Phase.SECRET


@pytest.mark.parametrize("value", ["test key", "test\nkey", "tést-key", "test\x00key"])
def test_what_cannot_be_a_key_is_refused_unquoted(value: str, clock: FakeClock) -> None:
    """A value that no header can carry is refused, and not shown."""
    key = ApiKey(SecretSource(FakeSecrets([value]), "OPENAI_API_KEY", "latest"), clock, Aggregate())
    with pytest.raises(SecretUnavailableError, match="is no API key") as caught:
        key.get(PATIENCE)
    assert value not in str(caught.value)


def test_a_refused_key_is_replaced_by_a_newer_version(
    key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """After a refusal the store is asked, and another version is the new key."""
    refused = key.get(PATIENCE)
    secrets.values.append("newer-test-key")
    clock.advance(AGAIN_SECONDS)
    newer = key.refresh_after_refusal(refused, PATIENCE)
    assert newer is not None
    assert newer.value == "newer-test-key"


def test_a_refused_key_that_has_not_changed_stays_refused(key: ApiKey, clock: FakeClock) -> None:
    """The same version again is no new key."""
    refused = key.get(PATIENCE)
    clock.advance(AGAIN_SECONDS)
    assert key.refresh_after_refusal(refused, PATIENCE) is None


def test_refusals_do_not_hammer_the_store(
    key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """After a read, refusals cause none for half a minute."""
    refused = key.get(PATIENCE)
    clock.advance(AGAIN_SECONDS - 1)
    assert key.refresh_after_refusal(refused, PATIENCE) is None
    assert len(secrets.reads) == 1


def test_a_key_that_another_thread_has_replaced_is_given_at_once(
    key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """Whoever comes with an older key than the kept one gets that, without a read."""
    refused = key.get(PATIENCE)
    secrets.values.append("newer-test-key")
    clock.advance(AGAIN_SECONDS)
    key.refresh_after_refusal(refused, PATIENCE)
    late = key.refresh_after_refusal(refused, PATIENCE)
    assert late is not None
    assert late.version == "2"
    assert len(secrets.reads) == 2


def test_a_store_that_is_down_does_not_hide_the_refusal(
    key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """If no newer key can be read there is none: the refusal is what the caller hears."""
    refused = key.get(PATIENCE)
    clock.advance(AGAIN_SECONDS)
    secrets.error = DOWN
    assert key.refresh_after_refusal(refused, PATIENCE) is None


def test_a_failed_read_is_logged(
    key: ApiKey, secrets: FakeSecrets, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator sees that the key cannot be read, even where the kept one still serves."""
    secrets.error = DOWN
    with pytest.raises(SecretUnavailableError):
        key.get(PATIENCE)
    assert "Secret Manager is down" in capsys.readouterr().out


def test_only_the_version_is_logged(key: ApiKey, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says which version serves, never its value."""
    key.get(PATIENCE)
    logged = capsys.readouterr().out
    assert "secret.read secret=OPENAI_API_KEY version=1" in logged
    assert "test-key" not in logged


def test_a_read_that_ends_at_the_last_moment_serves(key: ApiKey, secrets: FakeSecrets) -> None:
    """Who finds no key, and then finds that another's read has just ended, starts no second."""

    class LateLock:
        """Lets another caller have its key before ours takes the lock."""

        def __init__(self, lock: threading.Lock) -> None:
            self._lock = lock

        def __enter__(self) -> None:
            key._lock = self._lock  # noqa: SLF001 - the moment is not to be had from outside
            key.get(PATIENCE)
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()

    key._lock = LateLock(key._lock)  # type: ignore[assignment]  # noqa: SLF001 - likewise
    assert key.get(PATIENCE).value == "test-key"
    assert len(secrets.reads) == 1
