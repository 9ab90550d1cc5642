"""Whether the rules that Firestore enforces are those of a commit that we know."""

from collections.abc import Sequence

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, passed
from scripts.ops.boxes.history import CLONE
from scripts.ops.operations import google_rest
from scripts.ops.operations.google_rest import GoogleRest, RestError

FILE = "firestore.rules"
HOST = "firebaserules.googleapis.com"
RELEASE = "cloud.firestore"
_NOT_FOUND = 404


def look(desk: Desk) -> Finding:
    """Return how the deployed rules are. Raises OperationError."""
    with google_rest.connected(desk.site) as rest:
        deployed = _deployed(rest, desk.site.project)
    checkout = (desk.site.root / FILE).read_text()
    return judge(deployed, checkout, desk.history.versions(FILE), desk.site.name)


def judge(deployed: str | None, checkout: str, known: Sequence[str], name: str) -> Finding:
    """Return what the deployed rules are; `known` are those of commits that were deployed.

    A deploy ends every difference. What must not be lost by that is red: a text that no commit has.
    """
    if deployed is None:
        return passed("none are there yet: this deploy brings the checkout's")
    if deployed == checkout:
        return passed("the checkout's are deployed")
    if deployed in known:
        return passed("those of an earlier deploy are there: this deploy brings the checkout's")
    return failed(
        f"somebody has changed them by hand: they are neither the checkout's {FILE} nor what was "
        "deployed before",
        f"{CLONE} Look at them in the Firebase console, and ask who it was. Put what is right of "
        f"it into {FILE}, or deploy the checkout's at once: npx firebase deploy -P {name} --only "
        "firestore:rules.",
    )


def _deployed(rest: GoogleRest, project: str) -> str | None:
    """Return the text of the rules in force; None where there are none.

    https://firebase.google.com/docs/reference/rules/rest/v1/projects.releases/get
    """
    try:
        release = rest.get(HOST, f"v1/projects/{project}/releases/{RELEASE}")
    except RestError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
    ruleset = rest.get(HOST, f"v1/{release['rulesetName']}")
    return "".join(str(each["content"]) for each in ruleset["source"]["files"])
