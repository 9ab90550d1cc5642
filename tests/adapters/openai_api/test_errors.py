"""What a refusal by the model's server means."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from conteur.adapters.openai_api.errors import (
    error_in_stream,
    error_of,
    refusal_from,
    retry_after_seconds,
)
from conteur.errors import (
    ConteurError,
    OpenAIError,
    OpenAIRateLimitError,
    OutputBlockedError,
    PromptBlockedError,
)

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def told(
    status: int, error: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> ConteurError:
    return error_of(refusal_from(status, headers or {}, error, "the body", NOW))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "invalid_api_key", "key"),
        (403, "unsupported_country_region_territory", "key"),
        (429, "insufficient_quota", "quota"),
        (400, "billing_hard_limit_reached", "quota"),
        (402, None, "quota"),
        (400, "unsupported_value", "prompt"),
        (404, "model_not_found", "prompt"),
        (413, None, "prompt"),
        (422, None, "prompt"),
        (307, None, "prompt"),
        (408, None, "outage"),
        (409, None, "outage"),
        (500, "server_error", "outage"),
        (503, None, "outage"),
        (504, None, "outage"),
    ],
)
def test_each_status_has_one_kind(status: int, code: str | None, kind: str) -> None:
    """Key, quota, prompt and outage are told apart by status and code."""
    error = told(status, {"code": code})
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == kind


def test_a_rate_limit_says_when_to_come_back() -> None:
    """A 429 that is no matter of credit keeps the wait that the server asks for."""
    error = told(429, {"code": "rate_limit_exceeded"}, {"retry-after": "7"})
    assert isinstance(error, OpenAIRateLimitError)
    assert error.retry_after_seconds == 7


def test_an_outage_says_when_to_come_back() -> None:
    """A 503 keeps the wait that the server asks for."""
    assert told(503, {}, {"retry-after": "2"}).retry_after_seconds == 2


@pytest.mark.parametrize("code", ["content_policy_violation", "content_filter", "invalid_prompt"])
def test_a_prompt_against_the_rules_is_blocked(code: str) -> None:
    """A 400 for reasons of safety is the prompt's, not a failure of ours."""
    error = told(400, {"code": code})
    assert isinstance(error, PromptBlockedError)
    assert not error.ours


@pytest.mark.parametrize(
    ("status", "error", "advice"),
    [
        (401, {}, "OPENAI_SECRET"),
        (404, {"code": "model_not_found"}, "OPENAI_MODEL"),
        (400, {"code": "context_length_exceeded"}, "shorten it"),
        (413, {}, "shorten it"),
        (429, {"code": "insufficient_quota"}, "adds some"),
        (400, {"code": "unsupported_value", "param": "temperature"}, "temperature"),
    ],
)
def test_the_message_says_what_to_do(status: int, error: dict[str, object], advice: str) -> None:
    """Each message names what is wrong and the next step."""
    assert advice in told(status, error).message


def test_nothing_that_the_server_wrote_is_passed_on() -> None:
    """Free text, which may quote the prompt or the key, is in no message and no repr."""
    text = "You said: a fox, with key test-key"
    error = refusal_from(400, {}, {"message": text, "code": text, "param": text}, text, NOW)
    assert "fox" not in str(error_of(error))
    assert "fox" not in repr(error)


@pytest.mark.parametrize("error", ["a text", None, 7, ["list"], {"code": {"nested": 1}}])
def test_any_shape_of_error_is_understood(error: object) -> None:
    """Whatever a server puts where its error should be, it is at least an outage."""
    assert error_of(refusal_from(500, {}, error, "", NOW)).facts["kind"] == "outage"
    assert error_in_stream(error).facts["kind"] == "outage"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "rate_limit_exceeded"}, OpenAIRateLimitError),
        ({"code": 429, "message": "slow down"}, OpenAIRateLimitError),
        ({"code": "invalid_prompt"}, PromptBlockedError),
        ({"code": "content_filter"}, OutputBlockedError),
        ({"code": 500, "type": "server_error"}, OpenAIError),
        ({"code": "server_error"}, OpenAIError),
    ],
)
def test_an_error_inside_a_stream_is_told_like_a_status(
    error: dict[str, object], kind: type[ConteurError]
) -> None:
    """A stream that reports an error raises what the same refusal would have."""
    assert type(error_in_stream(error)) is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 -0000"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e400"}, None),
    ],
)
def test_the_wait_is_read_from_the_headers(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds, seconds and dates are understood; nonsense is no wait."""
    assert retry_after_seconds(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "parameter", "body", "named"),
    [
        (400, "max_completion_tokens", "", ["max_completion_tokens"]),
        (422, None, "extra: max_completion_tokens", ["max_completion_tokens"]),
        (400, "temperature", "max_completion_tokens", ["temperature"]),
        (400, None, "something else", []),
        (500, "max_completion_tokens", "", []),
    ],
)
def test_a_refusal_names_the_parameter_that_it_is_about(
    status: int, parameter: str | None, body: str, named: list[str]
) -> None:
    """The parameter is found by its name, or in the text where the server gives no name."""
    refusal = refusal_from(status, {}, {"param": parameter}, body, NOW)
    known = ("max_completion_tokens", "temperature")
    assert [name for name in known if refusal.names(name)] == named


@pytest.mark.parametrize(
    ("status", "error", "evidence"),
    [
        (401, {"code": "invalid_api_key"}, {"status": 401, "codes": "invalid_api_key"}),
        (429, {"type": "a", "code": "insufficient_quota"}, {"codes": "a insufficient_quota"}),
        (503, {}, {"status": 503}),
        (0, {"code": "server_error"}, {"codes": "server_error"}),
    ],
)
def test_the_log_is_told_the_status(
    status: int, error: dict[str, object], evidence: dict[str, object]
) -> None:
    """What a refusal's status and identifiers were is noted for the log, and free text is not."""
    told = error_of(refusal_from(status, {}, {**error, "message": "a fox"}, "a fox", NOW))
    assert evidence.items() <= told.evidence.items()
    assert "fox" not in str(told.evidence)
