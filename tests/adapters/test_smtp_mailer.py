"""Mail that real servers take, and mail that they do not."""

import asyncio
import re
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP

from conteur.adapters.clock import SystemClock
from conteur.adapters.smtp_mailer import MailServer, SmtpMailer
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.domain.store.events import DueMail
from conteur.errors import DeadlineError, MailError, Phase, SecretUnavailableError
from scripts.local.ports import HOST, reserved_ports
from tests.adapters.mail_server import PASSWORD, USER, MailHandler, mail_server
from tests.adapters.tls import TlsPair
from tests.fakes import FakeClock

CLOCK = SystemClock()
PATIENCE = 10.0
SENDER = "no-reply@example.com"
FACTS = {"name": "Chez Éléonore", "storeUrl": "https://example.com/api/stores/x", "market": "FR"}
MAIL = DueMail(UUID(int=7), "store_published", "bob@example.org", FACTS, attempt=1)


def plain(port: int) -> MailServer:
    return MailServer(HOST, port, "none", SENDER)


def signed_in(port: int, password: str = PASSWORD) -> MailServer:
    return replace(plain(port), user=USER, password=lambda _: Secret(password, "1"))


def send(
    server: MailServer,
    mail: DueMail = MAIL,
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    seconds: float = PATIENCE,
) -> None:
    SmtpMailer(server, CLOCK, tls).send(mail, Deadline(CLOCK.monotonic() + seconds))


def refused(
    server: MailServer,
    mail: DueMail = MAIL,
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    seconds: float = PATIENCE,
) -> MailError:
    with pytest.raises(MailError) as caught:
        send(server, mail, tls, seconds)
    assert mail.recipient not in caught.value.message
    return caught.value


@pytest.fixture
def handler() -> MailHandler:
    return MailHandler()


def test_a_mail_is_delivered(handler: MailHandler) -> None:
    """An author is told in French, by an address that reads no answers, where the store is."""
    with mail_server(handler) as port:
        send(plain(port))
    (message,) = handler.messages
    assert (message["To"], message["From"]) == (MAIL.recipient, SENDER)
    assert message["Subject"] == "Votre boutique Chez Éléonore est publiée"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "https://example.com/api/stores/x" in message.get_content()
    assert "est maintenant publique" in message.get_content()
    assert message["Date"].datetime is not None


def test_other_markets_are_written_in_english(handler: MailHandler) -> None:
    """Where the market is not France, or not known, the mail is in English."""
    with mail_server(handler) as port:
        send(plain(port), replace(MAIL, facts={**FACTS, "market": "DE"}))
        send(plain(port), replace(MAIL, facts={"name": "Shop", "storeUrl": "https://x.test"}))
    assert [str(one["Subject"]) for one in handler.messages] == [
        "Your store Chez Éléonore is public",
        "Your store Shop is public",
    ]


def test_a_repeated_mail_is_known_again(handler: MailHandler) -> None:
    """Each delivery of a mail has the same Message-ID, and each mail its own."""
    with mail_server(handler) as port:
        for mail in (MAIL, replace(MAIL, attempt=2), replace(MAIL, id=UUID(int=8))):
            send(plain(port), mail)
    first, again, other = [str(one["Message-ID"]) for one in handler.messages]
    assert first == again == f"<{UUID(int=7)}@example.com>"
    assert other != first


def test_a_sender_with_a_name(handler: MailHandler) -> None:
    """MAIL_FROM may have a name; its address is what the server is told."""
    with mail_server(handler) as port:
        send(replace(plain(port), sender="Conteur <hello@example.com>"))
    assert handler.taken[0].mail_from == "hello@example.com"
    assert str(handler.messages[0]["From"]) == "Conteur <hello@example.com>"


@pytest.mark.parametrize(
    "name",
    [
        ">'(=:) &>? & \\<+ (,\"-'\"],; <:. + [( -%b:_ 漢:a_[+éé\\@',++= < \ufe0fst é",
        "=?utf-8?b?QQ==?= and more",
        "漢 🛍 " * 40,
    ],
)
def test_a_subject_is_read_as_it_was_meant(handler: MailHandler, name: str) -> None:
    """Whatever letters a name has, a reader sees them and no encoding of them."""
    with mail_server(handler) as port:
        send(plain(port), replace(MAIL, facts={**FACTS, "name": name}))
    (message,) = handler.messages
    assert str(message["Subject"]) == f"Votre boutique {name.strip()} est publiée"


