"""What Cloud Run asks of a service's traffic, and what it refuses.

The rules that a request alone can break are refused at once. Whether the revisions are there, and
Ready, shows while the request is carried out: the operation ends with an error then, the service
keeps what was asked for in `traffic`, and `traffic_statuses` what is in force still:
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service (on
`reconciling`), and https://github.com/Lore-Hex/quill-router/pull/781
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import grpc
from google.cloud import run_v2 as api

from scripts.local.standins.pages import invalid
from scripts.local.standins.server import RefusalError

LATEST = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST
REVISION = api.TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION
WHOLE = 100  # percent
SHORTEST_TAG = 3
LONGEST_TAG = 46  # together with the service's name
_LABEL = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")

Targets = Sequence[api.TrafficTarget]


def check_traffic(service: str, targets: Targets) -> None:
    """Raise RefusalError for targets that no service of this name could have.

    The percentages are 100 together, and a tag has one target. Knative's rules, which Cloud Run
    has taken over:
    https://github.com/knative/serving/blob/main/pkg/apis/serving/v1/route_validation.go
    """
    for target in targets:
        _check_target(target)
        if target.tag:
            _check_tag(service, target.tag)
    if (total := sum(target.percent for target in targets)) != WHOLE:
        raise invalid(f"spec.traffic: Traffic targets sum to {total}, want {WHOLE}")
    for tag, times in Counter(target.tag for target in targets if target.tag).items():
        if times > 1:
            raise invalid(f"spec.traffic.tag: Multiple definitions for {tag!r}")


def check_revisions(targets: Targets, problems: Mapping[str, str]) -> None:
    """Raise RefusalError for a target whose revision is not there, or not Ready.

    `problems` are by the names of a service's revisions, empty of one that is Ready. Codes and
    words: https://github.com/terraform-google-modules/terraform-docs-samples/pull/269 and
    https://cloud.google.com/run/docs/troubleshooting#service-errors
    """
    for name in (target.revision for target in targets if target.type_ == REVISION):
        if name not in problems:
            message = f"Revision '{name}' does not exist or is deleted. Update all traffic to route"
            raise RefusalError(
                grpc.StatusCode.INTERNAL, f"{message} to currently available revisions."
            )
        if problems[name]:
            raise RefusalError(grpc.StatusCode.FAILED_PRECONDITION, problems[name])


def statuses(targets: Targets, address: Callable[[str], str]) -> list[api.TrafficTargetStatus]:
    """Return what is in force; `address` returns the URI of a tag.

    https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#TrafficTargetStatus
    """
    return [
        api.TrafficTargetStatus(
            type_=target.type_,
            revision=target.revision,
            percent=target.percent,
            tag=target.tag,
            uri=address(target.tag) if target.tag else "",
        )
        for target in targets
    ]


def _check_target(target: api.TrafficTarget) -> None:
    """Raise RefusalError for a share, a type, or a revision's name that cannot be.

    https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#TrafficTarget
    """
    if not 0 <= target.percent <= WHOLE:
        raise invalid(f"spec.traffic.percent: expected 0 <= {target.percent} <= {WHOLE}")
    if target.type_ not in (LATEST, REVISION):
        raise invalid("spec.traffic.type: a target is of the latest revision or of a named one")
    if target.type_ == LATEST and target.revision:
        raise invalid(f"spec.traffic.revision: the latest revision is not {target.revision!r}")
    if target.type_ == REVISION and not _LABEL.fullmatch(target.revision):
        raise invalid(f"spec.traffic.revision: {target.revision!r} is no revision's own name")


def _check_tag(service: str, tag: str) -> None:
    """Raise RefusalError for a tag that cannot begin a host's name together with the service's.

    Lengths: https://github.com/PolicyEngine/policyengine-api/issues/3729 (at most) and
    https://github.com/PolicyEngine/policyengine-sim-api/issues/656 (at least).
    """
    if len(tag) < SHORTEST_TAG or not _LABEL.fullmatch(tag):
        raise invalid(
            f"spec.traffic.tag: {tag!r} is not {SHORTEST_TAG} or more of a-z, 0-9 and -, a letter "
            "first and no - last"
        )
    if len(tag) + len(service) > LONGEST_TAG:
        raise invalid(
            f"spec.traffic.tag: traffic tag '{tag}' and service name '{service}' together are too "
            f"long. Combined traffic tag and service name cannot exceed {LONGEST_TAG} characters."
        )
