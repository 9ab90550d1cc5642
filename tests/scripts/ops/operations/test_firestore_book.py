"""The lock in Firestore: one operation at a time, whoever else is fast, slow or killed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud.firestore import Client

from scripts.ops.operations import firestore_book, firestore_calls, firestore_lock
from scripts.ops.operations.errors import BusyError, LostError, OperationError
from scripts.ops.operations.firestore_book import FirestoreBook, connected
from scripts.ops.operations.lock import GRACE, LEASE
from scripts.ops.operations.record import Kind, UnreadableError
from scripts.ops.place import FIRESTORE, Place
from tests.scripts.ops.operations.made_up import NOON, a_lock, a_record

pytestmark = pytest.mark.server
OVER = -GRACE
"""A lease that is over as soon as it is written."""


@pytest.fixture
def books(request: pytest.FixtureRequest, firestore_host: str) -> Iterator[list[FirestoreBook]]:
    """Open the same book twice, as two people do."""
    project = f"demo-lock-{abs(hash(request.node.name)) % 10**8}"
    place = Place(project, project, {FIRESTORE: firestore_host})
    with connected(place) as ada, connected(place) as bob:
        yield [ada, bob]


@pytest.fixture
def client(books: list[FirestoreBook]) -> Client:
    """Return what the first of the two calls Firestore with."""
    return books[0]._client  # noqa: SLF001 - where calls are lost on purpose


def test_the_second_is_told_who_is_first(books: list[FirestoreBook]) -> None:
    """Who comes second gets nothing, and hears who has it and for how long."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    with pytest.raises(BusyError, match=r"deploy ada by ada@example.com, .* 17 min left"):
        bob.take(a_lock("bob"), NOON)