def test_a_name_cannot_add_headers(handler: MailHandler) -> None:
    """Line ends in a store's name stay in its line, in the subject and in the text."""
    name = "Shop\r\nBcc: eve@example.com\r\n\r\n{url} <b>\x00\x1b"
    with mail_server(handler) as port:
        send(plain(port), replace(MAIL, facts={**FACTS, "name": name}))
    (message,) = handler.messages
    assert message["Bcc"] is None
    assert "Shop Bcc: eve@example.com {url} <b> est publiée" in str(message["Subject"])
    assert handler.taken[0].rcpt_tos == [MAIL.recipient]


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "bob",
        "bob@",
        "@example.org",
        "bob@example.org, eve@example.com",
        "bob@example.org\r\nBcc: eve@example.com",
        "bob@example.org> NOTIFY=NEVER",
        "<bob@example.org>",
        '"bob eve"@example.org',
        "bob\x00@example.org",
        "bob@eve@example.org",
        "bob@[127.0.0.1]",
        "?@?]=-",
        "bob\ud800@example.org",
    ],
    ids=ascii,
)
def test_a_recipient_who_is_no_address(handler: MailHandler, recipient: str) -> None:
    """What is not one plain address is never sent to, and not tried again."""
    with mail_server(handler) as port, pytest.raises(MailError) as caught:
        send(plain(port), replace(MAIL, recipient=recipient))
    assert not caught.value.temporary
    assert handler.taken == []


def test_a_recipient_beyond_ascii(handler: MailHandler) -> None:
    """An address with other letters is written to where the server takes it, else never."""
    mail = replace(MAIL, recipient="zoé@exämple.org")
    with mail_server(handler, enable_SMTPUTF8=True) as port:
        send(plain(port), mail)
    assert handler.taken[0].rcpt_tos == ["zoé@exämple.org"]
    with mail_server(handler) as port:
        assert not refused(plain(port), mail).temporary


def test_a_mail_of_an_unknown_kind(handler: MailHandler) -> None:
    """A mail of a kind that a newer revision writes waits for that."""
    with mail_server(handler) as port:
        assert refused(plain(port), replace(MAIL, kind="invoice")).temporary


def test_starttls(handler: MailHandler, tls: TlsPair) -> None:
    """The connection is private before anything is said on it."""
    with mail_server(handler, tls_context=tls.server, require_starttls=True) as port:
        send(replace(plain(port), security="starttls"), tls=lambda: tls.client)
    assert handler.private == [True]


def test_tls_from_the_start(handler: MailHandler, tls: TlsPair) -> None:
    """The connection is private from its first byte on."""
    with mail_server(handler, tls.server) as port:
        send(replace(plain(port), security="tls"), tls=lambda: tls.client)
    assert len(handler.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for(
    handler: MailHandler, tls: TlsPair, security: str
) -> None:
    """A server that cannot prove who it is gets no mail and no password."""
    first = tls.server if security == "tls" else None
    with mail_server(handler, first, tls_context=tls.server) as port:
        error = refused(replace(signed_in(port), security=security))
    assert error.temporary
    assert "SSLCertVerificationError" in error.message
    assert (handler.taken, handler.users) == ([], [])


def test_a_server_without_starttls(handler: MailHandler) -> None:
    """A server, or somebody in between, who offers no privacy gets no mail."""
    with mail_server(handler) as port:
        assert refused(replace(plain(port), security="starttls")).temporary
    assert handler.taken == []


def test_a_user_signs_in(handler: MailHandler, tls: TlsPair) -> None:
    """With a user the password is read, and sent over the private connection."""
    with mail_server(handler, tls_context=tls.server, auth_required=True) as port:
        send(replace(signed_in(port), security="starttls"), tls=lambda: tls.client)
    assert handler.users == [USER.encode()]
    assert len(handler.taken) == 1


def test_a_wrong_password(handler: MailHandler, tls: TlsPair) -> None:
    """A password that the server refuses is the operator's to mend: the mail waits."""
    with mail_server(handler, tls_context=tls.server) as port:
        server = replace(signed_in(port, "hush"), security="starttls")
        error = refused(server, tls=lambda: tls.client)
    assert error.temporary
    assert "535" in error.message
    assert "hush" not in error.message


@pytest.mark.parametrize(
    "error", [SecretUnavailableError("down"), DeadlineError("late", Phase.SECRET)]
)
def test_a_password_that_cannot_be_read(
    handler: MailHandler, error: SecretUnavailableError | DeadlineError
) -> None:
    """Without the password the mail waits."""

    def unreadable(_timeout: float) -> Secret:
        raise error

    with mail_server(handler, auth_require_tls=False) as port:
        refusal = refused(replace(signed_in(port), password=unreadable))
    assert (refusal.temporary, refusal.message) == (True, error.message)
    assert handler.taken == []


def test_a_password_that_cannot_be_sent(handler: MailHandler) -> None:
    """A password with letters that the protocol cannot carry is the operator's to mend."""
    with mail_server(handler, auth_require_tls=False) as port:
        error = refused(signed_in(port, "hüsh"))
    assert error.temporary
    assert "UnicodeEncodeError" in error.message


@pytest.mark.parametrize("command", ["EHLO", "MAIL"])
def test_a_sender_who_is_refused(handler: MailHandler, command: str) -> None:
    """A server that takes nothing from this sender is the operator's to mend: the mail waits."""
    handler.says[command] = "530 5.7.0 Authentication required"
    with mail_server(handler) as port:
        error = refused(plain(port))
    assert error.temporary
    assert error.message == "the mail server answered 530 5.7.0"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "temporary"), [("450 4.2.1 Busy", True), ("550 5.1.1 No <bob@example.org>", False)]
)
def test_a_mail_that_is_refused(
    handler: MailHandler, command: str, reply: str, *, temporary: bool
) -> None:
    """A 4xx says later, a 5xx never; of the server's words only the codes are kept."""
    handler.says[command] = reply
    with mail_server(handler) as port:
        error = refused(plain(port))
    assert error.temporary is temporary
    assert error.message == f"the mail server answered {reply[:9]}"


