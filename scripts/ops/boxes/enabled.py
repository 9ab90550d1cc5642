"""Whether the APIs are enabled, and whoever runs this may deploy."""

from collections.abc import Collection

from scripts.ops.boxes.account import account_of
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, listed, passed
from scripts.ops.boxes.rights import ACT_AS, ACT_AS_ROLE, APIS, ON_PROJECT
from scripts.ops.operations import google_rest
from scripts.ops.operations.google_rest import Body, GoogleRest

USAGE, PROJECTS = "serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com"
IAM = "iam.googleapis.com"
PAGE = "200"  # services; the most that Service Usage gives at once


def look_apis(desk: Desk) -> Finding:
    """Return which APIs are enabled. Raises OperationError."""
    with google_rest.connected(desk.site) as rest:
        return judge_apis(_enabled(rest, desk.site.project), desk.site.project)


def judge_apis(enabled: Collection[str], project: str) -> Finding:
    """Return whether none that is needed is missing."""
    missing = [each for each in APIS if each not in enabled]
    if missing:
        return failed(
            f"not enabled: {listed(missing)}",
            f"gcloud services enable --project {project} {' '.join(missing)}",
        )
    return passed(f"all {len(APIS)} are enabled")


def look_permissions(desk: Desk) -> Finding:
    """Return what whoever runs this may do. Raises OperationError."""
    with google_rest.connected(desk.site) as rest:
        account = account_of(rest, desk.site.project)
        path = f"v1/projects/{desk.site.project}"
        granted = {
            *_granted(rest, PROJECTS, path, ON_PROJECT),
            *_granted(rest, IAM, f"{path}/serviceAccounts/{account}", (ACT_AS,)),
        }
    return judge_permissions(granted, desk.site.project)


def judge_permissions(granted: Collection[str], project: str) -> Finding:
    """Return whether nothing is missing, and which roles have it."""
    needed = {**ON_PROJECT, ACT_AS: ACT_AS_ROLE}
    missing = [each for each in needed if each not in granted]
    if missing:
        roles = sorted({needed[each] for each in missing})
        return failed(
            f"you may not: {listed(missing)}",
            f"Ask an owner of {project} for {', '.join(roles)} (docs/deploy.md, step 4).",
        )
    return passed(f"all {len(needed)} rights are there")


def _enabled(rest: GoogleRest, project: str) -> set[str]:
    """Return the enabled services, of all pages.

    https://cloud.google.com/service-usage/docs/reference/rest/v1/services/list
    """
    found: set[str] = set()
    page: Body = {}
    while True:
        token = {"pageToken": str(page["nextPageToken"])} if page.get("nextPageToken") else {}
        asked = {"filter": "state:ENABLED", "pageSize": PAGE, **token}
        page = rest.get(USAGE, f"v1/projects/{project}/services", **asked)
        found |= {str(each["name"]).rpartition("/")[2] for each in page.get("services", ())}
        if not page.get("nextPageToken"):
            return found


def _granted(rest: GoogleRest, host: str, path: str, wanted: Collection[str]) -> set[str]:
    """Return which of the permissions the caller has: the answer names no others.

    https://cloud.google.com/resource-manager/reference/rest/v1/projects/testIamPermissions
    """
    told = rest.post(host, f"{path}:testIamPermissions", {"permissions": list(wanted)})
    return set(told.get("permissions", ()))
