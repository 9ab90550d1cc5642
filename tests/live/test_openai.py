"""A story by the real OpenAI, through the function as production serves it."""

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from scripts.local.serving import served
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.issuer import Issuer

pytestmark = pytest.mark.live

ORDER = {"data": {"prompt": "a fox who is afraid of the dark", "length": {"words": 60}}}


def test_story(issuer: Issuer, firestore_host: str, tmp_path: Path) -> None:
    """OpenAI tells and moderates a story of about the length asked for, and says what it used."""
    with (
        SecretManagerStandIn({"OPENAI_API_KEY": os.environ["OPENAI_API_KEY"]}).serve() as secrets,
        MonitoringStandIn().serve() as monitoring,
        served(
            "generate_story",
            {
                "FIRESTORE_EMULATOR_HOST": firestore_host,
                "SECRET_MANAGER_ENDPOINT": secrets,
                "MONITORING_ENDPOINT": monitoring,
                "ID_TOKEN_CERTS_URL": issuer.certs_url,
                "MODERATION": "openai",
            },
            tmp_path / "function.log",
        ) as (url, _process),
    ):
        result = _call(url, issuer.id_token())
    assert result["finish"] == "stop"
    assert 30 <= result["story"]["wordCount"] <= 120
    assert "unmoderated" not in result["quality"]["flags"]
    assert result["usage"]["outputTokens"] > 0


def _call(url: str, token: str) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own loopback address
        url,
        data=json.dumps(ORDER).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=40) as reply:  # noqa: S310 - likewise
        result: dict[str, Any] = json.load(reply)["result"]
        return result
