"""What authors need: the store's database, tokens, limits, mail, and the use cases over them."""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from conteur.bootstrap.clients import Clients
from conteur.bootstrap.lazy import Lazy
from conteur.bootstrap.process import Process
from conteur.domain.secret import Secret
from conteur.settings.store import DATABASE_SECRET, PROVIDER_SECRETS, SMTP_SECRET, TOKEN_SECRET

if TYPE_CHECKING:
    from conteur.adapters.author_tokens import AuthorTokens
    from conteur.adapters.kept_secret import KeptSecret
    from conteur.adapters.postgres.database import PostgresDatabase
    from conteur.adapters.postgres.pool import PostgresPool
    from conteur.adapters.redis_limits import RedisLimits
    from conteur.adapters.secret_manager import SecretManager
    from conteur.adapters.smtp_mailer import SmtpMailer
    from conteur.use_cases.check_health import CheckHealth
    from conteur.use_cases.ports import Probe
    from conteur.use_cases.store.check_start import StartProblems
    from conteur.use_cases.store.deliver_mail import DeliverMail
    from conteur.use_cases.store.ports import RateLimiter
    from conteur.use_cases.store.transactions import Transactions

LATEST = "latest"
TENDING_CONNECTIONS = 1  # one run of the schedule at a time does one thing after the other


class Storefront:
    """The services of `store_api` and `tend_store`."""

    def __init__(self, process: Process, clients: Clients) -> None:
        self._process = process
        self._clients = clients
        self._settings = process.settings.store
        self._secrets = Lazy(self._secret_manager)
        self.database_url = Lazy(partial(self._secret, DATABASE_SECRET))
        self.token_keys = Lazy(partial(self._secret, TOKEN_SECRET))
        self._provider_secrets = Lazy(partial(self._secret, PROVIDER_SECRETS))
        self._smtp_password = Lazy(partial(self._secret, SMTP_SECRET))
        self._pool = Lazy(partial(self._make_pool, self._settings.pool_size))
        self.database = Lazy(self._database)
        self.transactions = Lazy(self._transactions)
        self.tokens = Lazy(self._tokens)
        self._redis = Lazy(self._redis_limits)
        self.limiter = Lazy(self._limiter)
        self.deliver_mail = Lazy(self._deliver_mail)
        self.check_health = Lazy(self._check_health)

    def provider_secrets(self, seconds: float) -> Secret:
        """Return with what providers sign. Raises SecretUnavailableError, DeadlineError."""
        return self._provider_secrets().get(seconds)

    def start_problems(self) -> "StartProblems":
        """Return what is missing for the store to work."""
        from conteur.use_cases.store.check_start import check_start

        secrets: dict[str, Callable[[float], Secret]] = {
            DATABASE_SECRET: self.database_url().get,
            TOKEN_SECRET: self.token_keys().get,
        }
        return check_start(self._settings.api_url, secrets)

    def _secret_manager(self) -> "SecretManager":
        from conteur.adapters.secret_manager import SecretManager

        settings = self._process.settings
        return SecretManager(settings.project, settings.endpoints.secret_manager)

    def _secret(self, name: str) -> "KeptSecret":
        from conteur.adapters.kept_secret import KeptSecret, SecretSource
        from conteur.domain.store.jwt_keys import check_jwt_secret
        from conteur.use_cases.store.check_start import check_database_url

        checks = {DATABASE_SECRET: check_database_url, TOKEN_SECRET: check_jwt_secret}
        source, process = SecretSource(self._secrets(), name, LATEST), self._process
        return KeptSecret(
            source, process.clock, process.meter, check=checks.get(name, lambda _: ())
        )

    def _make_pool(self, size: int) -> "PostgresPool":
        from conteur.adapters.postgres.pool import PostgresPool

        url, clock = self.database_url(), self._process.clock
        return PostgresPool(url, clock, size=size, waiting=self._settings.waiting)

    def _database(self) -> "PostgresDatabase":
        from conteur.adapters.postgres.database import PostgresDatabase

        return PostgresDatabase(self._pool())

    def _transactions(self) -> "Transactions":
        from conteur.use_cases.store.transactions import Transactions

        process = self._process
        return Transactions(
            self.database(),
            self._settings.retry,
            process.clock,
            process.meter,
            random.random,
            time.sleep,
        )

    def _tokens(self) -> "AuthorTokens":
        from conteur.adapters.author_tokens import AuthorTokens

        settings, firebase = self._settings, self._clients.tokens
        return AuthorTokens(firebase, self.token_keys(), settings.jwt_issuer, settings.jwt_audience)

    def _limiter(self) -> "RateLimiter":
        if self._settings.redis_url:
            return self._redis()
        from conteur.adapters.local_limits import FixedWindows, LocalLimits

        return LocalLimits(FixedWindows(self._settings.rate), self._process.meter)

    def _redis_limits(self) -> "RedisLimits":
        from conteur.adapters.local_limits import FixedWindows
        from conteur.adapters.redis_limits import RedisLimits

        settings, process = self._settings, self._process
        windows = FixedWindows(settings.rate)
        return RedisLimits(settings.redis_url, windows, process.clock, process.meter)

    def _deliver_mail(self) -> "DeliverMail":
        from conteur.adapters.postgres.outbox import PostgresOutbox
        from conteur.use_cases.store.deliver_mail import DeliverMail

        outbox = PostgresOutbox(self._make_pool(TENDING_CONNECTIONS))
        return DeliverMail(outbox, self._mailer(), self._process.clock, self._process.meter)

    def _mailer(self) -> "SmtpMailer | None":
        smtp = self._settings.smtp
        if smtp is None:
            return None
        from conteur.adapters.smtp_mailer import MailServer, SmtpMailer

        password = self._smtp_password().get if smtp.user else None
        server = MailServer(smtp.host, smtp.port, smtp.security, smtp.sender, smtp.user, password)
        return SmtpMailer(server, self._process.clock)

    def _check_health(self) -> "CheckHealth":
        from conteur.adapters.postgres.probe import PostgresProbe
        from conteur.use_cases.check_health import CheckHealth

        clock = self._process.clock
        probes: list[Probe] = [PostgresProbe(self.database, clock)]
        if self._settings.redis_url:
            from conteur.adapters.redis_limits import RedisProbe

            probes.append(RedisProbe(self._redis))
        return CheckHealth(probes, clock)
