"""A checkout of its own, with a history that tests write."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scripts.local.firebase_project import ROOT

FILES = ("firestore.rules", "firestore.indexes.json", "deploy/plan.json", "monitoring")
FUNCTIONS = ("generate_story", "savestory")
PROJECTS = {
    "default": "demo-conteur",
    "staging": "demo-conteur-staging",
    "production": "demo-conteur-production",
}
ADA = "ada@example.com"


def git(root: Path, *arguments: str) -> str:
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def make_checkout(root: Path) -> Path:
    """Return a clean checkout whose environments are in no cloud, with a store that is open."""
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".env*"))
        else:
            shutil.copy(ROOT / name, root / name)
    _keep_functions(root / "deploy/plan.json")
    (root / ".firebaserc").write_text(json.dumps({"projects": PROJECTS}))
    (root / ".gitignore").write_text(".cache\n")
    edit_plan(root, lambda variables, _: variables.update(NEXT_PUBLIC_API_URL="https://x.example"))
    git(root, "init", "-q")
    git(root, "config", "user.email", ADA)
    git(root, "config", "user.name", "Ada")
    commit(root, "Begin")
    return root


def _keep_functions(path: Path) -> None:
    """Leave a few functions in the plan, so that tests need not ask for all of them."""
    plan = json.loads(path.read_text())
    few = {env: {name: its[name] for name in FUNCTIONS} for env, its in plan.items()}
    path.write_text(json.dumps(few))


def commit(root: Path, message: str) -> str:
    """Commit all there is, and return the commit's id."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD").strip()


def edit_plan(root: Path, change: Callable[[dict[str, str], dict[str, Any]], object]) -> None:
    """Change the variables and the `serviceConfig` of each function of the plan."""
    path = root / "deploy/plan.json"
    plan = json.loads(path.read_text())
    for functions in plan.values():
        for body in functions.values():
            service = body["serviceConfig"]
            change(service["environmentVariables"], service)
    path.write_text(json.dumps(plan))
