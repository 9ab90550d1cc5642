"""Reading `monitoring/channels.yaml`."""

from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import ROOT, AlertsError, read_alerts
from scripts.ops.monitoring.cloud.channels import FILE, Kind, Step, read_channels

GOOD = """\
actions:
  page_oncall: [{after: 0m, to: [team]}]
recipients:
  team: {email: ALERT_TEAM_EMAIL}
"""


def test_ours() -> None:
    """The repository's own file names steps and settings for every alert."""
    channels = read_channels(ROOT, read_alerts())
    assert channels.actions["page_oncall"][1] == Step(15, ("lead",))
    assert channels.recipients["oncall"][Kind.SMS] == "ALERT_ONCALL_SMS"


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("actions:", "deeds:", "must be `actions:` and `recipients:`"),
        ("{after: 0m, to: [team]}", "{to: [team]}", "page_oncall: {'to': ['team']} is no"),
        ("after: 0m", "after: 0m, by: ada", "is no `{after: 0m, to: [NAME]}`"),
        ("after: 0m", "after: 1h", "'1h' is no duration"),
        ("after: 0m", "after: 5m", "the first step is `after: 0m`"),
        ("[{after: 0m, to: [team]}]", "[]", "page_oncall must be a list"),
        ("to: [team]", "to: []", "is no `{after: 0m, to: [NAME]}`"),
        ("to: [team]", "to: [boss, team]", "page_oncall: boss: not in `recipients:`"),
        ("{email: ALERT_TEAM_EMAIL}", "{}", "team has no way to be reached"),
        ("email:", "pigeon:", "team: pigeon is none of email, sms, pagerduty, slack, pubsub"),
        ("team: {", "Team: {", "'Team' is no name"),
        ("recipients:", "recipients: {", "is no YAML"),
    ],
)
def test_what_is_wrong(tmp_path: Path, good: str, bad: str, told: str) -> None:
    """Each error says where it is and how it should be."""
    write(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(AlertsError, match=FILE) as refused:
        read_channels(tmp_path, [])
    assert told in str(refused.value)


def test_an_address_in_a_settings_place(tmp_path: Path) -> None:
    """An address that was put into the file is refused, and not repeated."""
    write(tmp_path, GOOD.replace("ALERT_TEAM_EMAIL", "ada@example.com"))
    with pytest.raises(AlertsError, match="the name of a setting") as refused:
        read_channels(tmp_path, [])
    assert "ada@" not in str(refused.value)


def test_an_action_that_nobody_knows(tmp_path: Path) -> None:
    """An alert's action must be there."""
    write(tmp_path, GOOD.replace("page_oncall", "call"))
    with pytest.raises(AlertsError, match=r"stories_slow_p1: its action page_oncall is not in"):
        read_channels(tmp_path, read_alerts())


def write(root: Path, text: str) -> None:
    (root / FILE).parent.mkdir()
    (root / FILE).write_text(text)
