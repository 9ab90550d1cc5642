"""Where each part of one run of the stack listens."""

from dataclasses import dataclass

from conteur.domain.store.links import store_url
from scripts.local.firebase_project import PROJECT, EmulatorPorts
from scripts.local.ports import HOST
from scripts.local.serving import public_settings

REGION = public_settings()["CONTEUR_REGION"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports of one run, and what can be reached there."""

    emulators: EmulatorPorts
    secret_manager_port: int
    monitoring_port: int
    model_port: int
    postgres_port: int
    page_port: int
    prometheus_port: int

    @classmethod
    def count(cls) -> int:
        """Return how many ports a run needs."""
        return len(EmulatorPorts.__slots__) + 6

    @classmethod
    def on(cls, ports: tuple[int, ...]) -> "Addresses":
        """Return the addresses on these ports, `count()` of them."""
        emulators = len(EmulatorPorts.__slots__)
        return cls(EmulatorPorts(*ports[:emulators]), *ports[emulators:])

    @property
    def auth(self) -> str:
        """The Auth emulator's base URL."""
        return f"http://{HOST}:{self.emulators.auth}"

    @property
    def firestore(self) -> str:
        """The Firestore emulator, as FIRESTORE_EMULATOR_HOST takes it."""
        return f"{HOST}:{self.emulators.firestore}"

    @property
    def tasks(self) -> str:
        """The Cloud Tasks emulator, as CLOUD_TASKS_EMULATOR_HOST takes it."""
        return f"{HOST}:{self.emulators.tasks}"

    @property
    def hosting(self) -> str:
        """The Hosting emulator's base URL."""
        return f"http://{HOST}:{self.emulators.hosting}"

    @property
    def health(self) -> str:
        """The URL of `health` as apps see it, through Hosting."""
        return f"{self.hosting}/health"

    @property
    def publish(self) -> str:
        """The URL that publishes a store, through Hosting."""
        return f"{self.hosting}/api/store/publish"

    def store(self, slug: str) -> str:
        """Return the URL of a published store, through Hosting."""
        return store_url(self.hosting, slug)

    def verification(self, step: str) -> str:
        """Return the URL at which a step's provider says what it has found, through Hosting."""
        return f"{self.hosting}/api/onboarding/{step}/verification"

    @property
    def generate_story(self) -> str:
        """The URL of `generate_story`."""
        return self.function("generate_story")

    def function(self, name: str) -> str:
        """Return the URL of a function."""
        return f"http://{HOST}:{self.emulators.functions}/{PROJECT}/{REGION}/{name}"

    @property
    def secret_manager(self) -> str:
        """The Secret Manager stand-in, as SECRET_MANAGER_ENDPOINT takes it."""
        return f"{HOST}:{self.secret_manager_port}"

    @property
    def monitoring(self) -> str:
        """The Cloud Monitoring stand-in, as MONITORING_ENDPOINT takes it."""
        return f"{HOST}:{self.monitoring_port}"

    @property
    def embedded_model(self) -> str:
        """The embedded model's base URL, where it runs."""
        return f"http://{HOST}:{self.model_port}/v1"

    @property
    def page(self) -> str:
        """The dashboard's page, where it is served."""
        return f"http://{HOST}:{self.page_port}"

    @property
    def prometheus(self) -> str:
        """Prometheus' base URL, where it runs."""
        return f"http://{HOST}:{self.prometheus_port}"
