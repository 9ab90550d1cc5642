"""What is secret in channels reaches Cloud Monitoring, and nothing else."""

import json

import grpc
import pytest
from google.cloud import monitoring_v3 as api
from google.protobuf.field_mask_pb2 import FieldMask

from scripts.local.standins.server import Fault
from tests.scripts.ops.monitoring.monitored_project import (
    DIFFERENT,
    DONE,
    EVERYBODY,
    FAILED,
    PROJECT,
    Monitored,
)

OTHER_KEY = "fedcba9876543210" * 2
VALUES = (*EVERYBODY.values(), OTHER_KEY)


@pytest.fixture
def reached(empty: Monitored) -> Monitored:
    """Return a project whose recipients are all reached."""
    empty.set(**EVERYBODY)
    empty.applied()
    empty.writes()
    return empty


def channel(project: Monitored, key: str) -> api.NotificationChannel:
    listed = project.hand.channels.list_notification_channels(name=f"projects/{PROJECT}")
    (found,) = [each for each in listed if each.user_labels["channel"] == key]
    return found


def test_another_key(reached: Monitored) -> None:
    """That a secret has changed is seen, though it cannot be read back; it is sent, not shown."""
    reached.set(ALERT_ONCALL_PAGERDUTY=OTHER_KEY)
    assert reached.run("diff") == DIFFERENT
    assert "~ channel   oncall-pagerduty\n    labels: (not shown) -> (not shown)\n" in (
        reached.told().replace("'", "")
    )
    reached.applied()
    assert reached.writes() == ["UpdateNotificationChannel"]
    assert channel(reached, "oncall-pagerduty").labels["service_key"].endswith(OTHER_KEY[-4:])
    assert reached.planned() == []


def test_an_address_changed_by_hand(reached: Monitored) -> None:
    """An address that somebody has changed at the console is seen, and undone."""
    found = channel(reached, "team-email")
    found.labels["email_address"] = "eve@example.com"
    mask = FieldMask(paths=["labels"])
    reached.hand.channels.update_notification_channel(notification_channel=found, update_mask=mask)
    assert reached.planned() == ["change channel team-email"]
    reached.applied()
    assert channel(reached, "team-email").labels["email_address"] == "team@example.com"


def test_nothing_is_shown(empty: Monitored) -> None:
    """No command shows an address or a secret: not in its text, and not for programs."""
    empty.set(**EVERYBODY)
    for command in (["diff"], ["diff", "--json"], ["apply", "--json"], ["apply"], ["render"]):
        empty.run(*command)
        empty.set(ALERT_ONCALL_PAGERDUTY=OTHER_KEY)
        shown = empty.capsys.readouterr()
        assert [value for value in VALUES if value in shown.out + shown.err] == []


def test_nothing_is_left(reached: Monitored) -> None:
    """Nothing secret is written to disk."""
    reached.run("render", "--to", str(reached.root / "out"))
    files = [path for path in reached.root.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert [path for path in files if any(v in path.read_text() for v in VALUES)] == []


def test_a_refusal_that_repeats_it(empty: Monitored) -> None:
    """An answer that repeats what was sent is shown without the secret."""
    empty.set(**EVERYBODY)
    key = EVERYBODY["ALERT_ONCALL_PAGERDUTY"]
    empty.api.channels.fault = Fault(
        grpc.StatusCode.INVALID_ARGUMENT,
        f"service_key {key} is none",
        methods=frozenset({"CreateNotificationChannel"}),
    )
    assert empty.run("apply") == FAILED
    assert "Cloud Monitoring refused (service_key ... is none)" in (told := empty.refused())
    assert key not in told


def test_only_names_of_fields(reached: Monitored) -> None:
    """For programs too, a channel's change is told without values."""
    reached.set(ALERT_LEAD_SMS="+33111111111")
    reached.told()
    assert reached.run("apply", "--json", "--dry-run") == DONE
    (change,) = json.loads(reached.told())["changes"]
    assert change["fields"] == [
        {"field": "labels", "before": "(not shown)", "after": "(not shown)"},
        {"field": "userLabels", "before": "(not shown)", "after": "(not shown)"},
    ]
