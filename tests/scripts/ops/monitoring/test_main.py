"""What `scripts/monitoring` refuses, and what it says where Cloud Monitoring does not do it."""

import json
from collections.abc import Callable, Mapping

import grpc
import pytest
from google.cloud import monitoring_v3 as api

from scripts.local.standins.server import Fault
from scripts.ops.monitoring.__main__ import main, parse
from scripts.ops.monitoring.cloud.changes import Act, Change
from scripts.ops.monitoring.cloud.deployed import Deployed
from tests.scripts.ops.monitoring.monitored_project import (
    DIFFERENT,
    DONE,
    ELSEWHERE,
    FAILED,
    PROJECT,
    REFUSED,
    TEAM,
    Monitored,
    by_hand,
)

PARENT = f"projects/{PROJECT}"


@pytest.mark.parametrize("command", ["diff", "apply"])
def test_nobody_to_reach(empty: Monitored, command: str) -> None:
    """Where an action's first step reaches nobody nothing is done, and the settings are named."""
    empty.set(ALERT_ONCALL_SMS="+33100000000")
    assert empty.run(command) == REFUSED
    assert "would reach nobody. In the environment or monitoring/.env.local:" in (
        told := empty.refused()
    )
    assert "- notify_team: set one of ALERT_TEAM_EMAIL, ALERT_TEAM_SLACK, ALERT_TEAM_PUBSUB" in told
    assert "page_oncall" not in told
    assert empty.writes() == []


def test_a_later_step_without_an_address(empty: Monitored) -> None:
    """A later step that reaches nobody is left out, with a word."""
    empty.set(**TEAM)
    assert empty.run("apply") == DONE
    assert "note: page_oncall, level 2: lead is left out: none of ALERT_LEAD_EMAIL" in empty.told()
    assert [each for each in empty.found().policies if "level 2" in each["displayName"]] == []


def test_what_the_environment_does_not_suit(applied: Monitored) -> None:
    """An alert that is not for an environment has no policy there."""
    names = {each["userLabels"]["alert"] for each in applied.found().policies}
    assert "sweep_not_run" not in names
    assert "memory_p1" in names


def test_a_channel_made_by_hand(empty: Monitored) -> None:
    """A channel that a setting names is used as it is, and never changed or deleted."""
    made = empty.hand.channels.create_notification_channel(
        name=PARENT,
        notification_channel=api.NotificationChannel(
            type_="slack", labels={"channel_name": "#a", "auth_token": "a-token"}
        ),
    )
    empty.set(ALERT_TEAM_SLACK=made.name)
    empty.applied()
    assert empty.policy("memory_p1")["notificationChannels"] == [made.name]
    assert [each["name"] for each in empty.found().channels] == [made.name]
    assert empty.planned() == []


def test_a_channel_of_ours_by_its_name(applied: Monitored) -> None:
    """A channel that we made and a setting names since is used, and not deleted."""
    (channel,) = applied.found().channels
    applied.set(ALERT_TEAM_EMAIL=channel["name"])
    applied.applied()
    assert applied.policy("memory_p1")["notificationChannels"] == [channel["name"]]
    assert (applied.found().channels, applied.planned()) == ([channel], [])


def test_a_channel_that_is_not_there(empty: Monitored) -> None:
    """A setting that names a channel of nobody's is refused."""
    empty.set(ALERT_TEAM_SLACK=f"{PARENT}/notificationChannels/1")
    assert (empty.run("apply"), empty.writes()) == (REFUSED, [])
    assert f"ALERT_TEAM_SLACK names {PARENT}/notificationChannels/1, which" in empty.refused()


def test_a_channel_that_somebody_else_uses(applied: Monitored) -> None:
    """A channel that is set no more stays while another's policy uses it, and a word is said."""
    (channel,) = applied.found().channels
    policy = by_hand(channel["name"], {"service": "conteur", "team": "sre"})
    applied.hand.policies.create_alert_policy(name=PARENT, alert_policy=policy)
    applied.monkeypatch.delenv("ALERT_TEAM_EMAIL")
    applied.set(ALERT_TEAM_PUBSUB=f"{PARENT}/topics/alerts")
    assert applied.run("apply") == DONE
    assert """conteur: team-email is set no more, and stays: the policy "bob's own" uses it""" in (
        applied.told()
    )
    assert len(applied.found().channels) == 2


def test_a_number_to_verify(empty: Monitored) -> None:
    """A number reaches nobody before it is verified: that is said when it is made, and after."""
    empty.set(**TEAM, ALERT_ONCALL_SMS="+33100000000")
    for command in ("apply", "diff"):
        assert empty.run(command) == DONE
        assert "note: oncall-sms reaches nobody before it is verified" in empty.told()


def test_somebody_was_faster(applied: Monitored) -> None:
    """A dashboard that somebody changes between the look and the change is not overwritten."""

    def meanwhile() -> None:
        (found,) = applied.hand.dashboards.list_dashboards({"parent": PARENT})
        found.display_name = "mine"
        applied.hand.dashboards.update_dashboard({"dashboard": found})

    applied.edit_alerts(lambda alerts: alerts[0].update(condition="execution_time > 31s"))
    before_any(applied, Act.CHANGE, meanwhile)
    assert applied.run("apply") == ELSEWHERE
    assert "somebody else changes its monitoring at the same time (Aborted)" in applied.refused()
    (dashboard,) = applied.found().dashboards
    assert dashboard["displayName"] == "mine"


