"""What is validated: an environment by its name, or the one that a URL belongs to. No I/O.

https://firebase.google.com/docs/hosting/full-config and
https://firebase.google.com/docs/functions/http-events: the domains of a project.
"""

import re
from collections.abc import Mapping

from scripts.ops.operations.errors import RefusedError

LOCAL = "local"
_HOSTING = re.compile(r"https://([a-z0-9-]+)\.(?:web\.app|firebaseapp\.com)(?:/.*)?")
_FUNCTIONS = re.compile(r"https://{region}-([a-z0-9-]+)\.cloudfunctions\.net(?:/.*)?")
_EMULATOR = re.compile(r"http://(?:127\.0\.0\.1|localhost):(\d+)/([a-z0-9-]+)/{region}/?")


def environment_of(named: str, aliases: Mapping[str, str], region: str) -> tuple[str, int]:
    """Return the environment that a name or URL means, and an emulator's port (0: any, or none).

    `aliases` are .firebaserc's: projects by name. Raises RefusedError.
    """
    known = sorted({LOCAL, *aliases} - {"default"})
    if named in known:
        return named, 0
    if emulator := _pattern(_EMULATOR, region).fullmatch(named):
        if emulator[2] == aliases.get("default"):
            return LOCAL, int(emulator[1])
        raise _unknown(named, f"{emulator[2]} is not the project of the local stack", known)
    hosted = _HOSTING.fullmatch(named) or _pattern(_FUNCTIONS, region).fullmatch(named)
    if hosted is None:
        raise _unknown(named, f"it is no environment, and no URL of a project in {region}", known)
    for alias, project in aliases.items():
        if project == hosted[1] and alias in known:
            return alias, 0
    raise _unknown(named, f".firebaserc has no environment of the project {hosted[1]}", known)


def _pattern(pattern: re.Pattern[str], region: str) -> re.Pattern[str]:
    return re.compile(pattern.pattern.replace("{region}", re.escape(region)))


def _unknown(named: str, why: str, known: list[str]) -> RefusedError:
    return RefusedError(
        f"{named}: {why}, so nothing was looked at. Name one of {', '.join(known)}, or "
        "https://PROJECT.web.app, https://REGION-PROJECT.cloudfunctions.net or an emulator's "
        "http://127.0.0.1:PORT/PROJECT/REGION."
    )
