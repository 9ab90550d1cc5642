"""`scripts/monitoring apply` with Google's own clients, against a strict Cloud Monitoring."""

from typing import Any

import grpc
import pytest
from google.cloud import monitoring_dashboard_v1 as dashboards
from google.cloud import monitoring_v3 as api
from google.protobuf.field_mask_pb2 import FieldMask

from conteur.telemetry.registry import METRICS
from scripts.local.standins.server import Fault
from scripts.ops.monitoring.marks import OURS
from tests.scripts.ops.monitoring.monitored_project import (
    DIFFERENT,
    DONE,
    EVERYBODY,
    FAILED,
    PROJECT,
    TEAM,
    Monitored,
    by_hand,
)

PARENT = f"projects/{PROJECT}"
SERVICE = {"service": "conteur"}
Alerts = list[dict[str, Any]]


def two_alerts(alerts: Alerts) -> None:
    """Leave one alert with three levels, and one with a single one."""
    kept = [each for each in alerts if each["name"] in {"memory_p1", "memory_p2"}]
    alerts[:] = kept


def test_twice(empty: Monitored) -> None:
    """A second apply finds everything as it should be, and writes nothing at all."""
    empty.set(**EVERYBODY)
    assert (empty.run("diff"), empty.writes()) == (DIFFERENT, [])
    empty.told()
    assert empty.run("apply") == DONE
    assert len(empty.writes()) == empty.told().count("\n+ ") + 1
    assert (empty.run("apply"), empty.writes(), empty.run("diff")) == (DONE, [], DONE)


def test_a_dry_run(empty: Monitored) -> None:
    """A dry run shows all of it, and changes nothing."""
    empty.set(**TEAM)
    assert (empty.run("apply", "--dry-run"), empty.writes()) == (DONE, [])
    assert "+ policy    memory_p1\n" in (told := empty.told())
    assert told.endswith("Nothing was changed (--dry-run).\n")


def test_another_threshold(applied: Monitored) -> None:
    """A changed threshold changes that alert's policy and its levels, and nothing else."""
    applied.set(ALERT_LEAD_EMAIL="lead@example.com")
    applied.applied()
    applied.writes()

    def raise_it(alerts: Alerts) -> None:
        (memory,) = [each for each in alerts if each["name"] == "memory_p1"]
        memory["condition"] = "memory > 85%"

    applied.edit_alerts(raise_it)
    line = "change dashboard conteur"  # the threshold is drawn there
    changed = ["change policy memory_p1", "change policy memory_p1 (level 2)", line]
    assert applied.planned() == changed
    applied.applied()
    assert sorted(applied.writes()) == ["UpdateAlertPolicy"] * 2 + ["UpdateDashboard"]
    (condition,) = applied.policy("memory_p1")["conditions"]
    assert "> 0.85" in condition["conditionPrometheusQueryLanguage"]["query"]


def test_what_is_shown_of_a_change(applied: Monitored) -> None:
    """A diff shows the field, and of a long query the place that is otherwise."""
    applied.edit_alerts(lambda alerts: alerts[0].update(condition="execution_time > 31s"))
    assert applied.run("diff") == DIFFERENT
    told = applied.told()
    assert "~ policy    stories_slow_p1\n" in told
    assert "conditionPrometheusQueryLanguage.query: '...generic_task" not in told
    assert "> 30) and" in told
    assert "> 31) and" in told


def test_an_alert_that_is_no_more(applied: Monitored) -> None:
    """An alert that was taken out of the file loses its policy."""
    applied.edit_alerts(lambda alerts: alerts.pop(0))
    assert applied.planned()[1:] == ["delete policy conteur_stories/stories_slow_p1"]
    applied.applied()
    assert sorted(applied.writes()) == ["DeleteAlertPolicy", "UpdateDashboard"]


def test_what_fires_stays(applied: Monitored) -> None:
    """A changed policy keeps its name and its condition's: what fires now is not begun anew."""
    before = applied.policy("memory_p1")
    applied.edit_alerts(lambda alerts: [each.update(duration="7m") for each in alerts])
    applied.applied()
    after = applied.policy("memory_p1")
    assert after["name"] == before["name"]
    assert after["conditions"][0]["name"] == before["conditions"][0]["name"]
    assert after["conditions"] != before["conditions"]


