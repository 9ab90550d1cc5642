"""Deliver the mails of the outbox, and delete what has expired."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from conteur.domain.deadline import Deadline
from conteur.domain.store.events import DueMail
from conteur.domain.store.mail_schedule import send_again
from conteur.errors import ConteurError, MailError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import MAILS
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.ports import Mailer, MailOutbox

BATCH = 5
SEND_SECONDS = 5.0  # of one mail, so that none holds up the others
NOTE_SECONDS = 5.0  # kept of the deadline for what is noted, and forgotten, in the end
HELD = timedelta(minutes=5)  # a mail whose sender has died is due again after that
MOST_OF_A_PROBLEM = 500
SENT, FAILED, GIVEN_UP = "sent", "failed", "given_up"


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many mails were sent, were not taken, were given up; and what was deleted."""

    sent: int
    failed: int
    given_up: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class DeliverMail:
    """The use case, with the ports it needs. Without a `mailer` all mails stay."""

    outbox: MailOutbox
    mailer: Mailer | None
    clock: Clock
    meter: Aggregate

    def __call__(self, deadline: Deadline) -> Delivered:
        """Send what is due, as long as there is time, then delete what has expired.

        Each mail goes out at least once: one whose sending could not be noted is sent again.
        Raises what the outbox does where it cannot be read.
        """
        results: Counter[str] = Counter()
        if self.mailer is not None:
            self._deliver(self.mailer, deadline, results)
        forgotten = self.outbox.forget(self.clock.now(), deadline)
        return Delivered(results[SENT], results[FAILED], results[GIVEN_UP], forgotten)

    def _deliver(self, mailer: Mailer, deadline: Deadline, results: Counter[str]) -> None:
        # No more than there is certainly time for: a mail that is taken is held, and counted.
        while most := min(BATCH, self._room(deadline)):
            now = self.clock.now()
            mails = self.outbox.take(most, now, now + HELD, deadline)
            for mail in mails:
                result = self._send(mailer, mail, deadline)
                results[result] += 1
                self.meter.count(MAILS, result=result)
            if len(mails) < most:
                return

    def _room(self, deadline: Deadline) -> int:
        """Return how many mails can be sent."""
        left = deadline.before(NOTE_SECONDS).remaining(self.clock.monotonic())
        return int(left // SEND_SECONDS)

    def _send(self, mailer: Mailer, mail: DueMail, deadline: Deadline) -> str:
        try:
            mailer.send(mail, Deadline(self.clock.monotonic() + SEND_SECONDS))
        except MailError as error:
            return self._failed(mail, error, deadline)
        self._note_sent(mail, deadline)
        logs.info("mail.sent", mail=str(mail.id), kind=mail.kind, attempt_number=mail.attempt)
        return SENT

    def _note_sent(self, mail: DueMail, deadline: Deadline) -> None:
        try:
            self.outbox.sent(mail, self.clock.now(), deadline)
        except ConteurError as error:
            logs.warning("mail.unnoted", mail=str(mail.id), problem=error.message)

    def _failed(self, mail: DueMail, error: MailError, deadline: Deadline) -> str:
        again = send_again(mail.attempt, self.clock.now()) if error.temporary else None
        given_up = again is None
        logs.warning("mail.failed", mail=str(mail.id), given_up=given_up, problem=error.message)
        try:
            self.outbox.failed(mail, error.message[:MOST_OF_A_PROBLEM], again, deadline)
        except ConteurError as unnoted:
            logs.warning("mail.unnoted", mail=str(mail.id), problem=unnoted.message)
        return GIVEN_UP if given_up else FAILED
