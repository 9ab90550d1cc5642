"""The networks' counters in the real Firestore emulator."""

from collections.abc import Iterator
from datetime import UTC, datetime

import grpc
import pytest

from conteur.adapters.firestore_networks import SALT_BYTES, FirestoreNetworks
from conteur.errors import DeadlineError
from tests.adapters.firestore_relay import FirestoreRelay, new_project, store_at
from tests.adapters.stored import SECONDS, TODAY, Store

NETWORK, OTHER = "b93a92631193fdf4", "0123456789abcdef"
DAY = f"networks/{TODAY}"
EXPIRY = datetime(2026, 1, 3, tzinfo=UTC)

pytestmark = pytest.mark.server


@pytest.fixture
def networks(store: Store) -> FirestoreNetworks:
    return FirestoreNetworks(store.client)


@pytest.fixture
def relay(firestore_host: str) -> Iterator[FirestoreRelay]:
    with FirestoreRelay.to(firestore_host) as relay:
        yield relay


@pytest.fixture
def relayed(relay: FirestoreRelay, project: str) -> Iterator[FirestoreNetworks]:
    """The same counters over a line that the test breaks."""
    with relay.serve() as host, store_at(host, project) as store:
        yield FirestoreNetworks(store.client)


def test_stories_add_up(networks: FirestoreNetworks) -> None:
    """An addition's answer is all that the network had that day, from any instance."""
    assert networks.add(TODAY, NETWORK, 2, SECONDS) == 2
    assert networks.add(TODAY, NETWORK, 3, SECONDS) == 5
    assert networks.add(TODAY, OTHER, 1, SECONDS) == 1
    assert networks.add("2026-01-02", NETWORK, 1, SECONDS) == 1


def test_asking_writes_nothing(networks: FirestoreNetworks, store: Store) -> None:
    """To add none is to read, and leaves no document behind."""
    assert networks.add(TODAY, NETWORK, 0, SECONDS) == 0
    assert not store.client.document(f"{DAY}/prefixes/{NETWORK}").get().exists
    networks.add(TODAY, NETWORK, 4, SECONDS)
    assert networks.add(TODAY, NETWORK, 0, SECONDS) == 4


def test_all_instances_have_one_salt(networks: FirestoreNetworks, store: Store) -> None:
    """The first instance makes the day's salt, and another one reads it; each day has its own."""
    salt = networks.salt(TODAY, SECONDS)
    assert len(salt) == SALT_BYTES
    assert FirestoreNetworks(store.client).salt(TODAY, SECONDS) == salt
    assert networks.salt("2026-01-02", SECONDS) != salt


def test_the_loser_reads_the_winners_salt(
    networks: FirestoreNetworks, relayed: FirestoreNetworks, relay: FirestoreRelay
) -> None:
    """Of two instances that both find no salt, the slower one takes the other's."""
    made: list[bytes] = []

    def win() -> None:
        if not made:
            made.append(networks.salt(TODAY, SECONDS))

    relay.after_read = win
    assert [relayed.salt(TODAY, SECONDS)] == made
    assert relay.calls == ["BatchGetDocuments", "Commit", "BatchGetDocuments"]


def test_both_documents_expire(networks: FirestoreNetworks, store: Store) -> None:
    """Salt and counters say when Firestore deletes them: two days after their day began."""
    networks.salt(TODAY, SECONDS)
    networks.add(TODAY, NETWORK, 2, SECONDS)
    day = store.client.document(DAY).get().to_dict() or {}
    counter = store.client.document(f"{DAY}/prefixes/{NETWORK}").get().to_dict()
    assert (set(day), day["expiresAt"]) == ({"salt", "expiresAt"}, EXPIRY)
    assert counter == {"stories": 2, "expiresAt": EXPIRY}


def test_a_document_without_a_salt(
    networks: FirestoreNetworks, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a salt a hash would hide nothing: there is none to be had, and the log says so."""
    store.client.document(DAY).set({"note": "made by hand"})
    with pytest.raises(DeadlineError):
        networks.salt(TODAY, SECONDS)
    assert "store.failed" in capsys.readouterr().out


def test_a_line_that_breaks(relayed: FirestoreNetworks, relay: FirestoreRelay) -> None:
    """A salt and a count that were stored, but not answered, are asked for again."""
    relay.fail_first_tries(lost_answer=True)
    salt = relayed.salt(TODAY, SECONDS)
    assert relayed.salt(TODAY, SECONDS) == salt
    assert relayed.add(TODAY, NETWORK, 0, SECONDS) == 0
    assert relayed.add(TODAY, NETWORK, 1, SECONDS) == 2  # too many rather than too few


@pytest.mark.parametrize("stories", [0, 1])
def test_a_refusal_of_the_stores(
    relayed: FirestoreNetworks, relay: FirestoreRelay, stories: int
) -> None:
    """What does not pass by itself is not repeated."""
    relay.say_once(grpc.StatusCode.PERMISSION_DENIED)
    with pytest.raises(DeadlineError):
        relayed.add(TODAY, NETWORK, stories, SECONDS)
    assert len(relay.calls[1:]) == 1


def test_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with store_at("127.0.0.1:9", new_project()) as unreachable:
        networks = FirestoreNetworks(unreachable.client)
        for ask in (lambda: networks.salt(TODAY, 0.3), lambda: networks.add(TODAY, "x", 1, 0.3)):
            with pytest.raises(DeadlineError) as error:
                ask()
            assert error.value.facts == {"phase": "admission", "cause": "network"}