@pytest.mark.parametrize(
    ("labels", "name"), [({}, "conteur"), (SERVICE, "conteur"), (OURS, "an SRE's own")]
)
def test_what_others_made(empty: Monitored, labels: dict[str, str], name: str) -> None:
    """What others have made stays as it is, whichever of our labels they put on it by chance."""
    before = made_by_hand(empty, labels, name)
    empty.set(**TEAM)
    empty.applied()
    empty.edit_alerts(lambda alerts: [each.update(duration="7m") for each in alerts[1:]])
    empty.edit_alerts(lambda alerts: alerts.pop(0))
    empty.monkeypatch.delenv("ALERT_TEAM_EMAIL")
    empty.set(ALERT_TEAM_PUBSUB=f"{PARENT}/topics/alerts")
    planned = {each.rpartition(" ")[0] for each in empty.planned()}
    assert planned >= {"change policy", "delete policy", "delete channel conteur:"}
    empty.applied()
    assert [each for each in everything(empty) if each["name"] in names(before)] == before
    assert (len(before), empty.planned()) == (3, [])
    assert len(empty.found().channels) == len(empty.found().dashboards) == 2


def made_by_hand(project: Monitored, labels: dict[str, str], name: str) -> list[dict[str, Any]]:
    """Make a channel, a policy that it hears of, and a dashboard; return what is there."""
    labels = {**labels, "team": "sre"}
    channel = api.NotificationChannel(
        type_="email", labels={"email_address": "bob@example.com"}, user_labels=labels
    )
    made = project.hand.channels.create_notification_channel(
        name=PARENT, notification_channel=channel
    )
    policy = by_hand(made.name, labels)
    project.hand.policies.create_alert_policy(name=PARENT, alert_policy=policy)
    board = dashboards.Dashboard(display_name=name, labels=labels)
    project.hand.dashboards.create_dashboard({"parent": PARENT, "dashboard": board})
    return everything(project)


def everything(project: Monitored) -> list[dict[str, Any]]:
    found = project.found()
    return [*found.channels, *found.policies, *found.dashboards]


def names(resources: list[dict[str, Any]]) -> set[str]:
    return {each["name"] for each in resources}


def test_a_copy_of_ours(applied: Monitored) -> None:
    """A copy that somebody makes under another name has all our labels, and stays, with a word."""
    policy = applied.hand.policies.get_alert_policy(name=applied.policy("memory_p1")["name"])
    policy.conditions[0].name, policy.display_name = "", "Copy of conteur_stories/memory_p1"
    copy = applied.hand.policies.create_alert_policy(name=PARENT, alert_policy=policy)
    (board,) = applied.hand.dashboards.list_dashboards({"parent": PARENT})
    board.name, board.etag, board.display_name = "", "", "Copy of conteur"
    applied.hand.dashboards.create_dashboard({"parent": PARENT, "dashboard": board})
    applied.edit_alerts(lambda alerts: alerts.pop(2))
    assert applied.planned() == [
        "change dashboard conteur",
        "delete policy conteur_stories/memory_p1",
    ]
    assert applied.run("apply") == DONE
    assert "note: 'Copy of conteur_stories/memory_p1' has our labels and another name" in (
        told := applied.told()
    )
    assert f"`gcloud monitoring policies delete {copy.name}`" in told
    assert len(applied.found().dashboards) == 2


def test_a_renamed_policy(applied: Monitored) -> None:
    """A policy of ours that somebody has renamed is theirs: it stays, and ours is made again."""
    policy = api.AlertPolicy(name=applied.policy("memory_p1")["name"], display_name="mine")
    applied.hand.policies.update_alert_policy(
        alert_policy=policy, update_mask=FieldMask(paths=["display_name"])
    )
    assert applied.planned() == ["create policy memory_p1"]
    assert applied.run("apply") == DONE
    assert "note: 'mine' has our labels and another name" in applied.told()
    assert applied.planned() == []