def test_a_bad_good_bye(handler: MailHandler) -> None:
    """A mail that was taken is sent, whatever the server says after that."""
    handler.says["QUIT"] = "500 What?"
    with mail_server(handler) as port:
        send(plain(port))
    assert len(handler.taken) == 1


def hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


def test_a_line_that_breaks(handler: MailHandler) -> None:
    """Where the line breaks before the server has answered the mail is sent again."""
    handler.at_data = hang_up
    with mail_server(handler) as port:
        assert refused(plain(port)).temporary


def test_nobody_there() -> None:
    """A server that refuses the connection may be back later."""
    with reserved_ports(1) as (port,):
        error = refused(plain(port))
    assert error.temporary
    assert "ConnectionRefusedError" in error.message


def place(port: int) -> tuple[object, ...]:
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (HOST, port)


def test_addresses_that_are_silent(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    """A host's addresses have the time of the mail together, each its share of what is left."""
    waits: list[float] = []

    class Silent:
        def settimeout(self, seconds: float) -> None:
            waits.append(seconds)

        def connect(self, _address: object) -> None:
            clock.advance(waits[-1])
            raise TimeoutError

        def close(self) -> None:
            pass

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place(1)] * 4)
    monkeypatch.setattr(socket, "socket", lambda *_: Silent())
    with pytest.raises(MailError, match="TimeoutError"):
        SmtpMailer(plain(1), clock).send(MAIL, Deadline(clock.monotonic() + 8))
    assert waits == pytest.approx([2, 2, 2, 2])


def test_an_address_that_is_not_there(
    handler: MailHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one address of a host refuses the connection the next one is tried."""
    with reserved_ports(1) as (closed,), mail_server(handler) as port:
        places = [place(closed), place(port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        send(plain(port))
    assert len(handler.taken) == 1


@pytest.mark.parametrize("security", ["none", "tls", "starttls"])
def test_a_silent_server(security: str) -> None:
    """A server that takes the connection and says nothing is left at the deadline."""
    with closing(socket.create_server((HOST, 0))) as silent:
        server = replace(plain(silent.getsockname()[1]), security=security)
        assert refused(server, seconds=0.1).temporary


def test_a_server_that_hangs_in_the_middle(handler: MailHandler) -> None:
    """A server that falls silent after the text is left at the deadline too."""
    handler.hangs = True
    with mail_server(handler) as port:
        assert refused(plain(port), seconds=0.5).temporary


def test_time_that_runs_out_in_between(handler: MailHandler, clock: FakeClock) -> None:
    """Each step has the time that the earlier ones have left, not all of it again."""
    handler.hangs = True

    def slow(_timeout: float) -> Secret:
        clock.advance(60)
        return Secret(PASSWORD, "1")

    with mail_server(handler, auth_require_tls=False) as port, ThreadPoolExecutor(1) as thread:
        mailer = SmtpMailer(replace(signed_in(port), password=slow), clock)
        sending = thread.submit(mailer.send, MAIL, Deadline(clock.monotonic() + 60.5))
        assert isinstance(sending.exception(PATIENCE), MailError)


def test_no_time_left(handler: MailHandler) -> None:
    """After the deadline nothing is waited for."""
    with mail_server(handler) as port:
        handler.hangs = True
        assert refused(plain(port), seconds=-1).temporary


def test_the_text_fits_in_lines(handler: MailHandler) -> None:
    """No line is longer than SMTP allows, however long the name."""
    with mail_server(handler) as port:
        send(plain(port), replace(MAIL, facts={**FACTS, "name": "é" * 200}))
    content = handler.taken[0].content
    assert isinstance(content, bytes)
    assert max(map(len, re.split(rb"\r\n", content))) <= 998
