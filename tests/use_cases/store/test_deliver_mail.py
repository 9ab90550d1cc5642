"""Mails of the outbox are sent, tried again, or given up; none holds up the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.store.events import DueMail, NewMail
from conteur.domain.store.mail_schedule import AGAIN_MINUTES
from conteur.errors import DatabaseUnavailableError, MailError, SecretUnavailableError
from conteur.telemetry.store_metrics import MAILS
from conteur.use_cases.store.deliver_mail import BATCH, HELD, Delivered, DeliverMail
from tests.fake_store_tables import KeptMail
from tests.fakes import FakeClock
from tests.store_world import BREAK, StoreWorld, key

LATER = MailError("451 busy", temporary=True)
NEVER = MailError("550 no such mailbox", temporary=False)


@dataclass
class FakeMailer:
    """Implements Mailer: takes what the test does not refuse."""

    clock: FakeClock
    refused: Mapping[str, Exception] = field(default_factory=dict)
    sent: list[DueMail] = field(default_factory=list)
    seconds: float = 0.0
    allowed: list[float] = field(default_factory=list)
    on_send: Callable[[], object] = lambda: None

    def send(self, mail: DueMail, deadline: Deadline) -> None:
        self.allowed.append(deadline.remaining(self.clock.monotonic()))
        self.clock.advance(self.seconds)
        self.on_send()
        if error := self.refused.get(mail.recipient):
            raise error
        self.sent.append(mail)


class MailWorld(StoreWorld):
    """An outbox, and one who delivers."""

    def __init__(self) -> None:
        super().__init__()
        self.mailer = FakeMailer(self.clock)

    def post(self, *recipients: str) -> None:
        for recipient in recipients:
            mail = NewMail("alice", "store_published", recipient, {"name": "Alice's"})
            kept = KeptMail(UUID(int=next(self.ask.ids)), mail)
            self.database.tables.mails[kept.id] = kept

    def deliver(self, seconds: float = 50) -> Delivered:
        deliver = DeliverMail(self.database, self.mailer, self.clock, self.meter)
        return deliver(Deadline(self.clock.monotonic() + seconds))

    def mail(self) -> KeptMail:
        (mail,) = self.database.tables.mails.values()
        return mail


@pytest.fixture
def world() -> MailWorld:
    return MailWorld()


def test_a_mail_is_sent(world: MailWorld) -> None:
    """A mail that is due is handed over once, and noted."""
    world.post("alice@example.com")
    assert world.deliver() == Delivered(sent=1, failed=0, given_up=0, forgotten=0)
    assert world.deliver() == Delivered(sent=0, failed=0, given_up=0, forgotten=0)
    assert [mail.recipient for mail in world.mailer.sent] == ["alice@example.com"]
    assert world.mail().sent == world.clock.now()
    assert world.counted(MAILS) == {("sent",): 1}


def test_a_publication_is_told(world: MailWorld) -> None:
    """What a publication has posted is what is sent."""
    world.open_gate()
    world.publish()
    world.deliver()
    (mail,) = world.mailer.sent
    assert (mail.recipient, mail.facts["name"], mail.attempt) == ("alice@example.com", "Alice's", 1)


def test_more_than_a_batch(world: MailWorld) -> None:
    """Mails are taken until none is left."""
    world.post(*(f"{each}@example.com" for each in range(2 * BATCH + 1)))
    assert world.deliver().sent == 2 * BATCH + 1


def test_a_bad_mail(world: MailWorld) -> None:
    """A mail that is refused leaves the others of its batch to be sent."""
    world.mailer.refused = {"b@example.com": LATER, "c@example.com": NEVER}
    world.post("a@example.com", "b@example.com", "c@example.com", "d@example.com")
    assert world.deliver() == Delivered(sent=2, failed=1, given_up=1, forgotten=0)
    assert world.counted(MAILS) == {("sent",): 2, ("failed",): 1, ("given_up",): 1}


def test_tried_again(world: MailWorld) -> None:
    """A mail that may be taken later is tried again after a minute, and then after two."""
    world.mailer.refused = {"a@example.com": LATER}
    world.post("a@example.com")
    for minutes in (1, 2):
        assert world.deliver().failed == 1
        assert world.mail().due == world.clock.now() + timedelta(minutes=minutes)
        assert world.deliver().failed == 0
        world.clock.advance(60 * minutes)
    world.mailer.refused = {}
    assert world.deliver().sent == 1
    assert world.mailer.sent[0].attempt == 3


def test_given_up_in_the_end(world: MailWorld) -> None:
    """After the last attempt a mail is given up, with what the server said."""
    world.mailer.refused = {"a@example.com": LATER}
    world.post("a@example.com")
    for minutes in AGAIN_MINUTES:
        assert world.deliver().failed == 1
        world.clock.advance(60 * minutes)
    assert world.deliver().given_up == 1
    assert (world.mail().given_up, world.mail().problem) == (True, "451 busy")


def test_a_permanent_refusal(world: MailWorld) -> None:
    """A mail that is never taken is given up at once."""
    world.mailer.refused = {"a@example.com": NEVER}
    world.post("a@example.com")
    assert world.deliver().given_up == 1
    world.clock.advance(86_400)
    assert world.deliver() == Delivered(0, 0, 0, 0)


def test_a_long_complaint(world: MailWorld) -> None:
    """Of what the server said as much is kept as the outbox takes."""
    world.mailer.refused = {"a@example.com": MailError("x" * 600, temporary=True)}
    world.post("a@example.com")
    world.deliver()
    assert world.mail().problem == "x" * 500


def test_a_slow_server(world: MailWorld) -> None:
    """No more mails are taken than there is time for, and each gets five seconds."""
    world.mailer.seconds = 5
    world.post(*(f"{each}@example.com" for each in range(20)))
    assert world.deliver(seconds=33).sent == 5
    assert world.mailer.allowed == [5.0] * 5
    assert sum(mail.attempts for mail in world.database.tables.mails.values()) == 5


def test_no_time(world: MailWorld) -> None:
    """Without the time for a single mail none is taken."""
    world.post("a@example.com")
    assert world.deliver(seconds=9.9).sent == 0
    assert world.mail().attempts == 0


def test_a_sender_that_dies(world: MailWorld) -> None:
    """A mail whose sender dies on it is held for a while, then sent by the next one."""

    class KilledError(BaseException):
        pass

    def die() -> None:
        raise KilledError

    world.post("a@example.com")
    world.mailer.on_send = die
    with pytest.raises(KilledError):
        world.deliver()
    world.mailer.on_send = lambda: None
    assert world.deliver().sent == 0
    world.clock.advance(HELD.total_seconds())
    assert world.deliver().sent == 1


def test_what_cannot_be_noted(world: MailWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a sending cannot be noted no other mail goes out; later all do, that one again."""
    world.database.fail_next(BREAK, at="sent")
    world.post(*(f"{each}@example.com" for each in range(BATCH + 1)))
    assert world.deliver().sent == 1
    assert "mail.unnoted" in capsys.readouterr().out
    world.clock.advance(HELD.total_seconds())
    assert world.deliver().sent == BATCH + 1
    assert len(world.mailer.sent) == BATCH + 2


