"""The stand-in for Cloud Functions: what it takes, refuses, and makes of it."""

import copy
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest

from scripts.local.standins.firebase_deploy.functions import CloudFunctions, Failure
from scripts.local.standins.firebase_deploy.storage import Storage
from scripts.local.standins.google_rest.projects import Projects
from tests.scripts.local.standins.firebase_deploy.asking import Json, ask, refusal

PROJECT = "demo-conteur-staging"
PARENT = f"/v2/projects/{PROJECT}/locations/europe-west1"
HEALTH = f"{PARENT}/functions/health"
ZIP = b"PK\x03\x04 all of it"


class Functions(CloudFunctions):
    """The stand-in, with a list of what it has had revised and deployed."""

    def __init__(self) -> None:
        self.revised: list[tuple[str, bool, str]] = []
        self.bounds: list[int] = []
        self.got: list[tuple[str, bytes]] = []
        note = lambda function, source, _: self.got.append((function, source))  # noqa: E731 - of one line
        super().__init__(Projects(PROJECT), Storage(), self._note, note)

    def _note(self, service: str, *, everything: bool, problem: str, most_instances: int) -> str:
        self.bounds.append(most_instances)
        self.revised.append((service.rpartition("/")[2], everything, problem))
        return "https://health.example"


@pytest.fixture
def functions() -> Functions:
    return Functions()


def function(functions: Functions, edit: Callable[[Json], object] = lambda _: None) -> Json:
    """Return a good function, whose source was uploaded, edited."""
    _, offer = ask(functions, "POST", f"{PARENT}/functions:generateUploadUrl")
    ask(functions.storage, "PUT", offer["uploadUrl"].partition(functions.storage.host)[2], ZIP)
    source = {"storageSource": offer["storageSource"]}
    made = {
        "name": HEALTH.removeprefix("/v2/"),
        "buildConfig": {"runtime": "python311", "entryPoint": "health", "source": source},
        "serviceConfig": {"environmentVariables": {"THREADS": "80"}, "maxInstanceCount": 2},
        "labels": {"deployment-tool": "cli-firebase"},
    }
    edit(made)
    return copy.deepcopy(made)


def create(functions: Functions, body: Json) -> Json:
    """Create the function; return how its operation ended."""
    status, operation = ask(functions, "POST", f"{PARENT}/functions?functionId=health", body)
    assert (status, "done" in operation) == (HTTPStatus.OK, False)
    return ask(functions, "GET", f"/v2/{operation['name']}")[1]


def test_create(functions: Functions) -> None:
    """A function is there when its operation has ended, and its source was handed on."""
    ended = create(functions, function(functions))
    made = ended["response"]["serviceConfig"]
    assert (ended["done"], made["uri"], made["maxInstanceCount"]) == (
        True,
        "https://health.example",
        2,
    )
    assert functions.revised == [("health", False, "")]
    assert functions.got == [("health", ZIP)]


def test_twice(functions: Functions) -> None:
    """What is there already is not created again."""
    create(functions, function(functions))
    path = f"{PARENT}/functions?functionId=health"
    assert "exists already" in refusal(functions, "POST", path, function(functions))


def test_update(functions: Functions) -> None:
    """Only what the mask names changes, and there is a second revision."""
    create(functions, function(functions))
    body = function(functions, lambda made: made["serviceConfig"].update(maxInstanceCount=5))
    body["labels"] = {"other": "label"}
    ask(functions, "PATCH", f"{HEALTH}?updateMask=serviceConfig.maxInstanceCount", body)
    kept = ask(functions, "GET", HEALTH)[1]
    assert (kept["serviceConfig"]["maxInstanceCount"], len(functions.revised)) == (5, 2)
    assert functions.bounds[-1] == 5
    assert kept["labels"] == {"deployment-tool": "cli-firebase"}


def test_all_traffic(functions: Functions) -> None:
    """All traffic is taken where the body says so, and where the stand-in ignores pins."""
    ask_for = {"allTrafficOnLatestRevision": True}
    create(functions, function(functions, lambda made: made["serviceConfig"].update(ask_for)))
    functions.functions.clear()
    functions.ignores_pins = True
    create(functions, function(functions))
    assert [everything for _, everything, _ in functions.revised] == [True, True]


