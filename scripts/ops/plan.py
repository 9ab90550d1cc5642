"""Hold what a deploy would send to Google against the plan that was reviewed.

Nothing is deployed and nobody is asked: firebase-tools' own modules make the requests offline.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conteur.settings import LOCAL_OVERRIDES
from scripts.local.errors import LocalStackError
from scripts.local.node import node

ROOT = Path(__file__).resolve().parents[2]
MAKE_PLAN = Path(__file__).with_name("deploy_plan.mjs")
REVIEWED = "deploy/plan.json"
ENVIRONMENTS = ("staging", "production")
SECRETS = ("OPENAI_API_KEY", "DATABASE_URL", "JWT_SECRET", "PROVIDER_SECRETS", "SMTP_PASSWORD")
QUEUE_ID = re.compile(r"[A-Za-z0-9-]{1,100}")  # Cloud Tasks' rule; a function may have `_` as well
NO_REGION = "REGION_TBD"  # firebase-tools' word for it; it would deploy to its own default

Body = dict[str, Any]
"""One `Function` of the Cloud Functions v2 API, as `functions.create` takes it.

https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
"""
Plan = dict[str, dict[str, Body]]
"""Environment -> function -> body."""


class PlanError(LocalStackError):
    """No plan can be made, so no deploy either; the text says what to mend."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/plan", description=__doc__)
    parser.add_argument(
        "--update", action="store_true", help=f"write the plan to {REVIEWED}, to be reviewed"
    )
    update = parser.parse_args(arguments).update
    try:
        return check(ROOT, update=update)
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return 2


def check(root: Path, *, update: bool) -> int:
    """Return 0 if the deploy of `root` is sound and as reviewed, else say why not and return 1."""
    plan = reviewable(make_plan(root))
    if found := problems(plan):
        print("A deploy would be wrong:", *found, sep="\n- ")
        return 1
    if update:
        write(root / REVIEWED, plan)
        print(f"{REVIEWED} is what a deploy would send: have it reviewed with your change.")
        return 0
    if found := differences(read(root / REVIEWED), plan):
        print(f"A deploy would not be what {REVIEWED} says (reviewed -> now):", *found, sep="\n- ")
        print(
            "If this is meant, run `scripts/plan --update` and have the file reviewed. If not, "
            "mend functions/.env, functions/.env.<environment>, firebase.json or the functions' "
            "options."
        )
        return 1
    print(f"A deploy would be what {REVIEWED} says, for {' and '.join(plan)}.")
    return 0


def make_plan(root: Path) -> Plan:
    """Return what `firebase deploy --only functions` would send for each environment.

    Raises PlanError, and LocalStackError where Node is missing.
    """
    if not (ROOT / "node_modules/firebase-tools").is_dir():
        raise PlanError("firebase-tools is missing: run scripts/setup")
    projects = [f"{name}={project(root, name)}" for name in ENVIRONMENTS]
    command = [node(), str(MAKE_PLAN), str(root / "functions"), sys.executable, *projects]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise PlanError(f"firebase-tools would refuse the deploy:\n{made.stderr.strip()}")
    plan: Plan = json.loads(made.stdout)
    return plan


def project(root: Path, environment: str) -> str:
    """Return the environment's project id. Raises PlanError where .firebaserc names none."""
    aliases: dict[str, str] = json.loads((root / ".firebaserc").read_text())["projects"]
    if environment not in aliases:
        raise PlanError(f".firebaserc names no project {environment!r}: add it under `projects`")
    return aliases[environment]


def reviewable(plan: Plan) -> Plan:
    """Return the plan with what a reviewer needs: no uploaded source, no empty build variables."""
    return {
        environment: {name: _reviewable(body) for name, body in functions.items()}
        for environment, functions in plan.items()
    }


def _reviewable(body: Body) -> Body:
    build = body["buildConfig"]
    return {**body, "buildConfig": {key: build[key] for key in ("runtime", "entryPoint")}}


def problems(plan: Plan) -> list[str]:
    """Return what must never be deployed, reviewed or not."""
    return [
        f"{environment} {name}: {problem}"
        for environment, functions in plan.items()
        for name, body in functions.items()
        for problem in _problems(body)
    ]


def _problems(body: Body) -> Iterator[str]:
    yield from _service_problems(body)
    yield from _task_problems(body)


def _task_problems(body: Body) -> Iterator[str]:
    if "taskQueueTrigger" not in body:
        return
    queue = body["name"].rpartition("/")[2]
    if not QUEUE_ID.fullmatch(queue):
        yield (
            f"{queue} is no name for a queue, and none would be made: name the function with "
            "letters, digits and hyphens only."
        )
    if invoker := body["taskQueueTrigger"].get("invoker"):
        yield f"tasks could come from {', '.join(invoker)}: leave `invoker` out."


def _service_problems(body: Body) -> Iterator[str]:
    service = body["serviceConfig"]
    variables = service["environmentVariables"]
    concurrency, threads = service["maxInstanceRequestConcurrency"], variables.get("THREADS")
    if threads != str(concurrency):
        yield (
            f"concurrency is {concurrency}, THREADS {threads}: requests would queue inside "
            'an instance. Set `concurrency=IntParam("THREADS")`.'
        )
    if float(service["availableCpu"]) < 1:
        yield (
            f"{service['availableCpu']} of a CPU (set_global_options' default): pass `cpu=1`, "
            "or an instance takes one request at a time."
        )
    if not service.get("maxInstanceCount"):
        yield "max_instances is not set: the model's bill would have no upper bound."
    if f"/{NO_REGION}/" in body["name"]:
        yield "no region is set: pass `region`."
    if service.get("secretEnvironmentVariables"):
        yield "secrets are bound at deploy: read them at run time, so that they can rotate."
    for secret in SECRETS:
        if secret in variables:
            yield f"{secret} is a secret: keep it in Secret Manager, not in functions/.env*."
    for override in sorted({*LOCAL_OVERRIDES} & {*variables}):
        yield f"{override} serves the local stack only: take it out of functions/.env*."


def differences(reviewed: Plan, planned: Plan) -> list[str]:
    """Return each value that is not the reviewed one, as `path: reviewed -> now`."""
    before, after = dict(_leaves(reviewed)), dict(_leaves(planned))
    return [
        f"{path}: {_shown(before, path)} -> {_shown(after, path)}"
        for path in sorted({*before, *after})
        if _shown(before, path) != _shown(after, path)
    ]


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    match value:
        case dict() if value:
            for key, inner in value.items():
                yield from _leaves(inner, f"{path} {key}".strip())
        case _:
            yield path, value


def _shown(leaves: dict[str, object], path: str) -> str:
    return json.dumps(leaves[path]) if path in leaves else "(nothing)"


def read(path: Path) -> Plan:
    """Return the reviewed plan; an empty one before the first `--update`."""
    plan: Plan = json.loads(path.read_text()) if path.exists() else {}
    return plan


def write(path: Path, plan: Plan) -> None:
    """Write the plan so that a change of one value is a diff of one line."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(plan, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main())
