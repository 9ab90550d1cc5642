"""What became of a request to publish."""

from dataclasses import dataclass

from conteur.domain.store.author import Store
from conteur.domain.store.onboarding import Requirements


@dataclass(frozen=True, slots=True)
class Published:
    """The store is public: since now, or `already` before."""

    store: Store
    already: bool


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The store is private: since now, or `already` before."""

    store: Store
    already: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """The gate is closed: `requirements.currently_due` is not empty."""

    store: Store
    requirements: Requirements
