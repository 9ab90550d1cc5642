"""The relay makes a round trip longer, keeps the order, and counts what goes through it."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from google.cloud.firestore import Client

from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import PROJECT
from scripts.local.ports import HOST
from tests.bench.conftest import PassedLoop, Wire
from tests.bench.relay import Leg
from tests.bench.services import Services
from tests.clients.kept_stories import firestore_client


def legs(loop: PassedLoop) -> tuple[Leg, Wire]:
    """Return a connection's end, 15 ms from the other, and what arrives there."""
    leg, other, wire = Leg(0.015, loop), Leg(0.015, loop), Wire()
    leg.other = other
    other.connection_made(wire)
    return leg, wire


def test_the_delay(loop: PassedLoop) -> None:
    """What is sent arrives half a round trip later, and not before."""
    leg, wire = legs(loop)
    leg.data_received(b"one")
    loop.passes(0.010)
    leg.data_received(b"two")
    loop.passes(0.004)
    assert wire.written == []
    loop.passes(0.001)
    assert wire.written == [b"one"]
    loop.passes(0.010)
    assert wire.written == [b"one", b"two"]


def test_the_end_comes_last(loop: PassedLoop) -> None:
    """A connection that ends is closed behind what it has sent."""
    leg, wire = legs(loop)
    leg.data_received(b"one")
    leg.connection_lost(None)
    loop.passes(0.015)
    assert wire.written == [b"one", b"closed"]


@pytest.fixture
def client(surroundings: Services) -> Iterator[Client]:
    """Connect to Firestore as peers do."""
    host = surroundings.environment()["FIRESTORE_EMULATOR_HOST"]
    with firestore_client(host, PROJECT) as connected:
        yield connected


@pytest.mark.server
def test_counts(surroundings: Services, client: Client) -> None:
    """Calls are counted by method; a commit counts as a call, and each of its documents."""
    one, two = client.document("relayed/one"), client.document("relayed/two")
    before = surroundings.counts()
    one.set({"a": 1})
    batch = client.batch()
    batch.set(one, {"a": 2})
    batch.set(two, {"a": 2})
    batch.commit()
    assert len(list(client.get_all([one, two]))) == 2
    asked = surroundings.counts() - before
    assert dict(asked.firestore) == {"Commit": 2, "BatchGetDocuments": 1}
    assert (asked.writes, asked.reads) == (3, 2)


@pytest.mark.server
def test_counts_are_told_when_asked_for(surroundings: Services) -> None:
    """An answer waits for its request: sent before it, it can be lost by a reset connection."""
    with socket.create_connection((HOST, surroundings.addresses.relay)) as early:
        surroundings.counts()  # over a later connection
        with pytest.raises(BlockingIOError):
            early.recv(1, socket.MSG_DONTWAIT)
        early.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert early.makefile("rb").readline() == b"HTTP/1.0 200 OK\r\n"


@pytest.mark.server
def test_what_is_not_relayed_is_not_counted(surroundings: Services) -> None:
    """Services without a relay say so where they are asked for counts."""
    without = Services(replace(surroundings.addresses, relay=0), surroundings.issuer)
    with pytest.raises(LocalStackError, match="counted=True"):
        without.counts()
