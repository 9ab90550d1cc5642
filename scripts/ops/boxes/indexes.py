"""Whether Firestore's indexes and time-to-live policies are deployed and built."""

from collections.abc import Sequence

from google.cloud.firestore_admin_v1 import ListFieldsRequest, ListIndexesRequest

from scripts.ops.boxes import admin
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.boxes.history import CLONE
from scripts.ops.boxes.index_spec import FILE, Deployed, Facts, facts_deployed, facts_of_file

# The only fields that can be listed: those that are not as all others.
# https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.collectionGroups.fields/list
OWN = "indexConfig.usesAncestorConfig:false OR ttlConfig:*"


def look(desk: Desk) -> Finding:
    """Return how the deployed indexes are. Raises OperationError, PlaceError."""
    deployed = _deployed(desk)
    checkout = facts_of_file((desk.site.root / FILE).read_text())
    known = [facts_of_file(text) for text in desk.history.versions(FILE)]
    if not desk.history.was_deployed:
        known.append({})
    return judge(deployed, checkout, known, desk.site.name)


def judge(deployed: Deployed, checkout: Facts, known: Sequence[Facts], name: str) -> Finding:
    """Return what is deployed; `known` is what earlier deploys had asked for.

    A deploy makes what is missing, and takes nothing away.
    """
    have = deployed.facts
    keys = sorted({*checkout, *have})
    differing = [key for key in keys if have.get(key) != checkout.get(key)]
    by_hand = [key for key in differing if have.get(key) not in {each.get(key) for each in known}]
    if by_hand:
        return failed(
            f"somebody has changed by hand: {listed(_told(by_hand, deployed))}",
            f"{CLONE} Ask who it was. Put what is right of it into {FILE}, or make it as the "
            f"checkout says: npx firebase deploy -P {name} --only firestore:indexes.",
        )
    if deployed.unready:
        return failed(
            f"not ready: {listed(deployed.unready)}",
            "Wait until they are built (`gcloud firestore indexes composite list` shows it); what "
            "NEEDS_REPAIR is deleted, and deployed again.",
        )
    return passed(_said(differing, checkout, len(checkout)))


def _said(differing: Sequence[str], checkout: Facts, count: int) -> str:
    coming = sum(key in checkout for key in differing)
    left = len(differing) - coming
    parts = [f"{count - coming} of {count} are deployed and ready"]
    parts += [f"this deploy brings {coming}"] if coming else []
    parts += [f"{left} of earlier deploys stay until somebody deletes them"] if left else []
    return "; ".join(parts)


def _told(keys: Sequence[str], deployed: Deployed) -> list[str]:
    return [f"{key} ({deployed.facts.get(key, 'is gone')})" for key in keys]


def _deployed(desk: Desk) -> Deployed:
    parent = f"{admin.database_of(desk.site)}/collectionGroups/-"
    with admin.connected(desk.site, admin.INDEXES) as client:
        indexes = ListIndexesRequest(parent=parent)
        fields = ListFieldsRequest(parent=parent, filter=OWN)
        return facts_deployed(
            client.list_indexes(indexes, timeout=admin.SECONDS, retry=None),
            client.list_fields(fields, timeout=admin.SECONDS, retry=None),
        )
