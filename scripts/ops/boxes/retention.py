"""How long the images of revisions are kept: without its image a revision cannot serve again.

The policy is firebase-tools' own:
https://github.com/firebase/firebase-tools/blob/master/src/functions/artifacts.ts
"""

from collections.abc import Sequence
from datetime import timedelta

from google.api_core.exceptions import NotFound
from google.cloud.artifactregistry_v1 import CleanupPolicy, Repository

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, passed
from scripts.ops.diagnosis.around.where import RUN_ENDPOINT
from scripts.ops.traffic.clients import SECONDS, opened
from scripts.ops.traffic.errors import IMAGES, explained

REPOSITORY = "gcf-artifacts"
OPTED_OUT = "firebase-functions-cleanup-opted-out"
LEAST = timedelta(days=30)
_DELETE = CleanupPolicy.Action.DELETE


def look(desk: Desk) -> Finding:
    """Return how long images are kept. Raises OperationError, PlaceError."""
    site = desk.site
    name = f"projects/{site.project}/locations/{site.region}/repositories/{REPOSITORY}"
    endpoint = site.run().emulators.get(RUN_ENDPOINT, "")
    mend = (
        f"npx firebase functions:artifacts:setpolicy -P {site.name} --location {site.region} "
        f"--days {LEAST.days}"
    )
    with explained(site.project, IMAGES), opened(endpoint) as clients:
        try:
            found = clients.images.get_repository(name=name, timeout=SECONDS, retry=None)
        except NotFound:
            return passed(f"there are no images before the first deploy; after it: {mend}")
    return judge(_ages(found), opted_out=_opted_out(found), mend=f"{mend} --force")


def judge(ages: Sequence[timedelta], *, opted_out: bool, mend: str) -> Finding:
    """Return whether the images are kept long enough; `ages` are those at which any is deleted."""
    if not ages and not opted_out:
        return failed(
            "nobody has said how long, and the next deploy would keep them for one day", mend
        )
    if not ages:
        return passed("they are never deleted")
    shortest = min(ages)
    if shortest < LEAST:
        return failed(f"they are deleted after {shortest.days} days, not {LEAST.days}", mend)
    return passed(f"they are kept for {shortest.days} days")


def _ages(repository: Repository) -> list[timedelta]:
    return [
        timedelta(seconds=CleanupPolicy.pb(each).condition.older_than.ToSeconds())
        for each in repository.cleanup_policies.values()
        if each.action == _DELETE and not repository.cleanup_policy_dry_run
    ]


def _opted_out(repository: Repository) -> bool:
    return repository.labels.get(OPTED_OUT) == "true" or repository.cleanup_policy_dry_run