def test_a_failure_that_cannot_be_noted(world: MailWorld) -> None:
    """A mail whose refusal cannot be noted is the last, and tried again when no longer held."""
    world.database.fail_next(BREAK, at="failed")
    world.mailer.refused = {"a@example.com": NEVER}
    world.post("a@example.com", "b@example.com")
    assert world.deliver() == Delivered(sent=0, failed=0, given_up=1, forgotten=0)
    world.clock.advance(HELD.total_seconds())
    assert world.deliver().given_up == 1


@pytest.mark.parametrize(
    "error", [SecretUnavailableError("down"), ValueError("of a@example.com"), TypeError()]
)
def test_an_error_that_nobody_foresaw(
    world: MailWorld, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    """Whatever the mailer raises is told, and that mail tried again; the others are sent."""
    world.mailer.refused = {"a@example.com": error}
    world.post("a@example.com", "b@example.com")
    assert world.deliver() == Delivered(sent=1, failed=1, given_up=0, forgotten=0)
    logged = capsys.readouterr().out
    assert "mail.bug" in logged
    assert "a@example.com" not in logged
    world.clock.advance(60)
    assert world.deliver().failed == 1


def test_an_outbox_that_cannot_be_read(world: MailWorld) -> None:
    """Where the outbox cannot be read the caller hears of it."""
    world.database.fail_next(BREAK, at="take")
    with pytest.raises(DatabaseUnavailableError):
        world.deliver()


def test_what_has_expired(world: MailWorld) -> None:
    """Answers are forgotten after a day, whether there is a mailer or not."""
    world.open_gate()
    world.publish(world.ask(idempotency=key()))
    world.clock.advance(86_400)
    without = DeliverMail(world.database, None, world.clock, world.meter)
    delivered = without(Deadline(world.clock.monotonic() + 50))
    assert delivered == Delivered(sent=0, failed=0, given_up=0, forgotten=1)
    assert world.database.tables.kept == {}
    assert world.mail().attempts == 0


def test_what_has_expired_beside_a_bug(world: MailWorld) -> None:
    """Answers are forgotten whatever becomes of the mails."""
    world.open_gate()
    world.publish(world.ask(idempotency=key()))
    world.clock.advance(86_400)
    world.mailer.refused = {"alice@example.com": ValueError("a bug")}
    assert world.deliver() == Delivered(sent=0, failed=1, given_up=0, forgotten=1)


def test_nobodys_address_is_logged(world: MailWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The log names mails by their ids, sent or not, and nobody's address."""
    world.mailer.refused = {"b@example.com": LATER}
    world.post("a@example.com", "b@example.com")
    world.deliver()
    logged = capsys.readouterr().out
    assert "mail.sent" in logged
    assert "mail.failed" in logged
    assert "example.com" not in logged
