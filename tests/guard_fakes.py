"""Fakes that implement the guards' ports: exact, in memory, and driven by the test."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from conteur.domain.account import Account
from conteur.errors import ConteurError


@dataclass
class FakeNetworks:
    """Counters of stories by day and network; a call fails with `error` while there is one.

    `on_add` hears of each exchange before it counts.
    """

    error: ConteurError | None = None
    stories: Counter[tuple[str, str]] = field(default_factory=Counter)
    exchanges: list[tuple[str, int]] = field(default_factory=list)
    salts: int = 0
    on_add: Callable[[], None] = lambda: None

    def salt(self, day: str, timeout: float) -> bytes:
        del timeout
        self.salts += 1
        if self.error:
            raise self.error
        return f"salt of {day}".encode()

    def add(self, day: str, network: str, stories: int, timeout: float) -> int:
        del timeout
        self.exchanges.append((network, stories))
        self.on_add()
        if self.error:
            raise self.error
        self.stories[day, network] += stories
        return self.stories[day, network]


@dataclass
class FakeAccounts:
    """Accounts by user, good ones where none is set; `on_look_up` hears of each look-up."""

    accounts: dict[str, Account] = field(default_factory=dict)
    error: ConteurError | None = None
    asked: list[str] = field(default_factory=list)
    on_look_up: Callable[[], None] = lambda: None

    def look_up(self, uid: str, timeout: float) -> Account:
        del timeout
        self.asked.append(uid)
        self.on_look_up()
        if self.error:
            raise self.error
        return self.accounts.get(uid, Account())
