"""The settings of who hears of an alert."""

from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import ROOT, AlertsError
from scripts.ops.monitoring.cloud.channels import read_channels
from scripts.ops.monitoring.cloud.notify_settings import RUNBOOKS_URL, NotifySettings, read_settings

CHANNELS = read_channels(ROOT, [])


def read(root: Path, text: str | bytes = "", **environ: str) -> NotifySettings:
    path = root / "monitoring/.env.production"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(root, "production", environ, CHANNELS)


def test_the_environment_wins(tmp_path: Path) -> None:
    """A variable wins over the file, an empty one too; other variables are none of ours."""
    text = "ALERT_TEAM_EMAIL=file@example.com\nALERT_LEAD_SMS=+33100000000\n"
    settings = read(tmp_path, text, ALERT_TEAM_EMAIL="env@example.com", ALERT_LEAD_SMS="", X="y")
    assert settings.text("ALERT_TEAM_EMAIL") == "env@example.com"
    assert settings.text("ALERT_LEAD_SMS") == ""
    assert settings.text("X") == ""


def test_no_file(tmp_path: Path) -> None:
    """A project without a file has the environment's settings alone."""
    assert read_settings(tmp_path, "staging", {}, CHANNELS).text("ALERT_TEAM_EMAIL") == ""


def test_values_as_they_are(tmp_path: Path) -> None:
    """A dollar in a value is a dollar."""
    assert read(tmp_path, "ALERT_TEAM_SLACK_TOKEN='a${HOME}b'").text("ALERT_TEAM_SLACK_TOKEN") == (
        "a${HOME}b"
    )


def test_a_misspelt_name_of_the_environment(tmp_path: Path) -> None:
    """A slip there would silence somebody as well; what else is in an environment is not ours."""
    environ = {"ALERT_TEAM_EMIAL": "x@example.com", "HOME": "/", "EMAIL": "y"}
    with pytest.raises(AlertsError, match="the environment: ALERT_TEAM_EMIAL: no such setting"):
        read_settings(tmp_path, "staging", environ, CHANNELS)


def test_a_misspelt_name(tmp_path: Path) -> None:
    """A name that is no setting would reach nobody: it is refused."""
    with pytest.raises(AlertsError, match=r"ALERT_TEEM_EMAIL: no such setting\. There are ALERT_"):
        read(tmp_path, "ALERT_TEEM_EMAIL=ada@example.com")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """A file that cannot be read is named, and not repeated."""
    with pytest.raises(AlertsError, match=r"\.env\.production cannot be read: UnicodeDecodeError"):
        read(tmp_path, b"\xff\xfe")


@pytest.mark.parametrize("url", ["http://x.example", "docs/procedures", "https://", "https://[x"])
def test_a_bad_address_of_runbooks(tmp_path: Path, url: str) -> None:
    """Runbooks are read over https."""
    with pytest.raises(AlertsError, match=f"{RUNBOOKS_URL} in .* is no address such as https://"):
        read(tmp_path, RUNBOOKS_URL=url).runbooks()


def test_the_address_of_runbooks(tmp_path: Path) -> None:
    """A slash at the end is not doubled in links."""
    assert read(tmp_path, RUNBOOKS_URL="https://x.example/docs/").runbooks() == (
        "https://x.example/docs"
    )
    assert read(tmp_path).runbooks() == ""


def test_nothing_is_shown(tmp_path: Path) -> None:
    """Settings that end up in a log by chance do not show their values."""
    assert "ada@" not in repr(read(tmp_path, "ALERT_TEAM_EMAIL=ada@example.com"))
