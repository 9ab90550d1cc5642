"""What operators have to do for a release, told from what changed in the repository."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SETTINGS = re.compile(r"functions/\.env(\.\w+)?")
MIGRATION = re.compile(r"migrations/(\d{4}_\w+\.sql)")
PLAN, ROLES, SECRETS = "deploy/plan.json", "docs/deploy.md", "scripts/ops/plan.py"
RULES, INDEXES = "firestore.rules", "firestore.indexes.json"
PATHS = ("migrations", "functions/.env*", PLAN, ROLES, SECRETS, RULES, INDEXES)
"""What is compared, as git takes it."""
_ROLE = re.compile(r"`(roles/[\w.]+)`")
_SETTING = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
_SECRETS = re.compile(r"^SECRETS = (\([^)]*\))", re.MULTILINE)
_IGNORED = ("environmentVariables",)  # the settings are compared in their own files


@dataclass(frozen=True)
class File:
    """A file before and after; empty text where it was not, or is no longer, there."""

    path: str
    old: str
    new: str


def to_do(files: Sequence[File]) -> list[str]:
    """Return what operators have to do, a sentence each, in the order in which they do it."""
    ways: tuple[Callable[[File], Iterator[str]], ...] = (
        _migrations,
        _secrets,
        _roles,
        _settings,
        _functions,
        _firestore,
    )
    return [said for way in ways for file in files for said in way(file)]


def _migrations(file: File) -> Iterator[str]:
    if found := MIGRATION.fullmatch(file.path):
        name = f"`{found[1]}`"
        if not file.old:
            yield (
                f"Migration {name}: `scripts/deploy` applies it, or `scripts/migrate` as the "
                "database's owner before the deploy."
            )
        else:
            yield (
                f"Migration {name} is not what it was: look at `scripts/migrate --status` first; a "
                "database that has it does not take it again."
            )


def _secrets(file: File) -> Iterator[str]:
    if file.path == SECRETS:
        for name in _fresh(_named(file.old), _named(file.new)):
            yield f"Secret `{name}` is new: docs/deploy.md says who makes it, and reads it."


def _roles(file: File) -> Iterator[str]:
    if file.path == ROLES:
        for role in _fresh(_ROLE.findall(file.old), _ROLE.findall(file.new)):
            yield f"Role `{role}` is new: docs/deploy.md says who needs it, and for what."


def _settings(file: File) -> Iterator[str]:
    if not SETTINGS.fullmatch(file.path):
        return
    old, new = dict(_SETTING.findall(file.old)), dict(_SETTING.findall(file.new))
    for name in _fresh(old, new):
        yield f"Setting `{name}` is new in `{file.path}`: `{new[name]}`."
    for name, value in old.items():
        if name not in new:
            yield f"Setting `{name}` is no longer in `{file.path}`."
        elif new[name] != value:
            yield f"Setting `{name}` in `{file.path}`: `{value}` is now `{new[name]}`."


def _functions(file: File) -> Iterator[str]:
    if file.path != PLAN:
        return
    old, new = _planned(file.old), _planned(file.new)
    for name in _fresh(old, new):
        yield f"Function {name} is new."
    for name in _fresh(new, old):
        yield (
            f"Function {name} is gone: `firebase deploy` asks before it deletes it, and does not "
            "without a terminal; delete it once nobody calls it."
        )
    for name, body in new.items():
        if old.get(name, body) != body:
            yield f"Function {name} is deployed with other options (`{PLAN}` has them)."


def _firestore(file: File) -> Iterator[str]:
    if file.path == RULES:
        yield "Security rules changed: `scripts/deploy` without `--function` brings them along."
    if file.path == INDEXES:
        yield "Indexes changed: building them takes some minutes after their deploy."


def _fresh(old: Sequence[str] | dict[str, str], new: Sequence[str] | dict[str, str]) -> list[str]:
    return [name for name in dict.fromkeys(new) if name not in old]


def _named(text: str) -> list[str]:
    found = _SECRETS.search(text)
    return list(ast.literal_eval(found[1])) if found else []


def _planned(text: str) -> dict[str, str]:
    """Return each function of the plan, as `name` (`environment`), with what it is deployed as."""
    plan = json.loads(text) if text else {}
    return {
        f"`{name}` ({environment})": json.dumps(_without_settings(body), sort_keys=True)
        for environment, functions in plan.items()
        for name, body in functions.items()
    }


def _without_settings(body: dict[str, object]) -> dict[str, object]:
    service = body.get("serviceConfig")
    if not isinstance(service, dict):
        return body
    kept = {name: value for name, value in service.items() if name not in _IGNORED}
    return {**body, "serviceConfig": kept}
