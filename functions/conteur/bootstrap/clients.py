"""The adapters, each over one client of an outside system."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from conteur.bootstrap.lazy import Lazy
from conteur.bootstrap.process import Process
from conteur.settings import AppCheckMode

if TYPE_CHECKING:
    from conteur.adapters.api_key import ApiKey
    from conteur.adapters.app_check_consumer import AppCheckConsumer
    from conteur.adapters.firestore_client import ReconnectingClient
    from conteur.adapters.firestore_library import FirestoreLibrary
    from conteur.adapters.openai_api.model import OpenAIModel
    from conteur.use_cases.guard_ports import Accounts, KnobSource, Networks
    from conteur.use_cases.ports import Budgets, Leases, Outbox, Stories, Tokens


class Clients:
    """What reaches out of the process."""

    def __init__(self, process: Process) -> None:
        self._settings = process.settings
        self._clock = process.clock
        self._meter = process.meter
        self.tokens = Lazy(self._tokens)
        self.api_key = Lazy(self._api_key)
        self.firestore = Lazy(self._firestore)
        self.models = Lazy(self._models)
        self.stories = Lazy(self._stories)
        self.library = Lazy(self._library)

    def leases(self) -> "Leases":
        """Return the leases of all stories."""
        from conteur.adapters.firestore_leases import FirestoreLeases

        return FirestoreLeases(self.firestore())

    def budgets(self) -> "Budgets":
        """Return the counters of what all stories cost."""
        from conteur.adapters.firestore_budgets import FirestoreBudgets

        return FirestoreBudgets(self.firestore())

    def knobs(self) -> "KnobSource":
        """Return where the operator's knobs are kept."""
        from conteur.adapters.firestore_config import FirestoreConfig

        return FirestoreConfig(self.firestore())

    def networks(self) -> "Networks":
        """Return the counters of networks."""
        from conteur.adapters.firestore_networks import FirestoreNetworks

        return FirestoreNetworks(self.firestore())

    def accounts(self) -> "Accounts":
        """Return what is known of users' accounts."""
        from conteur.adapters.firebase_accounts import FirebaseAccounts

        settings = self._settings
        endpoint = settings.endpoints.identity
        return FirebaseAccounts(settings.project, self.firestore(), self._clock, endpoint)

    def outbox(self) -> "Outbox":
        """Return what takes stories that could not be stored."""
        from conteur.adapters.task_outbox import TaskOutbox

        return TaskOutbox(self._settings.project, self._settings.region)

    def _stories(self) -> "Stories":
        from conteur.adapters.firestore_stories import FirestoreStories

        return FirestoreStories(self.firestore(), self._settings.retention)

    def _library(self) -> "FirestoreLibrary":
        from conteur.adapters.firestore_library import FirestoreLibrary

        return FirestoreLibrary(self.firestore())

    def _firestore(self) -> "ReconnectingClient":
        from conteur.adapters.firestore_client import ReconnectingClient

        return ReconnectingClient(project=self._settings.project)

    def _models(self) -> Sequence["OpenAIModel"]:
        """Return the models that may be asked: those with a price, the usual ones first."""
        from conteur.adapters.openai_api.bounds import ModelLimits
        from conteur.adapters.openai_api.client import connect_models

        model = self._settings.model
        limits = ModelLimits(model.connect_seconds, model.first_token_seconds, model.idle_seconds)
        names = dict.fromkeys((*model.names, *model.prices.prices))
        return connect_models(tuple(names), model.base_url, self.api_key(), self._clock, limits)

    def _api_key(self) -> "ApiKey":
        from conteur.adapters.api_key import ApiKey
        from conteur.adapters.kept_secret import SecretSource
        from conteur.adapters.secret_manager import SecretManager

        store = SecretManager(self._settings.project, self._settings.endpoints.secret_manager)
        model = self._settings.model
        source = SecretSource(store, model.secret_name, model.secret_version)
        return ApiKey(source, self._clock, self._meter)

    def _tokens(self) -> "Tokens":
        from conteur.adapters.firebase_tokens import FirebaseTokens

        endpoints = self._settings.endpoints
        return FirebaseTokens(
            self._settings.project,
            certs_url=endpoints.id_token_certs_url,
            jwks_url=endpoints.app_check_jwks_url,
            consumer=self._app_check_consumer(),
        )

    def _app_check_consumer(self) -> "AppCheckConsumer | None":
        if self._settings.access.app_check is not AppCheckMode.CONSUMED:
            return None
        from conteur.adapters.app_check_consumer import AppCheckConsumer

        return AppCheckConsumer(self._settings.project, self._settings.endpoints.app_check)
