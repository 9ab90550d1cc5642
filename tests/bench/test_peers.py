"""Each peer is served and does its whole job, so that its figures mean something."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.local.firebase_project import PROJECT
from tests.bench.load import Answer, call
from tests.bench.peers import CONTEUR, DOCS_SAMPLE_80, GENKIT, HELLO_WORLD, is_installed
from tests.bench.services import Counts, Pace, Services
from tests.bench.serving import serving
from tests.clients.kept_stories import firestore_client

pytestmark = pytest.mark.server

WHOLE, STREAM = False, True
REFUSALS = {401, 403}  # Genkit's policy says 403 where there is no token
FORGED = "A" * 342  # as long as a signature


@dataclass(frozen=True)
class Life:
    """What a server answered from its start to its end, left in Firestore, and asked for."""

    whole: Answer
    stream: Answer
    refused: Sequence[Answer]
    refused_streams: Sequence[Answer]
    kept: Sequence[str]
    asked: Counts


# Genkit's packages are there where `scripts/setup --for bench` has been run.
TELLERS = (CONTEUR, DOCS_SAMPLE_80, *([GENKIT] if is_installed(GENKIT) else []))


@pytest.fixture(scope="module", params=TELLERS, ids=lambda peer: str(peer.name))
def life(
    request: pytest.FixtureRequest,
    surroundings: Services,
    tmp_path_factory: pytest.TempPathFactory,
) -> Life:
    """Serve a peer, call it in every way, and end it."""
    peer, uid = request.param, f"user-{uuid.uuid4()}"
    token = surroundings.token(uid)
    bad = ("", "no token", f"{token.rpartition('.')[0]}.{FORGED}")
    surroundings.pace(Pace(0, 1, 12))
    before = surroundings.counts()
    folder = tmp_path_factory.mktemp(peer.name)
    with serving(peer, surroundings, folder, folder / "sources", gracefully=True) as server:
        server.wait_bound()
        whole = call(server, peer.call(token, None, WHOLE))
        stream = call(server, peer.call(token, None, STREAM))
        refused = [call(server, peer.call(each, None, WHOLE)) for each in bad]
        refused_streams = [call(server, peer.call(each, None, STREAM)) for each in bad]
    asked = surroundings.counts() - before
    return Life(whole, stream, refused, refused_streams, kept(surroundings, uid), asked)


def kept(surroundings: Services, uid: str) -> Sequence[str]:
    """Return the texts of a user's stories in Firestore."""
    host = surroundings.environment()["FIRESTORE_EMULATOR_HOST"]
    with firestore_client(host, PROJECT) as client:
        stories = client.collection("users", uid, "stories").stream()
        return [str(story.get("text")) for story in stories]


def test_stories_are_told(life: Life) -> None:
    """A user with a token is told a whole story, in one answer or as a stream."""
    assert (life.whole.status, life.whole.ok) == (200, True)
    assert (life.stream.status, life.stream.ok) == (200, True)
    assert life.stream.first_ms is not None


def test_stories_are_kept(life: Life) -> None:
    """Firestore holds each story that was told, to its end."""
    assert [text.endswith("12.") for text in life.kept] == [True, True]


def test_bad_tokens_are_refused(life: Life) -> None:
    """Without a token, with something else or with a forged one, nothing is told."""
    assert {answer.status for answer in life.refused} <= REFUSALS
    assert not any(answer.ok for answer in life.refused_streams)
    assert life.asked.upstream == 2


def test_services_are_used(life: Life) -> None:
    """The key is read once in a server's life, and Monitoring has its points by the end."""
    assert life.asked.secrets == 1
    assert life.asked.monitoring > 0
    assert life.asked.writes >= 2


def test_the_floor(surroundings: Services, tmp_path: Path) -> None:
    """The least callable answers, without a token and without asking for anything."""
    before = surroundings.counts()
    with serving(HELLO_WORLD, surroundings, tmp_path, tmp_path / "sources") as server:
        server.wait_bound()
        assert call(server, HELLO_WORLD.call("", None, WHOLE)).ok
    assert surroundings.counts() == before
