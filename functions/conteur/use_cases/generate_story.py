"""Generate a story: admit the order, have it written, keep it."""

from dataclasses import dataclass

from conteur.domain.languages import primary_tag
from conteur.domain.story import FinishedStory
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import QUALITY_FLAGS
from conteur.telemetry.registry import FIRST_TOKEN_SECONDS, GENERATION_SECONDS, STORY_WORDS
from conteur.use_cases.admit_story import AdmitStory, Admitted
from conteur.use_cases.custody import Custody
from conteur.use_cases.leased_story import LeasedStory
from conteur.use_cases.network_watch import NetworkWatch
from conteur.use_cases.orders import Keeping, Listener, StoryOrder, ToldStory
from conteur.use_cases.ports import Clock, Load
from conteur.use_cases.strain import Strain
from conteur.use_cases.write_story import WriteStory


@dataclass(frozen=True, slots=True)
class GenerateStory:
    """The use case, made of two others and the ports it needs."""

    admit: AdmitStory
    networks: NetworkWatch
    write: WriteStory
    custody: Custody
    clock: Clock
    load: Load
    meter: Aggregate

    def __call__(self, order: StoryOrder, listener: Listener) -> ToldStory:
        """Tell `order`'s story to `listener`. Raises what admitting and writing raise."""
        strain = Strain(self.load, self.clock, order.wish.queued)
        with strain.explaining():
            admitted = self._admit(order)
        if isinstance(admitted, ToldStory):
            listener.started(admitted.story_id)
            listener.heard(admitted.story.story.text)
            return admitted
        with self.admit.door.telling(order.uid, admitted.lease.story_id, order.limits):
            return self._tell(order, admitted, listener, strain)

    def _admit(self, order: StoryOrder) -> Admitted | ToldStory:
        """Admit a new story unless something speaks against it; one that is kept is replayed."""
        address, limit = order.wish.address, order.knobs.network_stories_a_day
        refusal = order.refusal or self.networks.refusal(address, limit)
        if refusal is not None:
            told = self.admit.settled(order)
            if told is None:
                raise refusal
            return told
        admitted = self.admit(order)
        if isinstance(admitted, Admitted) and limit:
            self.networks.count(address)
        return admitted

    def _tell(
        self, order: StoryOrder, admitted: Admitted, listener: Listener, strain: Strain
    ) -> ToldStory:
        lease = admitted.lease
        with LeasedStory(lease, listener, order.deadline, self.custody) as leased:
            listener.started(lease.story_id)
            story = self.write(order, leased.writing_deadline, leased, strain)
            keeping = leased.keep(story)
        self._measure(story)
        _report(story, keeping)
        return ToldStory(lease.story_id, story, admitted.allowance, keeping=keeping)

    def _measure(self, story: FinishedStory) -> None:
        language = primary_tag(story.story.language)
        self.meter.observe(STORY_WORDS, story.story.words, language=language)
        self.meter.observe(FIRST_TOKEN_SECONDS, story.first_token_ms / 1000)
        self.meter.observe(GENERATION_SECONDS, story.total_ms / 1000)
        for flag in story.quality.flags:
            self.meter.count(QUALITY_FLAGS, flag=flag)


def _report(story: FinishedStory, keeping: Keeping) -> None:
    flags = {"flags": ",".join(story.quality.flags)} if story.quality.flags else {}
    logs.info(
        "story.completed",
        model=story.model,
        words=story.story.words,
        input_tokens=story.usage.input_tokens,
        output_tokens=story.usage.output_tokens,
        cost_micros=story.cost_micros,
        finish=story.finish,
        first_token_ms=story.first_token_ms,
        total_ms=story.total_ms,
        kept=keeping.value,
        **flags,
    )
