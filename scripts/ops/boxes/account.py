"""The service account that the functions run as."""

from scripts.ops.operations.google_rest import GoogleRest

PROJECTS = "cloudresourcemanager.googleapis.com"


def account_of(rest: GoogleRest, project: str) -> str:
    """Return the address of the project's default compute service account. Raises RestError.

    https://cloud.google.com/compute/docs/access/service-accounts#default_service_account
    """
    number = rest.get(PROJECTS, f"v1/projects/{project}")["projectNumber"]
    return f"{number}-compute@developer.gserviceaccount.com"
