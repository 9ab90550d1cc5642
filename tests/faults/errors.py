"""The errors that a model's failure comes to, each as the app, the log and the metrics tell it."""

from tests.faults.endings import Error


def openai(kind: str, **facts: object) -> Error:
    facts["kind"] = kind
    return Error("unavailable", "OPENAI_ERROR", facts, retryable=kind == "outage")


def timeout(phase: str, **facts: object) -> Error:
    return Error("deadline-exceeded", "TIMEOUT", {"phase": phase, **facts})


def rate_limit(**facts: object) -> Error:
    return Error("resource-exhausted", "OPENAI_RATE_LIMIT", facts)


KEY, QUOTA, PROMPT, OUTAGE = map(openai, ("key", "quota", "prompt", "outage"))
OUTPUT_BLOCKED = Error("failed-precondition", "OUTPUT_BLOCKED", ours=False, retryable=False)
PROMPT_BLOCKED = Error("invalid-argument", "PROMPT_BLOCKED", ours=False, retryable=False)
NO_CONNECTION = timeout("connect", cause="network")
SLOW = timeout("first_token", cause="slow_model")
FELL_SILENT = timeout("idle", cause="slow_model")
TOO_LONG = timeout("stream", cause="slow_model")

THRICE = (OUTAGE, OUTAGE, OUTAGE)
