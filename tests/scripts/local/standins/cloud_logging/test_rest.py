"""Cloud Logging's REST, as the real `firebase functions:log` calls it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import grpc
import pytest

from scripts.local.firebase_project import PROJECT, ROOT
from scripts.local.standins.cloud_logging import rest
from scripts.local.standins.cloud_logging.agent import Agent
from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.server import Fault

FIREBASE = ROOT / "node_modules/.bin/firebase"
PATIENCE = 60  # seconds until a command that hangs fails its test
ENDED = {
    "severity": "INFO",
    "time": "2026-11-22T19:51:04.901+00:00",
    "message": "[req=r-1] call.ended outcome=refused reason=NO_TOKEN ms=3",
    "event": "call.ended",
    "function": "generate_story",
}
LINES = [
    {**ENDED, "time": "2026-11-22T19:51:04.900+00:00", "message": "[req=r-1] first"},
    {**ENDED, "function": "health", "message": "[req=r-2] call.ended outcome=completed"},
    ENDED,
]

pytestmark = pytest.mark.server


@pytest.fixture
def standin(tmp_path: Path) -> LoggingStandIn:
    standin = LoggingStandIn(lambda: 1_795_380_000.0)
    log = tmp_path / "functions.log"
    log.write_text("".join(f">  {json.dumps(line)}\n" for line in LINES))
    Agent(standin, log).read()
    return standin


@pytest.fixture
def url(standin: LoggingStandIn) -> Iterator[str]:
    with rest.serve(standin) as url:
        yield url


def functions_log(url: str, home: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [FIREBASE, "functions:log", "--project", PROJECT, *options],
        cwd=home,
        env={"PATH": os.environ["PATH"], **rest.environment(url, home)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def ask(url: str, body: str) -> dict[str, object]:
    request = Request(url, body.encode(), {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request, timeout=PATIENCE) as reply:  # noqa: S310 - loopback
        answer: dict[str, object] = json.load(reply)
        return answer


def test_a_line_says_what_happened(url: str, tmp_path: Path) -> None:
    """Each printed line has time, severity, service and a message that says all by itself."""
    ran = functions_log(url, tmp_path, "--only", "generate-story", "-n", "1")
    (line,) = (line for line in ran.stdout.splitlines() if line.startswith("2026-"))
    assert line.startswith("2026-11-22T19:51:04.901Z I generate-story: {")
    assert json.loads(line.partition(": ")[2])["message"] == ENDED["message"]


def test_all_functions(url: str, tmp_path: Path) -> None:
    """Without `--only` the lines of all functions are printed, oldest first."""
    ran = functions_log(url, tmp_path)
    lines = [line.split()[:3] for line in ran.stdout.splitlines() if line.startswith("2026-")]
    assert [service for _, _, service in lines] == ["generate-story:", "health:", "generate-story:"]


def test_files_of_its_own(url: str, tmp_path: Path) -> None:
    """The command leaves its files in the folder that it was given."""
    functions_log(url, tmp_path, "--only", "nothing")
    assert (tmp_path / "configstore/firebase-tools.json").is_file()


def test_failure(url: str, standin: LoggingStandIn, tmp_path: Path) -> None:
    """A Cloud Logging that fails is an error of the command."""
    standin.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    ran = functions_log(url, tmp_path)
    assert ran.returncode == 1
    assert "Failed to retrieve log entries" in ran.stdout


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("/v2/entries:list", '{"resourceNames": []}', 400, "resource_names has 0 entries"),
        ("/v2/entries:list", '{"nope": 1}', 400, 'no field named "nope"'),
        ("/v2/entries:list", "no JSON", 400, "Failed to load JSON"),
        ("/v2/entries:write", "{}", 404, "No such URL"),
    ],
)
def test_refused(url: str, path: str, body: str, status: int, message: str) -> None:
    """What the stand-in does not take or know is an error of HTTP, with its message."""
    with pytest.raises(HTTPError) as raised:
        ask(f"{url}/logging.googleapis.com{path}", body)
    with raised.value as answer:
        error = json.load(answer)["error"]
    assert (answer.code, error["code"]) == (status, status)
    assert message in error["message"]


def test_pages(url: str) -> None:
    """A page has the next one's token, and the entries in JSON."""
    asked = {"resourceNames": [f"projects/{PROJECT}"], "pageSize": 2}
    path = f"{url}/logging.googleapis.com/v2/entries:list"
    answer = ask(path, json.dumps(asked))
    more = ask(path, json.dumps({**asked, "pageToken": answer["nextPageToken"]}))
    assert (len(str(answer["entries"])) > 0, "nextPageToken" in more) == (True, False)
