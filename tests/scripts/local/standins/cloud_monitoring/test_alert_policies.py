"""The stand-in for alert policies, seen through the real client library."""

import pytest
from google.api_core import exceptions
from google.cloud import monitoring_v3 as api

from tests.scripts.local.standins.cloud_monitoring.clients import Clients, is_enabled, written_at
from tests.scripts.local.standins.cloud_monitoring.examples import (
    CHANNEL,
    POLICY,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT, START, Clock


def create(clients: Clients, **changed: object) -> api.AlertPolicy:
    policy = edited(POLICY, members(**changed))
    return clients.make_policy(policy)


def update(clients: Clients, policy: Message, *paths: str) -> api.AlertPolicy:
    request = {"alert_policy": policy, "update_mask": {"paths": list(paths)}}
    return clients.policies.update_alert_policy(request)


def test_what_the_server_fills_in(clients: Clients) -> None:
    """A new policy gets a name, its condition one below it, and who made it when."""
    made = create(clients)
    assert made.name.startswith(f"{PROJECT}/alertPolicies/")
    assert made.conditions[0].name.startswith(f"{made.name}/conditions/")
    assert is_enabled(made)
    assert made.creation_record == made.mutation_record
    assert written_at(made.mutation_record) == START + 60
    assert made.mutation_record.mutated_by


def test_reading(clients: Clients) -> None:
    """A policy is read back as it was answered, alone and in a list."""
    made = create(clients)
    assert clients.policies.get_alert_policy(name=made.name) == made
    assert list(clients.policies.list_alert_policies(name=PROJECT)) == [made]
    assert not list(clients.policies.list_alert_policies(name="projects/other"))


def test_disabled(clients: Clients) -> None:
    """A policy that is made disabled stays so."""
    assert not is_enabled(create(clients, enabled=False))


def test_pages(clients: Clients) -> None:
    """A listing comes in pages of the size that is asked for, each policy once."""
    names = [create(clients).name for _ in range(3)]
    pager = clients.policies.list_alert_policies(request={"name": PROJECT, "page_size": 2})
    pages = list(pager.pages)
    assert [len(page.alert_policies) for page in pages] == [2, 1]
    assert [one.name for page in pages for one in page.alert_policies] == names
    assert pages[0].total_size == 3


@pytest.mark.parametrize("token", ["x", "1", "-1"])
def test_unknown_page(clients: Clients, token: str) -> None:
    """A page token that the service has not given is refused."""
    create(clients)
    with pytest.raises(exceptions.InvalidArgument, match="page_token"):
        clients.policies.list_alert_policies(request={"name": PROJECT, "page_token": token})


def test_replacing(clients: Clients, clock: Clock) -> None:
    """Without a mask all is replaced but the name and the record of the creation."""
    made = create(clients, severity="ERROR")
    clock.now += 60
    replaced = update(clients, edited(POLICY, members(name=made.name, documentation={})))
    assert replaced.name == made.name
    assert replaced.severity == api.AlertPolicy.Severity.CRITICAL
    assert not replaced.documentation.content
    assert replaced.creation_record == made.creation_record
    assert written_at(replaced.mutation_record) == START + 120


def test_mask(clients: Clients) -> None:
    """With a mask the fields that it names are set or cleared, and no others."""
    made = create(clients)
    change = {"name": made.name, "display_name": "Other", "combiner": "AND"}
    changed = update(clients, change, "display_name", "documentation.content")
    assert changed.display_name == "Other"
    assert not changed.documentation.content
    assert changed.documentation.mime_type == "text/markdown"
    assert changed.combiner == api.AlertPolicy.ConditionCombinerType.OR


def test_mask_of_one_label(clients: Clients) -> None:
    """A mask can name one key of the labels, which is set or goes away."""
    made = create(clients, user_labels={"a": "1", "b": "2", "c": "3"})
    change = {"name": made.name, "user_labels": {"a": "9", "c": "9"}}
    changed = update(clients, change, "user_labels.a", "user_labels.b")
    assert dict(changed.user_labels) == {"a": "9", "c": "3"}


@pytest.mark.parametrize("path", ["nothing", "displayName", "documentation.nothing", "labels.a"])
def test_unknown_mask(clients: Clients, path: str) -> None:
    """A mask that names what is no field is refused."""
    made = create(clients)
    with pytest.raises(exceptions.InvalidArgument, match="no such field"):
        update(clients, {"name": made.name}, path)


def test_condition_that_is_kept(clients: Clients) -> None:
    """A condition whose name is given back keeps it; one without a name gets a new one."""
    made = create(clients)
    kept = update(clients, {"name": made.name, "conditions": made.conditions}, "conditions")
    renewed = update(clients, edited(POLICY, members(name=made.name)))
    assert kept.conditions[0].name == made.conditions[0].name
    assert renewed.conditions[0].name not in {"", made.conditions[0].name}


def test_refused_update(clients: Clients) -> None:
    """An update that a rule refuses leaves the policy as it was."""
    made = create(clients)
    with pytest.raises(exceptions.InvalidArgument, match="conditions must have"):
        update(clients, {"name": made.name}, "conditions")
    assert clients.policies.get_alert_policy(name=made.name) == made


def test_deleting(clients: Clients) -> None:
    """What is deleted is there no more, for none of the methods."""
    name = create(clients).name
    clients.policies.delete_alert_policy(name=name)
    with pytest.raises(exceptions.NotFound):
        clients.policies.get_alert_policy(name=name)
    with pytest.raises(exceptions.NotFound):
        clients.policies.delete_alert_policy(name=name)
    with pytest.raises(exceptions.NotFound):
        update(clients, edited(POLICY, members(name=name)))


def test_ignored_fields(clients: Clients) -> None:
    """A name and records that a caller gives for a new policy are not taken."""
    record = {"mutated_by": "somebody@example.com"}
    made = create(clients, name=f"{PROJECT}/alertPolicies/1", creation_record=record)
    assert made.name != f"{PROJECT}/alertPolicies/1"
    assert made.creation_record.mutated_by != "somebody@example.com"


def test_channel_that_goes_away(clients: Clients) -> None:
    """A channel that is deleted by force is taken out of the policies that notify it."""
    channel = clients.make_channel(CHANNEL)
    made = create(clients, notification_channels=[channel.name])
    clients.channels.delete_notification_channel(name=channel.name, force=True)
    assert not clients.policies.get_alert_policy(name=made.name).notification_channels


def test_project(clients: Clients) -> None:
    """A policy is made in a project, which is named in full."""
    with pytest.raises(exceptions.InvalidArgument, match="Name must begin with"):
        clients.policies.create_alert_policy({"name": "demo-conteur", "alert_policy": POLICY})
