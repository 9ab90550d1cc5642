"""What all simulated processes share: time, the store, the outbox, and who is under way."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from conteur.errors import InProgressError
from tests.fake_store import FakeStore
from tests.fakes import FakeClock, FakeOutbox, FakeTimers
from tests.properties.calls import Call, Key
from tests.properties.strands import Strand, Verdict


@dataclass
class Stage:
    """The world outside of the processes, and their strands.

    `landings` are writes whose callers were told that they timed out, and that may still come.
    `charged_late` are stories that were completed on a charge which nobody had admitted.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    store: FakeStore = field(default_factory=FakeStore)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    strands: list[Strand] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    landings: list[Callable[[], object]] = field(default_factory=list)
    charged_late: set[Key] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    check: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.timers = FakeTimers(self.clock)

    def spawn(self, name: str, owner: object, action: Callable[[], object]) -> Strand:
        strand = Strand(f"{name} {len(self.strands)}", owner, action)
        self.strands.append(strand)
        strand.start()
        return strand

    def standing(self) -> list[tuple[Strand, str]]:
        """Return where the strands stand, in an order that every run repeats."""
        return [(strand, key) for strand in self.strands for key in sorted(strand.stops)]

    def step(self, strand: Strand, key: str, verdict: Verdict) -> None:
        strand.step(key, verdict)
        self.check()

    def play(self, strand: Strand, most: int) -> None:
        """Let the strand go on as is the rule, for so many stops or to its end."""
        for _ in range(most):
            if not strand.stops:
                break
            key = min(strand.stops)
            self.step(strand, key, strand.stops[key].choices[0])

    def play_all(self) -> None:
        """Let every strand, and those that they begin, go on to its end."""
        while standing := self.standing():
            self.play(standing[0][0], 1)

    def kill(self, owner: object) -> None:
        for strand in self.strands:
            if strand.owner is owner and not strand.ended:
                strand.kill()
        self.check()

    def land(self, number: int) -> None:
        """Have a write come through whose caller was told that it timed out."""
        with suppress(InProgressError):
            self.landings.pop(number)()
        self.check()

    def call_of(self, holder: str | None) -> Call | None:
        return next((call for call in self.calls if call.holder == holder), None)

    def caller(self, strand: Strand) -> Call | None:
        return next((call for call in self.calls if call.strand is strand), None)
