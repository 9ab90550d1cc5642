"""The filters that alerts are listed by."""

import pytest

from scripts.local.standins.google_rest.alert_filter import matcher
from scripts.local.standins.google_rest.frame import RestRefusalError

ALERT = {
    "state": "OPEN",
    "openTime": "2026-11-22T10:00:00.000000Z",
    "policy": {"name": "projects/p/alertPolicies/1", "displayName": 'Say "when"'},
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("state=OPEN", True),
        ("state = 'CLOSED'", False),
        ('state!="CLOSED" AND policy.name="projects/p/alertPolicies/1"', True),
        ('policy.displayName="Say \\"when\\""', True),
        ('policy.displayName="Say"', False),
        ('openTime>="2026-11-22T10:00:00Z"', False),
        ('openTime>="2026-11-22T09:00:00Z" AND openTime<"2026-11-22T11:00:00Z"', True),
        ('open_time<="2026-11-22T09:00:00Z"', False),
        ('openTime>"2026-11-22T09:00:00Z"', True),
        ('metric.type=""', True),
    ],
)
def test_a_filter(text: str, found: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A filter compares fields, in either case of their names, and joins by AND."""
    assert matcher(text)(ALERT) is found


@pytest.mark.parametrize(
    "text",
    ["state", "state=", 'state="open"', "severity=X", 'state="OPEN" OR state="CLOSED"', "(a=b)"],
)
def test_no_filter(text: str) -> None:
    """What is no filter, and a field or state that there is not, are refused."""
    with pytest.raises(RestRefusalError, match="Invalid filter"):
        matcher(text)
