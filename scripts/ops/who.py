"""Who runs a command, for the record that it leaves."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path


def who(root: Path) -> str:
    """Return who works in the checkout `root`, as git knows them, or else the system."""
    git = shutil.which("git")
    asked = [git, "config", "user.email"] if git else ["false"]
    told = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    return told.stdout.strip() or os.environ.get("USER", "") or getpass.getuser()
