"""A stage on which deploys serve."""

import json
import zipfile
from collections import Counter
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from google.cloud.logging_v2 import types as logging

from scripts.local.addresses import REGION
from scripts.local.firebase_project import PROJECT
from scripts.local.loopback import open_local
from scripts.local.standins.cloud_run.names import service_name
from tests.clients.story_model import StoryModel
from tests.issuer import Issuer
from tests.rehearsal.conftest import Code
from tests.rehearsal.platform import Stage
from tests.scripts.local.standins.cloud_run.clients import latest, named

pytestmark = pytest.mark.server

PATIENCE = 30.0
HEALTH = service_name(PROJECT, REGION, "health")


def version(url: str) -> str:
    with open_local(url, PATIENCE) as reply:
        return str(json.load(reply)["version"])


def pin(on: Stage, old: str, new: str, percent: int) -> None:
    targets = [named(old, 100 - percent), named(new, percent), named(new, tag="canary")]
    on.google.run.update_traffic(HEALTH, targets)


def test_two_versions(on: Stage, code: Code) -> None:
    """Each revision serves the code of its own deploy, to exactly its share of the requests."""
    old, new = (on.deploy(code(each), ["health"])["health"] for each in ("1.0", "2.0"))
    assert version(f"{on.url}/health") == "2.0"
    pin(on, old, new, 20)
    served = Counter(version(f"{on.url}/health") for _ in range(10))
    assert served == {"1.0": 8, "2.0": 2}
    assert on.requests() == {old: 8, new: 3}


def test_a_tag(on: Stage, code: Code) -> None:
    """The tag's URI, as Cloud Run tells it, leads to a revision without a share."""
    old, new = (on.deploy(code(each), ["health"])["health"] for each in ("1.0", "2.0"))
    pin(on, old, new, 0)
    service = on.google.run.service(HEALTH)
    tagged = [each.uri for each in service.traffic_statuses if each.tag == "canary"]
    assert [version(url) for url in [service.uri, *tagged]] == ["1.0", "2.0"]
    assert on.by_everybody == {old: 1}


def test_a_pin(on: Stage, code: Code) -> None:
    """A deploy serves nobody while traffic is pinned, and everybody once it is not."""
    old = on.deploy(code("1.0"), ["health"])["health"]
    on.google.run.update_traffic(HEALTH, [named(old, 100)])
    on.deploy(code("2.0"), ["health"])
    assert version(f"{on.url}/health") == "1.0"
    on.google.run.update_traffic(HEALTH, [latest()])
    assert version(f"{on.url}/health") == "2.0"


def test_an_upload(on: Stage, code: Code) -> None:
    """A zipped source, as `firebase deploy` uploads it, serves with the settings sent with it."""
    on.google.run.deploy(HEALTH)
    sent = {"serviceConfig": {"environmentVariables": {"CONTEUR_REGION": REGION}}}
    on.deployed("health", zipped(code("3.0")), sent)
    assert version(f"{on.url}/health/") == "3.0"


def test_its_log(on: Stage, code: Code) -> None:
    """What a revision prints is in Cloud Logging, under the revision's name."""
    on.deploy(code("1.0"), ["health"])
    made = on.deploy(code("2.0"), ["health"])["health"]
    version(f"{on.url}/health?deep=1")
    on.close()
    asked = f'resource.labels.revision_name="{made}"'
    request = logging.ListLogEntriesRequest(resource_names=[f"projects/{PROJECT}"], filter=asked)
    assert on.google.log.call("ListLogEntries", request).entries


def test_nothing_is_left(on: Stage, code: Code) -> None:
    """With the stage all its processes end."""
    made = on.deploy(code("1.0"), ["health"])["health"]
    version(f"{on.url}/health")
    process = on.revisions[made].process
    assert process is not None
    assert str(on.where.folder) in commands()
    on.close()
    assert process.exit_code() is not None
    assert str(on.where.folder) not in commands()


def test_a_stream(on: Stage, code: Code, model: StoryModel, issuer: Issuer) -> None:
    """What a story's model has said is with the client before the model says more."""
    on.deploy(code("1.0"), ["generate_story"])
    telling = model.telling("A fox").titles().says("Once ")
    with closing(HTTPConnection(urlsplit(on.url).netloc, timeout=PATIENCE)) as connection:
        body = json.dumps({"data": {"prompt": "A fox", "language": "en"}})
        headers = {
            "Authorization": f"Bearer {issuer.id_token('ada')}",
            "Content-Type": "application/json",
            "Accept": "text/event-stream",
        }
        connection.request("POST", "/generate-story", body, headers)
        reply = connection.getresponse()
        assert "Once" in until(reply, b"Once")
        telling.says("upon a time.").ends()
        assert '"result"' in until(reply, b'"result"')


def test_nobody(on: Stage) -> None:
    """What nobody carries is unavailable, and says so."""
    with closing(HTTPConnection(urlsplit(on.url).netloc, timeout=PATIENCE)) as connection:
        for path, said in (("/health", b"nobody carries"), ("/other/", b"does not exist")):
            connection.request("GET", path)
            reply = connection.getresponse()
            assert (reply.status, said in reply.read()) == (503, True)


def until(reply: HTTPResponse, text: bytes) -> str:
    """Read until a text has come, or all has."""
    read = b""
    while text not in read and (line := reply.readline()):
        read += line
    return read.decode()


def zipped(folder: Path) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    return file.getvalue()


def commands() -> str:
    """Return the command lines of all processes that can be read."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(path.read_text())
    return "\n".join(found)
