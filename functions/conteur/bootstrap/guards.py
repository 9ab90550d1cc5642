"""What guards the service: the operator's knobs, accounts, networks and moderation."""

import secrets
from typing import TYPE_CHECKING

from conteur.bootstrap.clients import Clients
from conteur.bootstrap.lazy import Lazy
from conteur.bootstrap.process import Process

if TYPE_CHECKING:
    from conteur.adapters.openai_api.moderation import OpenAIModerator
    from conteur.domain.prompt_shelf import PromptShelf
    from conteur.use_cases.check_account import CheckAccount
    from conteur.use_cases.knobs_watch import KnobsWatch
    from conteur.use_cases.moderation import Moderation
    from conteur.use_cases.network_watch import NetworkWatch

LOOK_UPS_AT_ONCE = 4


class Guards:
    """The guards that stories and users' other calls share."""

    def __init__(self, process: Process, clients: Clients) -> None:
        self._process = process
        self._clients = clients
        self.prompts = Lazy(self._prompts)
        self.knobs = Lazy(self._knobs)
        self.check_account = Lazy(self._check_account)
        self.moderator = Lazy(self._moderator)

    def networks(self) -> "NetworkWatch":
        """Return what counts stories by network."""
        from conteur.adapters.background import BackgroundThreads
        from conteur.use_cases.network_watch import NetworkWatch

        process = self._process
        networks, background = self._clients.networks(), BackgroundThreads(2)
        watch = NetworkWatch(networks, process.clock, background, process.meter)
        process.memory.add_cache(watch.drop)
        return watch

    def moderation(self) -> "Moderation":
        """Return what moderates prompts and stories."""
        from conteur.use_cases.moderation import Moderation

        return Moderation(self.moderator, self._process.clock, self._process.meter)

    def _prompts(self) -> "PromptShelf":
        from conteur.adapters.prompt_files import load_prompt_shelf

        watermark = secrets.token_hex(8)
        return load_prompt_shelf(self._process.settings.prompt_version, watermark)

    def _knobs(self) -> "KnobsWatch":
        from conteur.adapters.background import BackgroundThreads
        from conteur.domain.knob_values import KnobRules
        from conteur.use_cases.knobs_watch import KnobsWatch

        process, settings = self._process, self._process.settings
        rules = KnobRules(settings.knobs, settings.model.prices.prices, self.prompts().books)
        return KnobsWatch(
            self._clients.knobs(), rules, process.clock, BackgroundThreads(1), process.meter
        )

    def _moderator(self) -> "OpenAIModerator":
        from conteur.adapters.openai_api.moderation import connect_moderator

        settings, clock = self._process.settings.moderation, self._process.clock
        model, key = self._clients.models()[0], self._clients.api_key()
        return connect_moderator(
            settings.model, settings.base_url, model, key, clock, settings.seconds
        )

    def _check_account(self) -> "CheckAccount":
        from conteur.adapters.background import BackgroundThreads
        from conteur.settings import AccountLookup
        from conteur.use_cases.check_account import CheckAccount

        process, access = self._process, self._process.settings.access
        check = CheckAccount(
            self._clients.accounts() if access.accounts is AccountLookup.ON else None,
            access.new_account_hours,
            process.clock,
            BackgroundThreads(LOOK_UPS_AT_ONCE),
            process.meter,
        )
        process.memory.add_cache(check.drop)
        return check
