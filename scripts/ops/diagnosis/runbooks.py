"""The runbook of each reason, and the commands for one very request."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scripts.ops.diagnosis.verdict import Ending, Verdict

BESIDE, A_DAY = timedelta(minutes=10), timedelta(days=1)
FOLDER = "docs/procedures"
LOCAL = "--local"
NONE = ""
"""There is no runbook: what the catalogue says to the operator is all that there is to do."""

RUNBOOKS: Mapping[str, str] = {
    "AUTH_UNAVAILABLE": "error-rate.md",
    "BUG": "error-rate.md",
    "CIRCUIT_OPEN": "breaker-open.md",
    "DATABASE_BUSY": "store-timeouts.md",
    "DATABASE_UNAVAILABLE": "store-errors.md",
    "GATING_UNAVAILABLE": "store-errors.md",
    "GLOBAL_BUDGET": "budget.md",
    "MAIL_UNSENT": NONE,
    "MEMORY_ERROR": "memory.md",
    "MODERATION_UNAVAILABLE": NONE,
    "OPENAI_ERROR": "openai-error.md",
    "OPENAI_RATE_LIMIT": "openai-error.md",
    "SECRET_UNAVAILABLE": "error-rate.md",
    "STORE_TIMEOUT": "store-timeouts.md",
    "STORY_INTERRUPTED": "memory.md",
    "TIMEOUT": "timeouts.md",
    "APP_CHECK": "unauthenticated.md",
    "NO_TOKEN": "unauthenticated.md",
    "PRECONDITION_REQUIRED": "gating-blocks.md",
    "SIGNATURE_INVALID": "unauthorized.md",
    "TOKEN_EXPIRED": "unauthenticated.md",
    "TOKEN_INVALID": "unauthenticated.md",
    "TOKEN_REVOKED": "unauthenticated.md",
}
"""All reasons that are ours, and those of callers that have a runbook."""


@dataclass(frozen=True, slots=True)
class Words:
    """How commands name the place that is diagnosed.

    `place` is for most (`-P staging`, `--local`), `log` for those that read the log, which may be
    a file's. Some know no --local: a local stack has `_LOCALLY` in their place.
    """

    place: str
    log: str

    @property
    def is_local(self) -> bool:
        """Whether it is a local stack."""
        return self.place == LOCAL


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: the command, and what for."""

    command: str
    why: str


