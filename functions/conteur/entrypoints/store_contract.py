"""The contract of all HTTP routes, as a file: OpenAPI 3.1."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conteur import __version__

_FILE = Path(__file__).with_name("openapi.json")


def contract(api_url: str) -> Mapping[str, Any]:
    """Return the contract of the routes at `api_url`."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    info = {**document["info"], "version": __version__}
    return {**document, "info": info, "servers": [{"url": api_url}]}
