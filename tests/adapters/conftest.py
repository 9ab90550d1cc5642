"""A scripted model's server, models that talk to it, and a store of the test's own."""

import ssl
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import httpx2
import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.clock import SystemClock
from conteur.adapters.kept_secret import SecretSource
from conteur.adapters.openai_api.bounds import ModelLimits
from conteur.adapters.openai_api.chat import ChatDialect
from conteur.adapters.openai_api.dialect import Dialect
from conteur.adapters.openai_api.model import OpenAIModel
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finished, ModelEvent, TextDelta
from conteur.domain.prompt import Prompt
from conteur.errors import ConteurError
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.ports import Clock
from tests.adapters.fake_secrets import FakeSecrets
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.scripted_server import ScriptedServer
from tests.adapters.stored import Store
from tests.adapters.tls import TlsPair
from tests.fakes import FakeCancellation, FakeClock

PROMPT = Prompt("Be kind.", "A shy fox", 100, "v1")
CLOCK = SystemClock()
FOREVER = 30.0
AMPLE = ModelLimits(connect=10, first_token=10, idle=10)


@dataclass
class Teller:
    """Asks a model for one story and keeps what it hears."""

    model: OpenAIModel
    cancellation: FakeCancellation = field(default_factory=FakeCancellation)
    heard: list[ModelEvent] = field(default_factory=list)

    def tell(self, seconds: float = FOREVER) -> Finished:
        for heard in self.story(Deadline(CLOCK.monotonic() + seconds)):
            self.heard.append(heard)
        last = self.heard[-1]
        assert isinstance(last, Finished)
        return last

    def story(self, deadline: Deadline) -> Generator[ModelEvent]:
        return self.model.tell(PROMPT, deadline, self.cancellation, "user-hash")

    @property
    def text(self) -> str:
        return "".join(heard.text for heard in self.heard if isinstance(heard, TextDelta))

    def fails(self, seconds: float = FOREVER) -> ConteurError:
        with pytest.raises(ConteurError) as caught:
            self.tell(seconds)
        return caught.value


class Telling(Protocol):
    """Makes a teller, with limits that no test meets but the one that sets them."""

    def __call__(self, limits: ModelLimits = AMPLE, clock: Clock = CLOCK) -> Teller: ...


@dataclass(frozen=True)
class MakeTeller:
    """Makes tellers that ask the scripted server in any dialect."""

    sdk: OpenAISdk
    key: ApiKey

    def __call__(
        self, dialect: Dialect, limits: ModelLimits = AMPLE, clock: Clock = CLOCK
    ) -> Teller:
        return Teller(OpenAIModel("asked-model", self.sdk, dialect, self.key, clock, limits))


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().serve() as served:
        yield served


@pytest.fixture(scope="session")
def ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsPair:
    return TlsPair.made_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def sdk(server: ScriptedServer, ssl_context: ssl.SSLContext) -> Iterator[OpenAISdk]:
    with closing(OpenAISdk(server.url, ssl_context, CLOCK)) as sdk:
        yield sdk


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def key(secrets: FakeSecrets, clock: FakeClock) -> ApiKey:
    return ApiKey(SecretSource(secrets, "OPENAI_API_KEY", "latest"), clock, Aggregate())


@pytest.fixture
def teller(sdk: OpenAISdk, key: ApiKey) -> MakeTeller:
    return MakeTeller(sdk, key)


@pytest.fixture
def telling(teller: MakeTeller) -> Telling:
    return partial(teller, ChatDialect())


@pytest.fixture
def project() -> str:
    """Return the id of a Firestore project that no other test uses."""
    return new_project()


@pytest.fixture
def store(firestore_host: str, project: str) -> Iterator[Store]:
    with store_at(firestore_host, project) as store:
        yield store