def test_build_fails(functions: Functions) -> None:
    """A build that fails ends the operation with an error; nothing was deployed."""
    functions.failures["health"] = Failure.BUILD
    ended = create(functions, function(functions))
    assert ended["error"]["message"].startswith("Build failed with status: FAILURE")
    assert (functions.functions, functions.revised, functions.got) == ({}, [], [])


def test_start_fails(functions: Functions) -> None:
    """A container that does not start leaves a revision that has a problem."""
    functions.failures["health"] = Failure.START
    ended = create(functions, function(functions))
    assert "container failed to start" in ended["error"]["message"]
    assert functions.revised == [("health", False, ended["error"]["message"])]


def test_quota(functions: Functions) -> None:
    """One request too many is refused once."""
    functions.failures["health"] = Failure.QUOTA
    path, body = f"{PARENT}/functions?functionId=health", function(functions)
    assert ask(functions, "POST", path, body)[0] == HTTPStatus.TOO_MANY_REQUESTS
    assert ask(functions, "POST", path, body)[0] == HTTPStatus.OK


def test_delete(functions: Functions) -> None:
    """A function that is deleted is not listed any more."""
    create(functions, function(functions))
    listing = f"/v2/projects/{PROJECT}/locations/-/functions"
    assert len(ask(functions, "GET", listing)[1]["functions"]) == 1
    ask(functions, "DELETE", HEALTH)
    assert ask(functions, "GET", listing)[1] == {"functions": []}


def put(**values: Any) -> Callable[[Json], object]:  # noqa: ANN401 - any JSON
    return lambda made: made["serviceConfig"].update(values)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda made: made.update(nope=1), 'Unknown name "nope"'),
        (lambda made: made.update(name="projects/x/functions/health"), "Invalid function name"),
        (lambda made: made.update(labels={"Tool": "x"}), "Invalid label: Tool=x"),
        (lambda made: made["buildConfig"].update(runtime="python27"), "Unsupported runtime"),
        (lambda made: made["buildConfig"].update(entryPoint="no-name"), "Invalid entry point"),
        (lambda made: made["buildConfig"].pop("source"), "build_config.source must be set"),
        (put(nope=1), 'Unknown name "nope"'),
        (put(maxInstanceCount="2"), "Invalid value at 'maxInstanceCount'"),
        (put(maxInstanceCount=-1), "maxInstanceCount must be between 0"),
        (put(timeoutSeconds=3601), "timeoutSeconds must be between 1"),
        (put(availableMemory="512"), "Invalid memory"),
        (put(availableCpu="0.5", maxInstanceRequestConcurrency=2), "Total cpu < 1"),
        (put(environmentVariables={"PORT": "80"}), "'PORT' is reserved"),
        (put(environmentVariables={"THREADS": 80}), "Invalid value at 'environment_variables"),
    ],
)
def test_refused(functions: Functions, edit: Callable[[Json], object], message: str) -> None:
    """What the real service does not take is refused, by its name."""
    body = function(functions, edit)
    assert message in refusal(functions, "POST", f"{PARENT}/functions?functionId=health", body)


def test_no_source(functions: Functions) -> None:
    """A source that nobody has uploaded is refused."""
    body = function(functions)
    body["buildConfig"]["source"]["storageSource"]["object"] = "other.zip"
    path = f"{PARENT}/functions?functionId=health"
    assert "other.zip does not exist" in refusal(functions, "POST", path, body)


def test_no_mask(functions: Functions) -> None:
    """A change without a mask is refused, rather than taken as a change of all."""
    create(functions, function(functions))
    assert "update_mask" in refusal(functions, "PATCH", HEALTH, function(functions))


def test_no_such_function(functions: Functions) -> None:
    """What is not there is not found, and neither is a URL that nothing answers."""
    assert ask(functions, "GET", HEALTH)[0] == HTTPStatus.NOT_FOUND
    assert "No such URL" in refusal(functions, "GET", "/v3/functions")
