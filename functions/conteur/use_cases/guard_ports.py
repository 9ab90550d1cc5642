"""What the guards need of the outside, as Protocols; ports.py has what stories need."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from conteur.domain.account import Account
from conteur.domain.deadline import Deadline
from conteur.domain.moderation import Verdict


class KnobSource(Protocol):
    """Where the operator's knobs are kept."""

    def read(self, timeout: float) -> Mapping[str, object]:
        """Return the knobs as they were written; empty where nobody has turned one.

        Raises DeadlineError with phase admission.
        """


class Accounts(Protocol):
    """What is known of users' accounts."""

    def look_up(self, uid: str, timeout: float) -> Account:
        """Return the account as it stands. Raises AuthUnavailableError or DeadlineError."""


class Networks(Protocol):
    """The counters of stories by the network that asked for them."""

    def salt(self, day: str, timeout: float) -> bytes:
        """Return the day's salt, the same for all instances; it is deleted with the counters.

        Raises DeadlineError with phase admission.
        """

    def add(self, day: str, network: str, stories: int, timeout: float) -> int:
        """Count `stories` (0 to ask only) and return all that the network had that day.

        Raises DeadlineError with phase admission.
        """


class Moderator(Protocol):
    """Somebody who knows what is harmful."""

    def judge(self, texts: Sequence[str], deadline: Deadline) -> Sequence[Verdict]:
        """Return a verdict on each text, in their order.

        Raises ModerationUnavailableError where there is none by `deadline`.
        """
