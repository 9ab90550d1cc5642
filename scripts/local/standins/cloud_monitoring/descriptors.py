"""The methods of Cloud Monitoring on metric descriptors, for its stand-in."""

import re
from collections.abc import Mapping
from threading import Lock

from google.cloud import monitoring_v3 as api
from google.protobuf import empty_pb2

from scripts.local.standins.cloud_monitoring.descriptor_rules import DESCRIPTOR_RULES, Description
from scripts.local.standins.cloud_monitoring.resources import (
    copy_of,
    invalid,
    missing,
    page,
    project_of,
)
from scripts.local.standins.cloud_monitoring.rules import WRITABLE_RESOURCES
from scripts.local.standins.cloud_monitoring.store import Store
from scripts.local.standins.server import Message, Method

TYPE_FILTER = re.compile(r'metric\.type\s*=\s*(?:"([^"]+)"|starts_with\(\s*"([^"]+)"\s*\))')
DESCRIPTOR_NAME = re.compile(r"(projects/[^/]+)/metricDescriptors/(.+)")


def read_filter(text: str) -> tuple[str, bool]:
    """Return the metric type that a filter names, and whether it is a prefix.

    The filter is `metric.type = "..."` or `= starts_with("...")`; the real service knows more:
    https://cloud.google.com/monitoring/api/v3/filters. Raises RefusalError for another one.
    """
    match = TYPE_FILTER.fullmatch(text.strip())
    if match is None:
        raise invalid(
            f'Field filter had an invalid value of "{text}": the stand-in knows '
            'metric.type = "..." and metric.type = starts_with("...") only.'
        )
    exact, prefix = match.groups()
    return exact or prefix, prefix is not None


class Descriptors:
    """What lists, makes and deletes the descriptors in a store. `lock` guards the store."""

    def __init__(self, store: Store, lock: Lock) -> None:
        self._store = store
        self._lock = lock

    def methods(self) -> Mapping[str, Method]:
        """Return the methods on descriptors."""
        return {
            "CreateMetricDescriptor": Method(api.CreateMetricDescriptorRequest, self._create),
            "GetMetricDescriptor": Method(api.GetMetricDescriptorRequest, self._get),
            "ListMetricDescriptors": Method(api.ListMetricDescriptorsRequest, self._list),
            "DeleteMetricDescriptor": Method(api.DeleteMetricDescriptorRequest, self._delete),
        }

    def _create(self, request: api.CreateMetricDescriptorRequest) -> Message:
        """Keep a descriptor, or change the one that there is; labels are never removed.

        What the server fills in and leaves out is from
        https://github.com/GoogleCloudPlatform/k8s-config-connector/blob/master/mockgcp/mockmonitoring/metricdescriptor.go
        Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors/create
        """
        project = project_of(request.name)
        made = copy_of(api.CreateMetricDescriptorRequest.pb(request).metric_descriptor)
        with self._lock:
            known = self._store.descriptors(project)
            checked = Description(made, self._store.descriptor(project, made.type), len(known))
            for rule in DESCRIPTOR_RULES:
                if problem := rule(checked):
                    raise invalid(problem)
            made.name = f"{request.name}/metricDescriptors/{made.type}"
            made.monitored_resource_types[:] = sorted(WRITABLE_RESOURCES)
            made.ClearField("metadata")
            made.ClearField("launch_stage")
            self._store.describe(project, made)
            return copy_of(made)

    def _get(self, request: api.GetMetricDescriptorRequest) -> Message:
        project, metric_type = _parts(request.name)
        with self._lock:
            return copy_of(self._known(project, metric_type))

    def _list(self, request: api.ListMetricDescriptorsRequest) -> api.ListMetricDescriptorsResponse:
        """Answer the custom metrics only, by type: the stand-in has no others."""
        project = project_of(request.name)
        wanted, prefix = read_filter(request.filter) if request.filter else ("", True)
        with self._lock:
            known = self._store.descriptors(project)
            found = [
                copy_of(one)
                for one in sorted(known, key=lambda one: str(one.type))
                if one.type == wanted or (prefix and one.type.startswith(wanted))
            ]
        descriptors, token = page(found, request.page_size, request.page_token)
        return api.ListMetricDescriptorsResponse(
            metric_descriptors=descriptors, next_page_token=token
        )

    def _delete(self, request: api.DeleteMetricDescriptorRequest) -> empty_pb2.Empty:
        """Delete a descriptor and its series, which are unusable without it.

        Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors
        """
        project, metric_type = _parts(request.name)
        with self._lock:
            self._known(project, metric_type)
            self._store.forget(project, metric_type)
        return empty_pb2.Empty()

    def _known(self, project: str, metric_type: str) -> Message:
        descriptor = self._store.descriptor(project, metric_type)
        if descriptor is None:
            raise missing(f"Could not find descriptor for metric '{metric_type}'.")
        return descriptor


def _parts(name: str) -> tuple[str, str]:
    match = DESCRIPTOR_NAME.fullmatch(name)
    if match is None:
        raise invalid(f'name "{name}" is not valid')
    return project_of(match[1]), match[2]