_Template = tuple[str, str]
_KNOBS: tuple[_Template, ...] = (
    ("scripts/config get {place}", "the limits that are in force, and who turned them"),
    (
        "scripts/diagnose {id} {place} --user UID",
        "the user's counters now; the complaint has the UID",
    ),
)
_LOG_ERRORS: _Template = (
    "scripts/logs {log} --request {id} {span} --severity ERROR --json",
    "the errors with their stacks",
)
_NEW_KEY: _Template = (
    "npx firebase functions:secrets:set OPENAI_API_KEY {place}",
    "give it a key that OpenAI takes; in use within ten minutes",
)
_STEPS: _Template = (
    "scripts/steps history {place} -n 5",
    "whether the step was changed lately",
)
_LOCALLY: Mapping[_Template, _Template] = {
    _NEW_KEY: (
        "OPENAI_API_KEY=KEY scripts/dev",
        "start the local stack anew, with a key that OpenAI takes",
    ),
    _STEPS: (
        "DATABASE_URL=URL scripts/steps history -n 5",
        "whether the step was changed lately; scripts/dev prints the URL (PostgreSQL)",
    ),
}
_STATUS: _Template = ("scripts/metrics {place}", "whether others fare alike, and since when")
_STORE: tuple[_Template, ...] = (
    ("scripts/metrics {place} --of store_publish", "how publishing does now"),
    ("scripts/logs {log} --function store_api --severity WARNING {span}", "what failed beside"),
)
_TOKENS: tuple[_Template, ...] = (
    ("scripts/metrics {place} service.unauthorized", "whether it is one caller, or many"),
    ("scripts/logs {log} --severity WARNING {span}", "who else was refused, and why"),
)
_MODEL: tuple[_Template, ...] = (
    ("scripts/logs {log} --event model.attempt_failed {span}", "what the model's server says"),
    ("scripts/metrics {place} stories.error_rate service.breaker", "how many stories it fails"),
)
_TASKS: Mapping[str, tuple[_Template, ...]] = {
    "BUG": (_LOG_ERRORS, ("scripts/logs {log} --event call.bug {day}", "since when")),
    "CIRCUIT_OPEN": (
        ("scripts/logs {log} --event model.circuit {span}", "which model, and since when"),
        *_MODEL,
    ),
    "CONCURRENCY": _KNOBS,
    "DATABASE_BUSY": _STORE,
    "DATABASE_UNAVAILABLE": _STORE,
    "FEATURE_DISABLED": (
        ("scripts/config history {place} -n 5", "who turned it off, and why"),
        (
            'scripts/config set {place} generation.enabled=true --reason "..."',
            "turn it on, once the reason is gone",
        ),
    ),
    "GATING_UNAVAILABLE": (_LOG_ERRORS, *_STORE),
    "GLOBAL_BUDGET": (
        ("scripts/metrics {place} service.budget", "how much of the day's budget is used"),
        (
            'scripts/config set {place} limits.budgetUsdPerDay=USD --reason "..."',
            "raise it, if the stories are wanted",
        ),
    ),
    "MEMORY_ERROR": (
        ("scripts/metrics {place} stories.memory stories.in_flight", "one instance, or all"),
    ),
    "NETWORK_QUOTA": _KNOBS[:1],
    "OPENAI_ERROR": _MODEL,
    "OPENAI_ERROR/key": (
        ("scripts/logs {log} --event secret.read {day}", "which version of the key is used"),
        _NEW_KEY,
    ),
    "OPENAI_RATE_LIMIT": (
        ("scripts/metrics {place} stories.retries stories.in_flight", "how hard it is asked"),
        *_MODEL[:1],
    ),
    "PRECONDITION_REQUIRED": (
        ("scripts/metrics {place} store_publish.gating_block_rate", "whether others are blocked"),
        _STEPS,
    ),
    "STORE_DISABLED": (
        ("scripts/config history {place} -n 5", "who turned it off, and why"),
        (
            'scripts/config set {place} store.enabled=true --reason "..."',
            "turn it on, once the reason is gone",
        ),
    ),
    "STORE_TIMEOUT": _STORE,
    "STORY_INTERRUPTED": (
        ("scripts/metrics {place} stories.memory", "whether instances are short of memory"),
        ("scripts/metrics {place} service.sweeps", "whether the sweep ends such stories"),
    ),
    "TIMEOUT": (
        (
            "scripts/metrics {place} stories.timeouts stories.execution_time stories.in_flight",
            "whether it is this one, or many",
        ),
        ("scripts/logs {log} --event call.timeout {span}", "whose phase and cause are alike"),
    ),
    "TIMEOUT/admission": (
        ("scripts/logs {log} --event store.failed {span}", "what is wrong with Firestore"),
    ),
    "TIMEOUT/store": (
        ("scripts/logs {log} --event store.failed {span}", "what is wrong with Firestore"),
    ),
    "TIMEOUT/secret": (
        ("scripts/logs {log} --event secret.unavailable {span}", "what Secret Manager says"),
    ),
    "SECRET_UNAVAILABLE": (
        ("scripts/logs {log} --event secret.unavailable {span}", "what Secret Manager says"),
    ),
    "MODERATION_UNAVAILABLE": (
        ("scripts/logs {log} --event moderation.unavailable {span}", "what its server says"),
    ),
    "USER_BLOCKED": (
        ("scripts/users show {place} UID", "whether it is blocked or disabled, and why"),
    ),
    "USER_QUOTA": _KNOBS,
    **dict.fromkeys(
        ("APP_CHECK", "NO_TOKEN", "SIGNATURE_INVALID", "TOKEN_EXPIRED", "TOKEN_INVALID"), _TOKENS
    ),
}


def runbook_of(verdict: Verdict) -> str:
    """Return the path of the reason's runbook; empty where it has none."""
    name = RUNBOOKS.get(verdict.reason, NONE)
    return f"{FOLDER}/{name}" if name else ""


def _between(since: datetime, until: datetime) -> str:
    since, until = (at.astimezone(UTC).replace(microsecond=0, tzinfo=None) for at in (since, until))
    return f"--since {since.isoformat()} --until {until.isoformat()}"


def tasks_of(verdict: Verdict, named: str, words: Words) -> tuple[Task, ...]:
    """Return what to do next about this request, most telling first, and its raw lines last."""
    began, ended = verdict.call.began, verdict.call.last_seen
    known = {
        "span": _between(began - BESIDE, ended + BESIDE),
        "day": _between(began - A_DAY, ended + BESIDE),
        "id": shlex.quote(named),
        "place": words.place,
        "log": words.log,
    }
    chosen = _TASKS.get(f"{verdict.reason}/{verdict.detail}", _TASKS.get(verdict.reason, ()))
    if not chosen and verdict.ending is Ending.FAILED:
        chosen = (_STATUS,)
    raw = ("scripts/logs {log} --request {id} {span}", "the lines that this is told from")
    here = [_LOCALLY.get(each, each) for each in chosen] if words.is_local else chosen
    return tuple(Task(command.format(**known), why) for command, why in (*here, raw))
