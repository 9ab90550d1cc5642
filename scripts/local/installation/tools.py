"""The tools that must be there before anything can be installed."""

import importlib.util
import re
import shutil
import subprocess
import sys

from scripts.local.errors import LocalStackError

OLDEST_NODE = 20
NODE_ADVICE = (
    "Install it: `sudo apt-get install nodejs npm` (from Debian 13 and Ubuntu 25.10 on), "
    "`brew install node` (macOS), or https://nodejs.org"
)
VENV_ADVICE = "Install them: `sudo apt-get install python3.11-venv` (Debian, Ubuntu)"


def require_tools() -> str:
    """Return Node's version, such as `v20.20.2`.

    Raises LocalStackError, in one line, where Node, npm or a module of Python is missing or old.
    """
    _require_python_modules()
    version = _node_version()
    if shutil.which("npm") is None:
        raise LocalStackError(f"npm is missing. {NODE_ADVICE}")
    return version


def _require_python_modules() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise LocalStackError(
            f"{sys.executable} has no {' and no '.join(missing)}, "
            f"which make virtual environments. {VENV_ADVICE}"
        )


def _node_version() -> str:
    node = shutil.which("node")
    if node is None:
        raise LocalStackError(f"Node.js {OLDEST_NODE} or newer is missing. {NODE_ADVICE}")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = answer.stdout.strip()
    number = re.match(r"v(\d+)\.", version)
    if number is None:
        raise LocalStackError(f"{node} does not say its version. {NODE_ADVICE}")
    if int(number[1]) < OLDEST_NODE:
        raise LocalStackError(
            f"Node.js {OLDEST_NODE} or newer is needed, {node} is {version}. {NODE_ADVICE}"
        )
    return version
