"""Node, which firebase-tools and the demo client run on."""

import shutil

from scripts.local.errors import LocalStackError


def node() -> str:
    """Return the path of `node`. Raises LocalStackError where there is none."""
    found = shutil.which("node")
    if found is None:
        raise LocalStackError("Node is missing: install Node 20 or newer (apt-get install nodejs)")
    return found