def test_a_policy_deleted_meanwhile(applied: Monitored) -> None:
    """What somebody deletes just before it is changed is not made anew out of what was read."""
    name = applied.policy("stories_slow_p1")["name"]
    applied.edit_alerts(lambda alerts: alerts[0].update(condition="execution_time > 31s"))
    before_any(
        applied,
        Act.CHANGE,
        lambda: applied.hand.policies.delete_alert_policy(name=name),
    )
    assert applied.run("apply") == ELSEWHERE
    applied.applied()
    assert applied.planned() == []


def test_a_policy_deleted_twice(applied: Monitored) -> None:
    """What somebody else has deleted as well is gone, as it should be."""
    name = applied.policy("stories_slow_p1")["name"]
    applied.edit_alerts(lambda alerts: alerts.pop(0))
    before_any(
        applied,
        Act.DELETE,
        lambda: applied.hand.policies.delete_alert_policy(name=name),
    )
    assert applied.run("apply") == DONE


def before_any(project: Monitored, act: Act, do: Callable[[], object]) -> None:
    """Do something once everything has been read, and before the first change of this kind."""
    original, left = Deployed.do, [do]

    def changed(self: Deployed, change: Change, names: Mapping[str, str]) -> str:
        if left and change.act is act:
            left.pop()()
        return original(self, change, names)

    project.monkeypatch.setattr(Deployed, "do", changed)


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        ("PERMISSION_DENIED", "no", f"add-iam-policy-binding {PROJECT} --member"),
        ("PERMISSION_DENIED", "no", "roles/monitoring.editor"),
        (
            "PERMISSION_DENIED",
            "X has not been used in project 1 or it is disabled.",
            "services enable",
        ),
        ("UNAUTHENTICATED", "no", "Run `gcloud auth application-default login`"),
        ("UNAVAILABLE", "no", "could not be reached in time"),
        ("RESOURCE_EXHAUSTED", "no", "Wait a minute"),
        ("NOT_FOUND", "no", "Check the name after -P"),
        ("INTERNAL", "a bug", "Cloud Monitoring refused (a bug)"),
    ],
)
@pytest.mark.parametrize("command", ["diff", "apply"])
def test_what_it_says(empty: Monitored, command: str, code: str, message: str, told: str) -> None:
    """Each failure says what happened and what to do, and is no difference."""
    empty.set(**TEAM)
    empty.fail(Fault(grpc.StatusCode[code], message))
    assert empty.run(command) == FAILED
    assert told in empty.refused()
    assert empty.api.metrics.calls == ["ListMetricDescriptors"]  # asked once, not for a minute


def test_what_was_made_is_told(empty: Monitored) -> None:
    """An apply that fails says how far it came, for programs as well."""
    empty.set(**TEAM)
    empty.api.metrics.fault = Fault(
        grpc.StatusCode.UNAVAILABLE, every=3, methods=frozenset({"CreateMetricDescriptor"})
    )
    assert empty.run("apply", "--json") == FAILED
    shown = empty.capsys.readouterr()
    assert json.loads(shown.out)["done"] == 2
    assert "\n2 of " in shown.err


def test_an_action_that_nobody_knows(empty: Monitored) -> None:
    """Files that are wrong are refused, with the place."""
    empty.edit_alerts(lambda alerts: alerts[0].update(action="shout"))
    assert empty.run("apply") == REFUSED
    assert "stories_slow_p1: its action shout is not in monitoring/channels.yaml" in empty.refused()


def test_no_project(empty: Monitored) -> None:
    """Without a name, and without a stand-in, no project is meant."""
    empty.monkeypatch.delenv("MONITORING_ENDPOINT")
    assert main(["diff"], empty.root) == REFUSED
    assert "Name the project with -P (production or staging)" in empty.refused()


def test_programs_see_differences(empty: Monitored) -> None:
    """A diff for programs lists what would be done, and exits 1 where there is something."""
    empty.set(**TEAM)
    assert empty.run("diff", "--json") == DIFFERENT
    told = json.loads(empty.told())
    assert (told["done"], told["unchanged"]) == (0, 0)
    assert {each["kind"] for each in told["changes"]} == {
        "metric",
        "channel",
        "policy",
        "dashboard",
    }


def test_the_pages(capsys: pytest.CaptureFixture[str]) -> None:
    """The pages that are made of the alerts are checked by the same command."""
    assert main(["pages"]) == DONE
    assert "are what the registry and the alerts say" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["diff", "-P", "x", "--local"], ["apply", "--force"]])
def test_asked_for_wrongly(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Options that contradict each other or do not exist end with a word of the usage."""
    with pytest.raises(SystemExit, match="2"):
        parse(arguments)
    assert "usage: scripts/monitoring" in capsys.readouterr().err