def test_anybody_sees_who_has_it(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who only looks is told who goes on, as long as that one's lease holds."""
    ada, bob = books
    assert bob.held(NOON) is None
    ada.take(a_lock("ada"), NOON)
    there = bob.held(NOON)
    assert there is not None
    assert there.operation == "ada"
    monkeypatch.setattr(firestore_lock, "LEASE", OVER)
    assert bob.held(NOON) is None


def test_a_free_lock_is_anybodys(books: list[FirestoreBook]) -> None:
    """Whoever lets it go lets the next one in."""
    ada, bob = books
    ada.free(ada.take(a_lock("ada"), NOON))
    assert bob.take(a_lock("bob"), NOON).operation == "bob"


def test_the_lock_of_a_killed_operation_ends(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an operation that says nothing any more, the lock holds for its lease only."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    monkeypatch.setattr(firestore_lock, "LEASE", OVER)
    assert bob.take(a_lock("bob"), NOON).operation == "bob"


def test_a_clock_that_is_ahead_takes_nothing(books: list[FirestoreBook]) -> None:
    """How old a lock is says Firestore's clock, not that of the machine that wants it."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    ahead = NOON + LEASE + 2 * GRACE
    with pytest.raises(BusyError, match="17 min left"):
        bob.take(a_lock("bob", ahead), ahead)


def test_a_renewed_lock_is_younger(books: list[FirestoreBook]) -> None:
    """Saying that it goes on begins a lease anew, also where nothing else has changed."""
    ada, bob = books
    first = ada.take(a_lock("ada"), NOON)
    assert ada.renew(first, NOON).fence != first.fence
    with pytest.raises(BusyError):
        bob.take(a_lock("bob"), NOON)


def test_what_was_cut_off_may_still_run(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same operation from another process waits for the lease's end."""
    ada, again = books
    ada.take(a_lock("ada"), NOON)
    with pytest.raises(BusyError, match="may be yours, cut off: then --take-over"):
        again.take(a_lock("ada", holder="another process"), NOON)
    monkeypatch.setattr(firestore_lock, "LEASE", OVER)
    assert again.take(a_lock("ada", holder="another process"), NOON).holder == "another process"


def test_who_goes_on_by_force_is_alone(books: list[FirestoreBook]) -> None:
    """The process that still ran stops where its own operation was taken over."""
    ada, again = books
    held = ada.take(a_lock("ada"), NOON)
    taken = again.take(a_lock("ada", holder="another process"), NOON, by_force=True)
    with pytest.raises(LostError):
        ada.renew(held, NOON)
    ada.free(held)
    assert again.renew(taken, NOON).operation == "ada"


def test_who_lost_its_place_stops(books: list[FirestoreBook]) -> None:
    """Whose lock was taken by force hears it at the next step, and by whom."""
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    bob.take(a_lock("bob"), NOON, by_force=True)
    with pytest.raises(LostError, match=r"bob@example\.com"):
        ada.renew(held, NOON)


def test_who_lost_its_place_frees_nothing(books: list[FirestoreBook]) -> None:
    """Letting go of a lock that another one has leaves it to that one."""
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    taken = bob.take(a_lock("bob"), NOON, by_force=True)
    ada.free(held)
    assert bob.renew(taken, NOON).operation == "bob"


def test_two_at_the_same_moment(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that both saw a free lock, one gets it."""
    ada, bob = books
    monkeypatch.setattr(ada._lock, "seen", lambda _: None)  # noqa: SLF001 - what ada saw is old
    bob.take(a_lock("bob"), NOON)
    with pytest.raises(BusyError, match="at the same moment"):
        ada.take(a_lock("ada"), NOON)


def test_taken_at_the_moment_of_renewal(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose lock was taken between its look and its writing has lost its place."""
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    seen = [ada._lock.seen(NOON)]  # noqa: SLF001 - what ada saw is old
    bob.take(a_lock("bob"), NOON, by_force=True)
    real = ada._lock.seen  # noqa: SLF001 - as above
    monkeypatch.setattr(ada._lock, "seen", lambda now: seen.pop() if seen else real(now))  # noqa: SLF001 - as above
    with pytest.raises(LostError, match=r"bob@example\.com"):
        ada.renew(held, NOON)


def test_an_answer_that_is_lost(
    books: list[FirestoreBook], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose answer was lost knows its own lock, and does not keep itself out."""
    lose_answers(client, monkeypatch, times=1)
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    lose_answers(client, monkeypatch, times=1)
    assert ada.renew(held, NOON).is_of(held)
    with pytest.raises(BusyError):
        bob.take(a_lock("bob"), NOON)


def test_answers_that_stay_lost(
    books: list[FirestoreBook], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no try is answered, what was written is found by looking."""
    monkeypatch.setattr(firestore_calls, "SECONDS", 0.5)
    lose_answers(client, monkeypatch, times=1000)
    assert books[0].take(a_lock("ada"), NOON).fence is not None


def test_a_moment_of_silence(
    books: list[FirestoreBook], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that met a lost connection is made again, whatever it is."""
    ada, _ = books
    api = client._firestore_api  # noqa: SLF001 - where connections are lost
    for name in ("commit", "batch_get_documents", "run_query"):
        monkeypatch.setattr(api, name, failing_once(getattr(api, name)))
    ada.save(a_record())
    assert ada.find(a_record().id) == ada.newest()[0] == a_record()


@pytest.mark.parametrize("kinds", [(), (Kind.DEPLOY,)], ids=["all", "deploys"])
def test_what_another_version_wrote(
    books: list[FirestoreBook],
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    kinds: tuple[Kind, ...],
) -> None:
    """A record that cannot be read is passed by where the newest are asked for."""
    monkeypatch.setattr(firestore_book, "PAGE", 1)
    numbers = (1, 2, 3)
    for each in numbers:
        books[0].save(a_record(each))
    for number, newer in ((2, {"kind": "drill"}), (3, {"state": "paused"})):
        client.document("operations", a_record(number).id).update(newer)
    assert books[1].newest(*kinds, most=2) == [a_record(1)]
    with pytest.raises(UnreadableError, match="not of this version"):
        books[1].find(a_record(2).id)


def test_a_rare_kind(
    books: list[FirestoreBook], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest of a kind are found without reading all that is newer."""
    for number in range(2, 8):
        books[0].save(a_record(number, Kind.VALIDATE))
    books[0].save(a_record(1))
    real, read = client._firestore_api.run_query, list[Any]()  # noqa: SLF001 - what is read is counted

    def counted(*arguments: Any, **options: Any) -> Iterator[Any]:  # noqa: ANN401 - as the library has it
        answers = list(real(*arguments, **options))
        read.extend(each for each in answers if each.document.name)
        return iter(answers)

    monkeypatch.setattr(client._firestore_api, "run_query", counted)  # noqa: SLF001 - as above
    assert (books[0].newest(Kind.DEPLOY, most=1), len(read)) == ([a_record(1)], 1)


def failing_once(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return the call, whose first try meets no connection."""
    failures = [ServiceUnavailable("the connection was lost")]

    def failing(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the library has it
        if failures:
            raise failures.pop()
        return call(*arguments, **options)

    return failing


def lose_answers(client: Client, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Have commits done whose answers are lost, so many times."""
    api = client._firestore_api  # noqa: SLF001 - where connections are lost
    real, left = api.commit, [times]

    def lost(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the library has it
        done = real(*arguments, **options)
        left[0] -= 1
        if left[0] >= 0:
            raise ServiceUnavailable("the connection was lost")
        return done

    monkeypatch.setattr(api, "commit", lost)


def test_firestore_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that is not there says so, and what to do."""
    monkeypatch.setattr(firestore_calls, "SECONDS", 0.2)
    gone = Place("demo-gone", "demo-gone", {FIRESTORE: "127.0.0.1:1"})
    with connected(gone) as book, pytest.raises(OperationError, match=r"could not be .*try again"):
        book.save(a_record())