def test_an_edit_at_the_console(applied: Monitored) -> None:
    """What somebody has changed by hand in a policy of ours is shown, and undone."""
    policy = api.AlertPolicy(
        name=applied.policy("memory_p1")["name"],
        severity=api.AlertPolicy.Severity.WARNING,
        notification_channels=[],
    )
    mask = FieldMask(paths=["severity", "notification_channels", "alert_strategy"])
    applied.hand.policies.update_alert_policy(alert_policy=policy, update_mask=mask)
    assert applied.run("diff") == DIFFERENT
    assert "    severity: 'WARNING' -> 'CRITICAL'\n" in (told := applied.told())
    assert "    notificationChannels: [] -> ['team-email']\n" in told
    applied.applied()
    assert applied.policy("memory_p1")["severity"] == "CRITICAL"
    assert applied.planned() == []


def test_an_edited_dashboard(applied: Monitored) -> None:
    """What somebody has changed in the dashboard is undone."""
    (found,) = applied.hand.dashboards.list_dashboards({"parent": PARENT})
    found.mosaic_layout.tiles[1].widget.title = "mine"
    applied.hand.dashboards.update_dashboard({"dashboard": found})
    assert applied.run("diff") == DIFFERENT
    assert "mosaicLayout.tiles[1].widget.title: 'mine' -> " in applied.told()
    applied.applied()
    assert applied.planned() == []


def test_a_muted_policy(applied: Monitored) -> None:
    """A policy that somebody has muted stays muted, also where it is changed; a word is said."""
    policy = api.AlertPolicy(name=applied.policy("memory_p1")["name"], enabled=False)
    applied.hand.policies.update_alert_policy(
        alert_policy=policy, update_mask=FieldMask(paths=["enabled"])
    )
    applied.edit_alerts(lambda alerts: [each.update(duration="7m") for each in alerts])
    assert applied.run("apply") == DONE
    assert "note: memory_p1 is muted by hand, and stays so" in applied.told()
    assert applied.policy("memory_p1")["enabled"] is False
    assert applied.policy("memory_p1")["conditions"][0]["displayName"].endswith("7 min")


def test_what_was_made_twice(applied: Monitored) -> None:
    """Of two policies of the same labels, as two applies at once may make, one goes."""
    (policy,) = [
        each
        for each in applied.hand.policies.list_alert_policies(name=PARENT)
        if each.display_name.endswith("/memory_p1")
    ]
    policy.conditions[0].name = ""
    applied.hand.policies.create_alert_policy(name=PARENT, alert_policy=policy)
    assert applied.planned() == ["delete policy conteur_stories/memory_p1"]
    applied.applied()
    assert applied.planned() == []


@pytest.mark.parametrize("lost_answer", [False, True])
@pytest.mark.parametrize(
    ("member", "number"),
    [
        *(("metrics", number) for number in (1, len(METRICS))),
        *(("channels", number) for number in (1, 2, 3, 4)),
        *(("policies", number) for number in (1, 2, 3)),
        ("dashboards", 1),
    ],
)
def test_stopped_half_way(empty: Monitored, member: str, number: int, *, lost_answer: bool) -> None:
    """Whichever call fails, before its effect or after it, another apply makes the rest."""
    empty.set(**EVERYBODY)
    empty.edit_alerts(two_alerts)
    writes = frozenset(
        name for name in getattr(empty.api, member).methods() if name.startswith("Create")
    )
    getattr(empty.api, member).fault = Fault(
        grpc.StatusCode.UNAVAILABLE, every=number, methods=writes, lost_answer=lost_answer
    )
    assert empty.run("apply") == FAILED
    assert "running it again makes the rest" in empty.refused()
    empty.fail(None)
    empty.applied()
    found = empty.found()
    assert (len(found.channels), len(found.policies), len(found.dashboards)) == (4, 3, 1)
    assert empty.planned() == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_stopped_while_deleting(empty: Monitored, number: int) -> None:
    """A deletion that takes effect and is not answered is no problem for the next apply."""
    empty.set(**EVERYBODY)
    empty.edit_alerts(two_alerts)
    empty.applied()
    for name in EVERYBODY.keys() - TEAM.keys():
        empty.monkeypatch.delenv(name)
    empty.fail(
        Fault(
            grpc.StatusCode.UNAVAILABLE,
            every=number,
            methods=frozenset({"DeleteAlertPolicy", "DeleteNotificationChannel"}),
            lost_answer=True,
        )
    )
    assert empty.run("apply") == FAILED
    empty.fail(None)
    empty.applied()
    assert (empty.planned(), len(empty.found().channels)) == ([], 1)
