"""A stand-in for Cloud Monitoring's notification channels that refuses what the real one refuses.

It never notifies anybody. As in the real service, what is sensitive in a channel can be written
and not read: only the last characters come back.
"""

import time
from collections.abc import Callable, Mapping

import grpc
from google.cloud import monitoring_v3 as api
from google.protobuf import empty_pb2

from scripts.local.standins.cloud_monitoring.filter import matching
from scripts.local.standins.cloud_monitoring.notification_channel_rules import refusal_of
from scripts.local.standins.cloud_monitoring.notification_channel_types import (
    TYPES,
    descriptor_of,
    obfuscated,
)
from scripts.local.standins.cloud_monitoring.resources import (
    Alerting,
    copy_of,
    invalid,
    merged,
    not_found,
    page,
    project_of,
    stamp,
)
from scripts.local.standins.server import Message, Method, RefusalError, StandIn

Channel = api.NotificationChannel
Status = Channel.VerificationStatus


class NotificationChannelStandIn(StandIn):
    """Channels in memory, of every project. `clock` answers seconds since the epoch."""

    service = "google.monitoring.v3.NotificationChannelService"

    def __init__(self, alerting: Alerting, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._alerting = alerting
        self._channels = alerting.channels
        self._clock = clock

    def methods(self) -> Mapping[str, Method]:
        """Return the methods on channels and their types, without those that verify."""
        return {
            "ListNotificationChannels": Method(api.ListNotificationChannelsRequest, self._list),
            "GetNotificationChannel": Method(api.GetNotificationChannelRequest, self._get),
            "CreateNotificationChannel": Method(api.CreateNotificationChannelRequest, self._create),
            "UpdateNotificationChannel": Method(api.UpdateNotificationChannelRequest, self._update),
            "DeleteNotificationChannel": Method(api.DeleteNotificationChannelRequest, self._delete),
            "GetNotificationChannelDescriptor": Method(
                api.GetNotificationChannelDescriptorRequest, _describe
            ),
            "ListNotificationChannelDescriptors": Method(
                api.ListNotificationChannelDescriptorsRequest, _list_types
            ),
        }

    def _list(
        self, request: api.ListNotificationChannelsRequest
    ) -> api.ListNotificationChannelsResponse:
        with self._alerting.lock:
            found = matching(request.filter, self._channels.of(request.name))
            channels, token = page(found, request.page_size, request.page_token)
            return api.ListNotificationChannelsResponse(
                notification_channels=[Channel.wrap(obfuscated(one)) for one in channels],
                next_page_token=token,
                total_size=len(found),
            )

    def _get(self, request: api.GetNotificationChannelRequest) -> Message:
        with self._alerting.lock:
            return obfuscated(self._channels.get(request.name))

    def _create(self, request: api.CreateNotificationChannelRequest) -> Message:
        made = copy_of(api.CreateNotificationChannelRequest.pb(request).notification_channel)
        with self._alerting.lock:
            _refuse(made, Status.VERIFICATION_STATUS_UNSPECIFIED)
            made.name = self._channels.new_name(request.name)
            made.verification_status = TYPES[made.type_].first_status
            made.ClearField("mutation_records")
            stamp(made.creation_record, self._clock())
            return self._take(made)

    def _update(self, request: api.UpdateNotificationChannelRequest) -> Message:
        """Replace a channel, or the fields in the mask.

        Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels/patch
        """
        asked = api.UpdateNotificationChannelRequest.pb(request)
        given = asked.notification_channel
        with self._alerting.lock:
            former = self._channels.get(given.name)
            made = merged(former, given, asked.update_mask)
            _refuse(made, former.verification_status)
            made.name = former.name
            made.creation_record.CopyFrom(former.creation_record)
            return self._take(made)

    def _delete(self, request: api.DeleteNotificationChannelRequest) -> empty_pb2.Empty:
        """Delete a channel; one in use only by force, which takes it out of its policies.

        Sources: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels/delete
        and https://github.com/hashicorp/terraform-provider-google/issues/10337
        """
        with self._alerting.lock:
            self._channels.get(request.name)
            users = self._alerting.users_of(request.name)
            if users and not request.force:
                raise RefusalError(
                    grpc.StatusCode.FAILED_PRECONDITION,
                    f'Could not delete "{request.name}" because it is still being referenced by: '
                    f'"{users[0].name}"',
                )
            for policy in users:
                policy.notification_channels.remove(request.name)
            del self._channels.by_name[request.name]
        return empty_pb2.Empty()

    def _take(self, made: Message) -> Message:
        """Fill in what the server fills in, and keep a channel."""
        if not made.HasField("enabled"):
            made.enabled.value = True
        stamp(made.mutation_records.add(), self._clock())
        self._channels.by_name[made.name] = made
        return obfuscated(made)


def _refuse(channel: Message, status: int) -> None:
    """Raise RefusalError for what a rule refuses, and for another verification status."""
    if channel.verification_status != status:
        raise invalid("Field notification_channel.verification_status cannot be written.")
    problem = refusal_of(channel)
    if problem:
        raise invalid(problem)


def _describe(request: api.GetNotificationChannelDescriptorRequest) -> Message:
    parent, _, kind = request.name.partition("/notificationChannelDescriptors/")
    project_of(parent)
    if kind not in TYPES:
        raise not_found(request.name)
    return descriptor_of(parent, kind)


def _list_types(request: api.ListNotificationChannelDescriptorsRequest) -> Message:
    project_of(request.name)
    return api.ListNotificationChannelDescriptorsResponse(
        channel_descriptors=[descriptor_of(request.name, kind) for kind in TYPES]
    )
