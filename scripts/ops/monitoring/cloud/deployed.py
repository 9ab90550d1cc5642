"""The descriptors, channels, policies and dashboards of a project, by a person's own rights."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from google.api import metric_pb2  # type: ignore[import-untyped]  # has neither stubs nor py.typed
from google.api_core.exceptions import NotFound
from google.cloud import monitoring_dashboard_v1 as dashboards_api
from google.cloud import monitoring_v3 as api
from google.protobuf import field_mask_pb2, json_format

from conteur.telemetry.registry import PREFIX
from scripts.ops.monitoring.cloud.changes import Act, Change, Found, Sort
from scripts.ops.monitoring.cloud.clients import Clients, open_clients
from scripts.ops.monitoring.cloud.deploy_errors import conflicting, explained
from scripts.ops.monitoring.cloud.policies import with_names
from scripts.ops.monitoring.cloud.recipients import Message
from scripts.ops.monitoring.cloud.target import Target

SECONDS = 20.0  # of one call: policies take the real service a few
_BOUNDED: Mapping[str, Any] = {"retry": None, "timeout": SECONDS}

Proto = Any
"""A message of protobuf, or of proto-plus: neither carries types at run time."""


class Deployed:
    """What a project's Cloud Monitoring holds. Methods raise DeployError."""

    def __init__(self, clients: Clients, project: str) -> None:
        self._clients = clients
        self._project = project
        self._parent = f"projects/{project}"
        self._calls: Mapping[tuple[Act, Sort], Callable[[Change, Message], object]] = {
            # A descriptor that is there is changed by creating it again.
            (Act.CREATE, Sort.DESCRIPTOR): self._describe,
            (Act.CHANGE, Sort.DESCRIPTOR): self._describe,
            (Act.CREATE, Sort.CHANNEL): self._create_channel,
            (Act.CHANGE, Sort.CHANNEL): self._change_channel,
            (Act.DELETE, Sort.CHANNEL): self._delete_channel,
            (Act.CREATE, Sort.POLICY): self._create_policy,
            (Act.CHANGE, Sort.POLICY): self._change_policy,
            (Act.DELETE, Sort.POLICY): self._delete_policy,
            (Act.CREATE, Sort.DASHBOARD): self._create_dashboard,
            (Act.CHANGE, Sort.DASHBOARD): self._change_dashboard,
            (Act.DELETE, Sort.DASHBOARD): self._delete_dashboard,
        }

    def found(self) -> Found:
        """Return all that is there, also what is not ours."""
        name, clients = self._parent, self._clients
        ours = {"name": name, "filter": f'metric.type = starts_with("{PREFIX}")'}
        with explained(self._project):
            return Found(
                list(map(_read, clients.metrics.list_metric_descriptors(ours, **_BOUNDED))),
                _all(clients.channels.list_notification_channels(name=name, **_BOUNDED)),
                _all(clients.policies.list_alert_policies(name=name, **_BOUNDED)),
                _all(clients.dashboards.list_dashboards({"parent": name}, **_BOUNDED)),
            )

    def do(self, change: Change, names: Mapping[str, str]) -> str:
        """Make one change, with `names` of channels by their keys; return the resource's name."""
        secrets = change.message.get("labels", {}).values() if change.sort is Sort.CHANNEL else ()
        is_policy = change.message and change.sort is Sort.POLICY
        message = with_names(change.message, names) if is_policy else change.message
        with explained(self._project, secrets), conflicting(self._project):
            made = self._calls[change.act, change.sort](change, message)
        return str(getattr(made, "name", change.name))

    def _describe(self, _: Change, message: Message) -> object:
        descriptor = json_format.ParseDict(message, metric_pb2.MetricDescriptor())
        return self._clients.metrics.create_metric_descriptor(
            name=self._parent, metric_descriptor=descriptor, **_BOUNDED
        )

    def _create_channel(self, _: Change, message: Message) -> object:
        return self._clients.channels.create_notification_channel(
            name=self._parent, notification_channel=_channel(message), **_BOUNDED
        )

    def _change_channel(self, change: Change, message: Message) -> object:
        return self._clients.channels.update_notification_channel(
            notification_channel=_channel({**message, "name": change.name}),
            update_mask=_mask(change),
            **_BOUNDED,
        )

    def _delete_channel(self, change: Change, _: Message) -> None:
        _gone(self._clients.channels.delete_notification_channel, change)

    def _create_policy(self, _: Change, message: Message) -> object:
        return self._clients.policies.create_alert_policy(
            name=self._parent, alert_policy=_policy(message), **_BOUNDED
        )

    def _change_policy(self, change: Change, message: Message) -> object:
        return self._clients.policies.update_alert_policy(
            alert_policy=_policy({**message, "name": change.name}),
            update_mask=_mask(change),
            **_BOUNDED,
        )

    def _delete_policy(self, change: Change, _: Message) -> None:
        _gone(self._clients.policies.delete_alert_policy, change)

    def _create_dashboard(self, _: Change, message: Message) -> object:
        request = {"parent": self._parent, "dashboard": _dashboard(message)}
        return self._clients.dashboards.create_dashboard(request, **_BOUNDED)

    def _change_dashboard(self, change: Change, message: Message) -> object:
        request = {"dashboard": _dashboard({**message, "name": change.name})}
        return self._clients.dashboards.update_dashboard(request, **_BOUNDED)

    def _delete_dashboard(self, change: Change, _: Message) -> None:
        delete = self._clients.dashboards.delete_dashboard
        _gone(lambda name, **bounds: delete({"name": name}, **bounds), change)


@contextmanager
def connected(target: Target) -> Iterator[Deployed]:
    """Yield a project's Cloud Monitoring. Raises DeployError."""
    with ExitStack() as stack:
        with explained(target.project):
            clients = open_clients(target.endpoint, stack)
        yield Deployed(clients, target.project)


def _all(messages: Iterable[Proto]) -> list[Message]:
    return [_read(type(each).pb(each)) for each in messages]


def _read(message: Proto) -> Message:
    return json_format.MessageToDict(message, always_print_fields_with_no_presence=True)


def _channel(message: Message) -> Proto:
    return json_format.ParseDict(message, api.NotificationChannel.pb(api.NotificationChannel()))


def _policy(message: Message) -> Proto:
    return json_format.ParseDict(message, api.AlertPolicy.pb(api.AlertPolicy()))


def _dashboard(message: Message) -> Proto:
    kind = dashboards_api.Dashboard
    return json_format.ParseDict(message, kind.pb(kind()))


def _mask(change: Change) -> field_mask_pb2.FieldMask:
    """Return the fields that differ: the others, such as that it is muted, stay as they are."""
    mask = field_mask_pb2.FieldMask()
    mask.FromJsonString(",".join(sorted({field.top for field in change.fields})))
    return mask


def _gone(delete: Callable[..., object], change: Change) -> None:
    """Delete; what somebody else has deleted meanwhile is gone as well."""
    try:
        delete(name=change.name, **_BOUNDED)
    except NotFound:
        return
