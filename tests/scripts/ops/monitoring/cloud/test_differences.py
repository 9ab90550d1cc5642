"""What has to be done, decided without a call."""

from dataclasses import replace
from typing import Any

import pytest
from google.cloud.monitoring_dashboard_v1 import Dashboard
from google.protobuf import json_format

from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.cloud.changes import Act, Found, Sort
from scripts.ops.monitoring.cloud.desired import Desired, Goal, desired, read_sources
from scripts.ops.monitoring.cloud.differences import differences
from scripts.ops.monitoring.cloud.notify_settings import NotifySettings
from scripts.ops.monitoring.cloud.policies import with_names
from scripts.ops.monitoring.cloud.recipients import Message

SETTINGS = NotifySettings("here", {"ALERT_TEAM_EMAIL": "team@example.com"})
DESIRED = desired(read_sources(ROOT), Goal("p", "production", "production"), SETTINGS)
NOTHING = Found([], [], [], [])


def only(**kept: object) -> Desired:
    """Return what is desired without anything but these."""
    none: dict[str, Any] = {"descriptors": {}, "channels": {}, "policies": {}}
    return replace(DESIRED, **{**none, **kept})


def there(desired: Desired) -> Found:
    """Return what is there after an apply, as the server tells it."""
    channels = [
        {**each.message("p"), "name": f"c/{key}", "enabled": True}
        for key, each in desired.channels.items()
    ]
    policies = [
        {
            **with_names(each, {"team-email": "c/team-email"}),
            "name": f"p/{key}",
            "conditions": [{**condition, "name": "c/1"} for condition in each["conditions"]],
        }
        for key, each in desired.policies.items()
    ]
    descriptors = [{**each, "name": f"d/{key}"} for key, each in desired.descriptors.items()]
    dashboards = [{**desired.dashboard, "name": "b/1", "etag": "e1"}]
    return Found(descriptors, channels, policies, dashboards)


def test_the_order() -> None:
    """What others refer to is made first."""
    order = list(dict.fromkeys(each.sort for each in differences(DESIRED, NOTHING).changes))
    assert order == [Sort.DESCRIPTOR, Sort.CHANNEL, Sort.POLICY, Sort.DASHBOARD]


def test_the_order_of_deletions() -> None:
    """What is referred to goes last, after all that is made."""
    found = there(DESIRED)
    twice = [*found.dashboards, {**found.dashboards[0], "name": "b/2"}]
    changes = differences(only(), replace(found, dashboards=twice)).changes
    assert {each.act for each in changes} == {Act.DELETE}
    order = list(dict.fromkeys(each.sort for each in changes))
    assert order == [Sort.DASHBOARD, Sort.POLICY, Sort.CHANNEL]


def test_dashboards_that_are_there_twice() -> None:
    """Of two dashboards with our labels the later one goes."""
    first, second = ({**DESIRED.dashboard, "name": name, "etag": "e"} for name in ("b/1", "b/2"))
    (change,) = differences(only(), Found([], [], [], [second, first])).changes
    assert (change.act, change.name) == (Act.DELETE, "b/2")


def test_a_dashboard_is_changed_as_it_was_read() -> None:
    """A changed dashboard carries the etag of what was compared."""
    found = {**DESIRED.dashboard, "name": "b/1", "etag": "e7", "mosaicLayout": {}}
    (change,) = differences(only(), Found([], [], [], [found])).changes
    assert (change.act, change.message["etag"]) == (Act.CHANGE, "e7")
    assert change.fields[0].path == "mosaicLayout.columns"


def test_a_dashboard_as_it_is_kept() -> None:
    """What the service keeps nothing of, as zeros and false, is no lasting difference.

    Real answers, whose empty messages, projects' ids and thresholds are as they were sent:
    https://github.com/GoogleCloudPlatform/k8s-config-connector/blob/master/pkg/test/resourcefixture/testdata/basic/monitoring/v1beta1/monitoringdashboard/monitoringdashboardfull/_http.log
    """
    kept = json_format.MessageToDict(parsed(DESIRED.dashboard))
    assert "xPos" not in kept["mosaicLayout"]["tiles"][0]
    read = json_format.MessageToDict(parsed(kept), always_print_fields_with_no_presence=True)
    found = Found([], [], [], [{**read, "name": "b/1", "etag": "e"}])
    assert differences(only(), found).changes == []


def parsed(dashboard: Message) -> Any:  # noqa: ANN401 - protobuf has no types at run time
    return json_format.ParseDict(dashboard, Dashboard.pb(Dashboard()))


def test_labels_of_descriptors() -> None:
    """Labels that a metric had, and their order, are the server's; a missing one is not."""
    key, message = next(iter(DESIRED.descriptors.items()))
    labels = [*reversed(message["labels"]), {"key": "old", "valueType": "STRING"}]
    have = {**message, "name": "d/1", "labels": labels}
    wanted = only(descriptors={key: message})
    found = replace(there(only()), descriptors=[have])
    assert differences(wanted, found).changes == []
    found = replace(found, descriptors=[{**have, "labels": labels[1:]}])
    (change,) = differences(wanted, found).changes
    assert change.fields[0].path == "labels"


def test_a_metric_that_is_counted_no_more() -> None:
    """A descriptor that the registry has no more stays, with a word: its series hang on it."""
    found = differences(only(), there(DESIRED))
    assert all(each.sort is not Sort.DESCRIPTOR for each in found.changes)
    assert (
        "custom.googleapis.com/conteur/executions is counted no more; what was counted stays"
        in (found.notes)
    )


def test_a_muted_channel() -> None:
    """A channel that somebody has muted stays so; a word says that it reaches nobody."""
    found = there(DESIRED)
    muted = [{**each, "enabled": False} for each in found.channels]
    told = differences(DESIRED, replace(found, channels=muted))
    assert "team-email is muted by hand, and stays so: it reaches nobody" in told.notes
    assert told.changes == []


@pytest.mark.parametrize(
    ("name", "alert"),
    [
        ("conteur: the day's budget is spent", "budget_spent"),
        ("conteur: 80 % of the day's budget is used", "budget_nearly_spent"),
    ],
)
def test_policies_of_an_older_file(name: str, alert: str) -> None:
    """A policy that was made of a file that is no more stays, with a word of how it goes."""
    old = {"name": "p/1", "displayName": name, "userLabels": {"service": "conteur"}}
    found = replace(there(only()), policies=[{**old, "notificationChannels": []}])
    told = differences(only(), found)
    assert (told.changes, alert in DESIRED.policies) == ([], True)
    assert (
        f"{name!r} was made of an older file; {alert} takes its place: "
        "`gcloud monitoring policies delete p/1`"
    ) in told.notes
    theirs = replace(found, policies=[{**found.policies[0], "userLabels": {}}])
    assert not any("older file" in note for note in differences(only(), theirs).notes)


def test_nothing_secret_in_what_is_told() -> None:
    """A change that ends up in a log by chance does not show a channel's address."""
    (change,) = [
        each for each in differences(DESIRED, NOTHING).changes if each.sort is Sort.CHANNEL
    ]
    assert "team@" not in repr(change)
