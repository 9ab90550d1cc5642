"""Deliver the mails of the outbox, and delete what has expired."""

from collections import Counter
from collections.abc import Callable
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

        Each mail goes out at least once: one whose sending could not be noted is sent again, and
        no other is sent then. Raises what the outbox does where it cannot be read.
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
                result, noted = self._send(mailer, mail, deadline)
                results[result] += 1
                self.meter.count(MAILS, result=result)
                if not noted:
                    return  # the others could not be noted either, and would go out twice
            if len(mails) < most:
                return

    def _room(self, deadline: Deadline) -> int:
        """Return how many mails can be sent."""
        left = deadline.before(NOTE_SECONDS).remaining(self.clock.monotonic())
        return int(left // SEND_SECONDS)

    def _send(self, mailer: Mailer, mail: DueMail, deadline: Deadline) -> tuple[str, bool]:
        """Return what came of a mail, and whether that could be noted."""
        problem = self._problem(mailer, mail)
        if problem is not None:
            return self._failed(mail, problem, deadline)
        noted = _noted(mail, lambda: self.outbox.sent(mail, self.clock.now(), deadline))
        logs.info("mail.sent", mail=str(mail.id), kind=mail.kind, attempt_number=mail.attempt)
        return SENT, noted

    def _problem(self, mailer: Mailer, mail: DueMail) -> MailError | None:
        """Hand a mail over; return why it was not taken."""
        try:
            mailer.send(mail, Deadline(self.clock.monotonic() + SEND_SECONDS))
        except MailError as error:
            return error
        except Exception as error:  # noqa: BLE001 - one mail must not keep the others, and what has expired, waiting
            logs.error("mail.bug", error, mail=str(mail.id))
            return MailError(f"the mailer failed: {type(error).__name__}", temporary=True)
        return None

    def _failed(self, mail: DueMail, error: MailError, deadline: Deadline) -> tuple[str, bool]:
        again = send_again(mail.attempt, self.clock.now()) if error.temporary else None
        given_up = again is None
        logs.warning("mail.failed", mail=str(mail.id), given_up=given_up, problem=error.message)
        problem = error.message[:MOST_OF_A_PROBLEM]
        noted = _noted(mail, lambda: self.outbox.failed(mail, problem, again, deadline))
        return GIVEN_UP if given_up else FAILED, noted


def _noted(mail: DueMail, note: Callable[[], None]) -> bool:
    try:
        note()
    except ConteurError as error:
        logs.warning("mail.unnoted", mail=str(mail.id), problem=error.message)
        return False
    return True
