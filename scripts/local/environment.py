"""What the processes of the stack may see of the environment that a command is started in.

Few names pass, so that the keys and cloud credentials of whoever runs the stack do not.
"""

import os
from collections.abc import Mapping

from scripts.local.ports import HOST

PASSED_ON = (
    *("HOME", "PATH", "USER", "LANG", "LC_ALL", "TZ"),
    # the way to OpenAI, and to the emulator's download, from behind a company's proxy
    *("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"),
)
NO_PROXY = f"{HOST},localhost"


def base_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables that every process of the stack gets."""
    passed = {name: environ[name] for name in PASSED_ON if name in environ}
    return {**passed, "NO_PROXY": NO_PROXY, "no_proxy": NO_PROXY}
