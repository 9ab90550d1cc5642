"""Delivers mail over SMTP."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr

from conteur.adapters.smtp_session import Session, TimeLeft, TlsSession
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.domain.store.events import DueMail
from conteur.domain.store.letters import letter
from conteur.errors import ConteurError, DeadlineError, MailError, SecretUnavailableError
from conteur.use_cases.ports import Clock

FIRST_LASTING = 500  # https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1

# One address, without the comments, quotes and groups that nobody's has.
_ADDRESS = re.compile(r"([^\s@<>()\[\],;:\"\\]+)@([^\s@<>()\[\],;:\"\\]+)")
# https://www.rfc-editor.org/rfc/rfc3463
_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")

# smtplib raises UnicodeError for names and passwords that no protocol can carry.
_NO_SESSION = (
    *(smtplib.SMTPException, OSError, UnicodeError),
    *(SecretUnavailableError, DeadlineError),
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes and in whose name; `security` is `starttls`, `tls` or `none`.

    With a `user`, `password` reads what proves it, within so many seconds.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: Callable[[float], Secret] | None = None


class WholeSubject(str):
    """A subject that is encoded as a whole; with its `name` EmailPolicy has it fold itself.

    EmailMessage's own folding breaks some texts within an encoded word, which readers then show.
    https://docs.python.org/3/library/email.policy.html#email.policy.EmailPolicy.header_store_parse
    """

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        """Return the header's lines."""
        encoded = Header(self, "utf-8", header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {encoded}{policy.linesep}"


class SmtpMailer:
    """Implements store.ports.Mailer, over a new connection for each mail.

    A mail's Message-ID is made of its own id, so that a repeated delivery can be told.
    """

    def __init__(
        self,
        server: MailServer,
        clock: Clock,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._server = server
        self._clock = clock
        self._tls = tls

    def send(self, mail: DueMail, deadline: Deadline) -> None:
        """Hand a mail over.

        What the server says to the recipient or to the mail itself is final where it begins with
        5; whatever goes wrong before, the sender included, is the operator's to mend, so it is
        temporary.
        """
        message = self._message(mail)
        time = TimeLeft(self._clock, deadline)
        session = self._session(time)
        try:
            session.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise _refused(error) from None
        finally:
            _leave(session)

    def _message(self, mail: DueMail) -> EmailMessage:
        said = letter(mail.kind, mail.facts)
        if said is None:
            raise MailError(f"nobody here writes mails of the kind {mail.kind}", temporary=True)
        message = EmailMessage(SMTP)
        message["From"] = self._server.sender
        message["To"] = _address(mail.recipient)
        message["Subject"] = WholeSubject(said.subject)
        message["Date"] = self._clock.now()
        message["Message-ID"] = f"<{mail.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies to it
        message.set_content(said.text)
        return message

    @property
    def _domain(self) -> str:
        return parseaddr(self._server.sender)[1].rpartition("@")[2] or "localhost"

    def _session(self, time: TimeLeft) -> smtplib.SMTP:
        """Return a connection that is private and signed in, as far as it is to be."""
        session: smtplib.SMTP | None = None
        try:
            session = self._connected(time)
            if self._server.security == "starttls":
                session.starttls(context=self._tls())
            self._sign_in(session, time)
        except _NO_SESSION as error:
            if session is not None:
                session.close()
            raise MailError(_words(error), temporary=True) from None
        return session

    def _connected(self, time: TimeLeft) -> smtplib.SMTP:
        server, name = self._server, self._domain  # a name of our own: no look-up of this host's
        if server.security == "tls":
            return TlsSession(time, server.host, server.port, name, self._tls())
        return Session(time, server.host, server.port, name)

    def _sign_in(self, session: smtplib.SMTP, time: TimeLeft) -> None:
        if self._server.user and self._server.password:
            password = self._server.password(time.seconds)
            session.login(self._server.user, password.value)


def _address(recipient: str) -> Address:
    match = _ADDRESS.fullmatch(recipient)
    if match is None or not recipient.isprintable():
        raise MailError("the recipient is no single address", temporary=False)
    return Address(username=match[1], domain=match[2])


def _leave(session: smtplib.SMTP) -> None:
    """Say good-bye; what is answered changes nothing, for the mail was taken or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        session.quit()
    session.close()


def _refused(error: OSError) -> MailError:
    lasting = isinstance(error, smtplib.SMTPNotSupportedError) or (
        isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
        and _reply(error)[0] >= FIRST_LASTING
    )
    return MailError(_words(error), temporary=not lasting)


def _reply(error: Exception) -> tuple[int, bytes]:
    """Return the reply's code and text, 0 where there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return int(code), bytes(text)
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return error.smtp_code, said if isinstance(said, bytes) else said.encode()
    return 0, b""


def _words(error: Exception) -> str:
    """Say what happened by type and codes: a server's text may quote an address."""
    if isinstance(error, ConteurError):
        return error.message
    code, text = _reply(error)
    if not code:
        return f"the mail server could not be used: {type(error).__name__}"
    enhanced = _ENHANCED.match(text)
    return f"the mail server answered {code}{f' {enhanced[1].decode()}' if enhanced else ''}"
