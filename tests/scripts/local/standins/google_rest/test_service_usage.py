"""The stand-in for Service Usage, asked as preflight does."""

from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.service_usage import KNOWN, MOST_NAMES
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest

HOST = "serviceusage.googleapis.com"
OF = f"v1/projects/{STAGING}/services"
PREFIX = f"projects/{STAGING}/services"


def states(rest: Rest, *names: str) -> list[str]:
    asked = [f"{PREFIX}/{name}" for name in names]
    return [one["state"] for one in rest.get(HOST, f"{OF}:batchGet", names=asked)["services"]]


def test_an_api_is_on_until_it_is_turned_off(rest: Rest, rest_api: RestApi) -> None:
    """Each known API is on, in every project by itself."""
    names = ("run.googleapis.com", "redis.googleapis.com")
    rest_api.services.disable(STAGING, "redis.googleapis.com")
    rest_api.services.disable(PRODUCTION, "run.googleapis.com")
    assert states(rest, *names) == ["ENABLED", "DISABLED"]


def test_answers_name_the_number(rest: Rest) -> None:
    """A service comes back under its project's number, by which it can be asked for too."""
    service = rest.get(HOST, f"{OF}/run.googleapis.com")
    assert service["config"]["name"] == "run.googleapis.com"
    assert service["parent"].removeprefix("projects/").isdecimal()
    assert rest.get(HOST, f"v1/{service['name']}") == service


def test_the_list(rest: Rest, rest_api: RestApi) -> None:
    """All that is on can be listed, page by page."""
    rest_api.services.disable(STAGING, "run.googleapis.com")
    first = rest.get(HOST, OF, filter="state:ENABLED", pageSize="30")
    token = first["nextPageToken"]
    second = rest.get(HOST, OF, filter="state:ENABLED", pageSize="30", pageToken=token)
    names = {one["config"]["name"] for one in first["services"] + second["services"]}
    assert names == set(KNOWN) - {"run.googleapis.com"}


def test_another_filter(rest: Rest) -> None:
    """There are two filters, and no third."""
    status, told = rest.refused_get(HOST, OF, filter="state=ENABLED")
    assert (status, "Unsupported filter" in told) == (400, True)


def test_too_many_names(rest: Rest) -> None:
    """A request gets thirty services at most, and at least one."""
    many = [f"{PREFIX}/run.googleapis.com"] * (MOST_NAMES + 1)
    status, told = rest.refused_get(HOST, f"{OF}:batchGet", names=many)
    assert (status, "at most 30" in told) == (400, True)
    assert rest.refused_get(HOST, f"{OF}:batchGet")[0] == 400


def test_names_of_another_project(rest: Rest) -> None:
    """All names begin with the project that is asked."""
    other = f"projects/{PRODUCTION}/services/run.googleapis.com"
    assert rest.refused_get(HOST, f"{OF}:batchGet", names=other)[0] == 400


def test_an_unknown_api(rest: Rest) -> None:
    """An API that there is not looks as one that the caller may not see."""
    for name in ("runn.googleapis.com", "run"):
        status, told = rest.refused_get(HOST, f"{OF}/{name}")
        assert (status, told) == (403, f"Not found or permission denied for service(s): {name}")


def test_turning_on(rest: Rest, rest_api: RestApi) -> None:
    """What firebase-tools turns on is on."""
    rest_api.services.disable(STAGING, "eventarc.googleapis.com")
    done = rest.post(HOST, f"{OF}/eventarc.googleapis.com:enable")
    assert done["response"]["service"]["state"] == "ENABLED"
    assert states(rest, "eventarc.googleapis.com") == ["ENABLED"]


def test_an_identity(rest: Rest) -> None:
    """A service has an account of its own in each project."""
    path = f"v1beta1/projects/{STAGING}/services/pubsub.googleapis.com:generateServiceIdentity"
    done = rest.post(HOST, path)
    assert done["done"]
    assert "@gcp-sa-pubsub.iam.gserviceaccount.com" in done["response"]["email"]
