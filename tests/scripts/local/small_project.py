"""A Firebase project of two small functions, to try the stack with."""

import shutil
from pathlib import Path

from scripts.local.firebase_project import ROOT

FUNCTIONS = """
from firebase_functions import https_fn

@https_fn.on_request(region="europe-west1")
def health(request):
    return "{answer}"
"""


def write_functions(root: Path, answer: str) -> None:
    """Make the project's `health` answer this."""
    (root / "functions/main.py").write_text(FUNCTIONS.format(answer=answer))


def small_project(root: Path) -> Path:
    """Write the project, with the repository's configuration and packages, and return it."""
    shutil.copytree(ROOT / "public", root / "public")
    for name in ("firebase.json", "firestore.rules", "firestore.indexes.json"):
        shutil.copy(ROOT / name, root)
    functions = root / "functions"
    functions.mkdir()
    (functions / "requirements.txt").touch()  # by which firebase-tools knows Python
    (functions / "venv").symlink_to(ROOT / "functions/venv")
    write_functions(root, "well")
    return root
