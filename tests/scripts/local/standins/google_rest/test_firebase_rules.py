"""The stand-in for Firebase Rules, asked as preflight and firebase-tools do."""

from scripts.local.firebase_project import ROOT
from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.conftest import Clock
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest

HOST = "firebaserules.googleapis.com"
OF = f"v1/projects/{STAGING}"
RULES = "service cloud.firestore { match /databases/{db}/documents { } }"
SOURCE = {"files": [{"name": "firestore.rules", "content": RULES}]}


def released(rest: Rest) -> str:
    """Return the rules that hold, as preflight reads them."""
    release = rest.get(HOST, f"{OF}/releases/cloud.firestore")
    [file] = rest.get(HOST, f"v1/{release['rulesetName']}")["source"]["files"]
    return str(file["content"])


def test_what_is_released(rest: Rest, rest_api: RestApi) -> None:
    """The release names a ruleset, whose source is what was released last."""
    rest_api.rules.release(STAGING, "service cloud.firestore {}")
    rest_api.rules.release(STAGING, (ROOT / "firestore.rules").read_text())
    rest_api.rules.release(PRODUCTION, RULES)
    assert released(rest) == (ROOT / "firestore.rules").read_text()


def test_nothing_is_released(rest: Rest, rest_api: RestApi) -> None:
    """Before the first deploy there is no release, and no list of any."""
    rest_api.rules.release(STAGING, RULES)
    rest_api.rules.withdraw(STAGING)
    told = rest.refused_get(HOST, f"{OF}/releases/cloud.firestore")
    assert told == (404, "Requested entity was not found")
    assert rest.get(HOST, f"{OF}/releases") == {}


def test_a_deploy(rest: Rest, clock: Clock) -> None:
    """A ruleset is made, released, and later replaced by another one."""
    first = rest.post(HOST, f"{OF}/rulesets", source=SOURCE)["name"]
    name = f"projects/{STAGING}/releases/cloud.firestore"
    made = rest.post(HOST, f"{OF}/releases", name=name, rulesetName=first)
    clock.now += 60
    second = rest.post(HOST, f"{OF}/rulesets", source=SOURCE)["name"]
    moved = rest.patch(
        HOST, f"v1/{name}", {"release": {"name": name, "rulesetName": second}}
    ).json()
    assert (made["rulesetName"], moved["rulesetName"]) == (first, second)
    assert moved["createTime"] == made["updateTime"] < moved["updateTime"]


def test_a_release_that_is_not_there(rest: Rest) -> None:
    """It cannot be moved, whereupon firebase-tools makes it; nor can it be made of nothing."""
    name = f"projects/{STAGING}/releases/cloud.firestore"
    ruleset = f"projects/{STAGING}/rulesets/none"
    assert rest.patch(HOST, f"v1/{name}", {"release": {"rulesetName": ruleset}}).status_code == 404
    assert rest.refusal(HOST, f"{OF}/releases", name=name, rulesetName=ruleset)[0] == 404


def test_rules_with_an_error(rest: Rest) -> None:
    """They are not taken, and a test of them says where."""
    broken = {"files": [{"name": "firestore.rules", "content": "service cloud.firestore {"}]}
    status, told = rest.refusal(HOST, f"{OF}/rulesets", source=broken)
    assert (status, told) == (400, "Line 1, column 25: '{' is never closed")
    [issue] = rest.post(HOST, f"{OF}:test", source=broken)["issues"]
    assert (issue["severity"], issue["sourcePosition"]["column"]) == ("ERROR", 25)
    assert rest.post(HOST, f"{OF}:test", source=SOURCE) == {}


def test_the_list_of_rulesets(rest: Rest, rest_api: RestApi) -> None:
    """It has no sources, ten a page, the newest first."""
    names = [rest_api.rules.release(STAGING, RULES) for _ in range(11)]
    listed = rest.get(HOST, f"{OF}/rulesets")
    assert [each["name"] for each in listed["rulesets"]] == names[:0:-1]
    assert not any("source" in each for each in listed["rulesets"])
    assert "nextPageToken" in listed


def test_deleting_a_ruleset(rest: Rest, rest_api: RestApi) -> None:
    """One that is released stays."""
    old, new = (rest_api.rules.release(STAGING, RULES) for _ in range(2))
    assert [rest.delete(HOST, f"v1/{name}") for name in (old, new)] == [200, 400]
    assert rest.refused_get(HOST, f"v1/{old}")[0] == 404
