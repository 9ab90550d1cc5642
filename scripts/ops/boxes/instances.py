"""Whether each function has an upper bound on its instances, and whether it is still ours."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from google.api_core.exceptions import NotFound

from scripts.ops import plan
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.boxes.history import CLONE
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.operations.site import service_of
from scripts.ops.traffic.clients import SECONDS, opened
from scripts.ops.traffic.errors import READING, explained

Bounds = Mapping[str, int]
"""The most instances, by function; 0 is no bound."""


def look(desk: Desk) -> Finding:
    """Return how the bounds are. Raises OperationError, PlaceError."""
    planned = {name: int(each["maxInstanceCount"] or 0) for name, each in desk.functions.items()}
    known = [
        bounds
        for text in desk.history.versions(plan.REVIEWED)
        if (bounds := _bounds(text, desk.site.name))
    ]
    return judge(planned, _deployed(desk), known, desk.site.name)


def judge(planned: Bounds, deployed: Bounds, known: Sequence[Bounds], name: str) -> Finding:
    """Return whether all are bounded, and no deployed bound was changed by hand."""
    if unbounded := [function for function, most in sorted(planned.items()) if not most]:
        return failed(
            f"the plan has no bound for {listed(unbounded)}: the model's bill would have none",
            f"Set MAX_INSTANCES in functions/.env.{name}, and run scripts/plan --update.",
        )
    differing = [each for each in sorted(deployed) if deployed[each] != planned.get(each)]
    by_hand = [
        f"{each} ({deployed[each] or 'no bound'}, the plan says {planned.get(each, 'nothing')})"
        for each in differing
        if deployed[each] not in {bounds.get(each) for bounds in known}
    ]
    if by_hand:
        return failed(
            f"somebody has changed by hand: {listed(by_hand)}",
            f"{CLONE} Ask who it was. Write what is right into functions/.env.{name} and run "
            "scripts/plan --update; or set it back in the console of Cloud Run.",
        )
    if differing:
        return passed(f"bounded; this deploy changes {listed(differing)}")
    most = f"{min(planned.values())} to {max(planned.values())}"
    return passed(f"{most} instances a function, {len(deployed)} of {len(planned)} deployed so")


def _deployed(desk: Desk) -> Bounds:
    """Return the bounds of the services that are there.

    https://cloud.google.com/run/docs/reference/rest/v2/RevisionScaling
    """
    site, found = desk.site, {}
    parent = f"projects/{site.project}/locations/{site.region}/services"
    endpoint = site.run().emulators.get(RUN_ENDPOINT, "")
    with explained(site.project, READING), opened(endpoint) as clients:
        for name in desk.functions:
            with suppress(NotFound):
                service = clients.services.get_service(
                    name=f"{parent}/{service_of(name)}", timeout=SECONDS, retry=None
                )
                found[name] = int(service.template.scaling.max_instance_count)
    return found


def _bounds(text: str, environment: str) -> Bounds:
    """Return the bounds of a plan that was reviewed before; none of one that is none."""
    with suppress(ValueError, KeyError, TypeError):
        functions = json.loads(text)[environment]
        return {
            name: int(body["serviceConfig"]["maxInstanceCount"] or 0)
            for name, body in functions.items()
        }
    return {}
