"""Rules that workflows of GitHub Actions keep here, beyond what actionlint knows.

https://docs.github.com/en/actions/reference/security/secure-use has the reasons: pin actions by
their commit, give the least permissions, run nothing of strangers with a token.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

OWNERS = {"actions", "google-github-actions"}
"""Whose actions are run. Nobody else's code gets near a login to Google."""
VARIABLES = {
    "CONFIRMED_BY_REVIEW",
    "DEPLOY_RUNNER",
    "DEPLOY_SERVICE_ACCOUNT",
    "GOOGLE_CLOUD_PROJECT",
    "STORE_DATABASE",
    "WORKLOAD_IDENTITY_PROVIDER",
}
"""The variables of the repository and its environments: docs/continuous-delivery.md has them."""
LONGEST = 180
"""Minutes of a job. GitHub's own limit is 360, which a job that hangs would cost."""
WRITABLE = {"id-token"}
_LOGIN = "google-github-actions/auth"
_PINNED = re.compile(r"([\w.-]+)/[\w./-]+@[0-9a-f]{40}")
_USES = re.compile(r"^\s*(?:- )?uses:\s*(\S+)(.*)$")
_COMMENT = re.compile(r"\s*# v\d+\.\d+\.\d+\s*")
_SECRET = re.compile(
    r"secrets\s*[.\[]|credentials_json|-----BEGIN|\bsk-\w{8}|\bAIza[\w-]{30}|\bgh[pousr]_\w{20}"
    r"|://[^\s/$:@]+:[^\s/$@]+@"
)
_VARIABLE = re.compile(r"\bvars\.(\w+)")
_STRANGERS = {"pull_request_target", "workflow_run", "issue_comment"}
_DEPLOYS = re.compile(r"scripts/(?:deploy|rollback|migrate)\b|firebase deploy")
_TRUE = True  # what YAML 1.1 makes of the word `on`

Job = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a workflow, and where; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Return it as one line that an editor can follow."""
        return f"{self.file}:{self.line}: {self.message}"


def broken_rules(file: str, text: str) -> list[Found]:
    """Return which rules a workflow breaks."""
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [Found(file, 1, f"it is no YAML: {str(error).splitlines()[0]}")]
    if not isinstance(read, dict) or not isinstance(read.get("jobs"), dict):
        return [Found(file, 1, "it has no jobs")]
    of_lines = (Found(file, line, said) for line, said in _of_lines(text))
    of_whole = (Found(file, 1, said) for said in _of_workflow(read))
    return [*of_lines, *of_whole]


def _of_lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if _SECRET.search(line):
            yield number, "a secret, or what looks like one: logins are keyless here"
        for name in _VARIABLE.findall(line):
            if name not in VARIABLES:
                yield number, f"the variable {name} is in no list: see VARIABLES"
        if used := _USES.match(line):
            yield from ((number, said) for said in _of_action(used[1], used[2]))


def _of_action(action: str, rest: str) -> Iterator[str]:
    pinned = _PINNED.fullmatch(action)
    if pinned is None:
        yield f"{action} is not pinned by its commit's whole SHA"
    elif pinned[1] not in OWNERS:
        yield f"{action} is of {pinned[1]}, whose actions are not run here"
    elif not _COMMENT.fullmatch(rest):
        yield f"{action} does not say its version: add `# vX.Y.Z`"


def _of_workflow(read: dict[Any, Any]) -> Iterator[str]:
    events = _names(read.get("on", read.get(_TRUE)))
    for event in events & _STRANGERS:
        yield f"{event} runs with a token on what strangers send"
    if read.get("permissions") != {"contents": "read"}:
        yield "its permissions are not `contents: read` alone; a job may have more"
    for name, job in read["jobs"].items():
        for rule in (_limits, _permissions, _checkout):
            yield from (f"job {name}: {said}" for said in rule(job))
        if "pull_request" in events and _has_login(job):
            yield f"job {name}: a pull request must not log in to Google"
        if _has_login(job) or _DEPLOYS.search(str(job)):
            told = _deploying(job, job.get("concurrency", read.get("concurrency")))
            yield from (f"job {name}: {said}" for said in told)


def _limits(job: Job) -> Iterator[str]:
    minutes = job.get("timeout-minutes")
    if not isinstance(minutes, int) or not 0 < minutes <= LONGEST:
        yield f"timeout-minutes is not from 1 to {LONGEST}"


def _permissions(job: Job) -> Iterator[str]:
    granted = job.get("permissions", {})
    if not isinstance(granted, dict):
        yield "its permissions are not listed one by one"
        return
    for name, level in granted.items():
        if level == "write" and name not in WRITABLE:
            yield f"it may write {name}"


def _checkout(job: Job) -> Iterator[str]:
    for step in job.get("steps", []):
        kept = step.get("with", {}).get("persist-credentials", True)
        if str(step.get("uses", "")).startswith("actions/checkout@") and kept is not False:
            yield "actions/checkout leaves its token behind: `persist-credentials: false`"


def _deploying(job: Job, concurrency: object) -> Iterator[str]:
    if not job.get("environment"):
        yield "it deploys without an environment, so nobody can be asked"
    if not isinstance(concurrency, dict) or not concurrency.get("group"):
        yield "it deploys outside of a concurrency group: two could run at once"
    elif concurrency.get("cancel-in-progress") is not False:
        yield "a deploy that has begun must not be cancelled: `cancel-in-progress: false`"


def _has_login(job: Job) -> bool:
    granted = job.get("permissions", {})
    writes = granted.get("id-token") == "write" if isinstance(granted, dict) else True
    return writes or any(_LOGIN in str(step.get("uses", "")) for step in job.get("steps", []))


def _names(events: object) -> set[str]:
    return set(events) if isinstance(events, dict | list) else {str(events)}
