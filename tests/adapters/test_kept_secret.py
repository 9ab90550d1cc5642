"""Secrets that are no key: what is refused of them, and in whose name."""

import threading

import pytest

from conteur.adapters.kept_secret import (
    AGAIN_SECONDS,
    FRESH_SECONDS,
    KeptSecret,
    SecretSource,
)
from conteur.errors import DeadlineError, SecretUnavailableError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import SECRET_REFRESHES
from tests.adapters.fake_secrets import FakeSecrets
from tests.fakes import FakeClock

PATIENCE = 10.0
JSON = '{"payments": "some words, and a line\\n"}'


def too_short(text: str) -> list[str]:
    return ["it is too short"] if len(text) < 4 else []


def assert_set(event: threading.Event) -> None:
    assert event.wait(PATIENCE)


def kept(secrets: FakeSecrets, clock: FakeClock, meter: Aggregate | None = None) -> KeptSecret:
    source = SecretSource(secrets, "PROVIDER_SECRETS", "latest")
    return KeptSecret(source, clock, meter or Aggregate(), check=too_short)


def test_a_text_with_spaces_is_kept(secrets: FakeSecrets, clock: FakeClock) -> None:
    """A secret that goes into no header may hold spaces."""
    secrets.values = [JSON]
    assert kept(secrets, clock).get(PATIENCE).value == JSON


def test_what_the_check_refuses_is_missing(secrets: FakeSecrets, clock: FakeClock) -> None:
    """An unusable secret is named with what is wrong, unquoted, and is as good as none."""
    secrets.values = ["abc"]
    with pytest.raises(SecretUnavailableError) as caught:
        kept(secrets, clock).get(PATIENCE)
    assert caught.value.missing
    assert caught.value.message == (
        "Version 1 of the secret PROVIDER_SECRETS is of no use: it is too short. "
        "The operator adds a version."
    )


def test_a_good_secret_outlives_a_bad_version(secrets: FakeSecrets, clock: FakeClock) -> None:
    """A version that is of no use does not replace the one that serves."""
    secret = kept(secrets, clock)
    good = secret.get(PATIENCE)
    secrets.values.append("abc")
    clock.advance(FRESH_SECONDS)
    assert secret.refresh_after_refusal(good, PATIENCE) is None
    assert secret.get(PATIENCE) == good


def test_a_missing_secret_is_missing_to_all_who_wait(
    secrets: FakeSecrets, clock: FakeClock
) -> None:
    """That there is no such secret is told apart from a store that is down."""
    secrets.error = SecretUnavailableError("there is none", missing=True)
    with pytest.raises(SecretUnavailableError) as caught:
        kept(secrets, clock).get(PATIENCE)
    assert caught.value.missing
    secrets.error = SecretUnavailableError("down")
    with pytest.raises(SecretUnavailableError) as caught:
        kept(secrets, clock).get(PATIENCE)
    assert not caught.value.missing


def test_a_late_secret_is_named(secrets: FakeSecrets, clock: FakeClock) -> None:
    """Who cannot wait any longer hears which secret it was."""
    late = threading.Event()
    secrets.on_read = lambda: assert_set(late)
    with pytest.raises(DeadlineError, match="The secret PROVIDER_SECRETS could not be read"):
        kept(secrets, clock).get(0)
    late.set()


def test_a_refused_secret_is_read_again(secrets: FakeSecrets, clock: FakeClock) -> None:
    """Any secret can be read again after it was of no use."""
    secret = kept(secrets, clock)
    old = secret.get(PATIENCE)
    secrets.values.append("another")
    clock.advance(AGAIN_SECONDS)
    newer = secret.refresh_after_refusal(old, PATIENCE)
    assert newer is not None
    assert newer.value == "another"


def test_readings_are_counted(secrets: FakeSecrets, clock: FakeClock) -> None:
    """Readings are told apart: another version, the same one, one of no use, and none."""
    meter = Aggregate()
    secret = kept(secrets, clock, meter)
    known = secret.get(PATIENCE)
    for values in (["test-key"], ["test-key", "abc"], [], ["test-key", "another"]):
        secrets.values = values
        secrets.error = None if values else SecretUnavailableError("down")
        clock.advance(AGAIN_SECONDS)
        secret.refresh_after_refusal(known, PATIENCE)
    found = {
        one.labels: one.value for one in meter.snapshot().series if one.metric is SECRET_REFRESHES
    }
    assert found == {("changed",): 2, ("same",): 1, ("failed",): 2}
