"""A real mail server on loopback, aiosmtpd's, that answers as a test says."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from scripts.local.ports import HOST

USER, PASSWORD = "conteur", "a password"
PATIENCE = 10.0


@dataclass
class MailHandler:
    """Takes mail. `says` answers a command other than as usual; `at_data` happens at DATA."""

    taken: list[Envelope] = field(default_factory=list)
    private: list[bool] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    at_data: Callable[[SMTP], None] = lambda _: None
    hangs: bool = False

    @property
    def messages(self) -> list[EmailMessage]:
        contents = [one.content for one in self.taken]
        return [
            message_from_bytes(content, policy=policy.default)
            for content in contents
            if isinstance(content, bytes)
        ]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        host: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = host
        return [self.says["EHLO"]] if "EHLO" in self.says else responses

    async def handle_HELO(  # noqa: N802 - likewise
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str
    ) -> str:
        session.host_name = host
        return self.says.get("EHLO", "250 OK")

    async def handle_MAIL(  # noqa: N802 - likewise
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" not in self.says:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.says.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - likewise
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802 - likewise
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hangs:
            await asyncio.Event().wait()
        self.at_data(server)
        if "DATA" not in self.says:
            self.taken.append(envelope)
            self.private.append(session.ssl is not None)
        return self.says.get("DATA", "250 OK")

    async def handle_QUIT(  # noqa: N802 - likewise
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        return self.says.get("QUIT", "221 Bye")

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.users.append(data.login)
        good = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)


@contextmanager
def mail_server(
    handler: MailHandler,
    tls: ssl.SSLContext | None = None,
    **manner: Any,  # noqa: ANN401 - aiosmtpd's
) -> Iterator[int]:
    """Serve on a port until the block ends; with `tls` from the first byte on."""
    loop = asyncio.new_event_loop()

    def session() -> SMTP:
        return SMTP(handler, hostname=HOST, authenticator=handler.authenticate, loop=loop, **manner)

    server = loop.run_until_complete(loop.create_server(session, HOST, 0, ssl=tls))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # so that what the cancelled tasks have closed is closed
