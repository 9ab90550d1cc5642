"""What always holds: of the store and the counters, and of what the callers were told."""

from collections import Counter
from collections.abc import Iterator

from conteur.domain.charge import Charge
from conteur.domain.quota import Standing
from conteur.domain.story import KeptStory, State
from conteur.errors import ConteurError, InProgressError, StoryInterruptedError
from conteur.use_cases.orders import Keeping, ToldStory
from tests.fake_store import Shard
from tests.properties.calls import Call, Key
from tests.properties.gated_world import BUG
from tests.properties.instance import QUOTA
from tests.properties.stage import Stage
from tests.properties.strands import Killed


class Promises:
    """Checks the stage after each step, against what it was after the one before."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._store = stage.store
        self._before: dict[Key, KeptStory] = {}

    def check(self) -> None:
        assert not self._stage.problems, self._stage.problems
        self._check_users()
        self._check_shards()
        self._check_limits()
        for key in {*self._before, *self._store.kept}:
            self._check_change(self._before.get(key), self._store.kept.get(key))
        for call in self._stage.calls:
            self._check_call(call)
        self._before = dict(self._store.kept)

    def check_end(self) -> None:
        """Hold what is true once nobody is under way, all is swept and all is delivered."""
        left = [kept for kept in self._store.kept.values() if kept.state is State.PROCESSING]
        assert left == [], "a story is told for ever"
        assert all(not standing.running for standing in self._store.standings.values())
        for shard in self._store.shards.values():
            assert shard.reserved == shard.settled + shard.given_back
        for call in self._stage.calls:
            if _keeping(call) is Keeping.QUEUED:
                assert self._store.kept[call.key].state is State.COMPLETED, "a queued story is lost"

    def _check_users(self) -> None:
        expected: dict[tuple[str, str], Standing] = {}
        for kept, charge in self._charged():
            had = expected.get((kept.uid, charge.day), Standing())
            runs = kept.state is State.PROCESSING
            expected[kept.uid, charge.day] = Standing(had.stories + 1, had.running + runs)
        for key in {*expected, *self._store.standings}:
            counted = self._store.standings.get(key, Standing())
            assert counted == expected.get(key, Standing()), f"a quota is wrong: {key}"

    def _check_shards(self) -> None:
        held: Counter[tuple[str, int]] = Counter()
        settled: Counter[tuple[str, int]] = Counter()
        for kept, charge in self._charged():
            if kept.finished:
                settled[charge.day, charge.shard] += kept.finished.cost_micros
            else:
                held[charge.day, charge.shard] += charge.micros
        for key in {*self._store.shards, *held, *settled}:
            shard = self._store.shards.get(key, Shard())
            assert shard.settled == settled[key], f"settled is not what stories cost: {key}"
            left = shard.reserved - shard.settled - shard.given_back
            assert left == held[key], f"reserved is not what is held: {key}"

    def _charged(self) -> Iterator[tuple[KeptStory, Charge]]:
        for kept in self._store.kept.values():
            if kept.charge and kept.state is not State.FAILED:
                yield kept, kept.charge

    def _check_limits(self) -> None:
        """Hold the limits of the stories that were let in, by the day that they are charged to.

        A story that was given back and then completed late is paid for, and is kept above them.
        """
        stories: Counter[tuple[str, str]] = Counter()
        running: Counter[tuple[str, str]] = Counter()
        for kept, charge in self._charged():
            call = self._stage.call_of(kept.holder)
            if call and call.admitted and call.key not in self._stage.charged_late:
                stories[kept.uid, charge.day] += 1
                running[kept.uid, charge.day] += kept.state is State.PROCESSING
                limits = QUOTA.limits(call.tier)
                assert stories[kept.uid, charge.day] <= limits.stories_a_day, "too many stories"
                assert running[kept.uid, charge.day] <= limits.at_once, "too many at once"

    def _check_change(self, before: KeptStory | None, after: KeptStory | None) -> None:
        if after is not None:
            self._check_text(after)
        if before is None or before == after:
            return
        call = self._stage.call_of(before.holder)
        assert call
        if after is None:
            assert before.state is State.PROCESSING, "a story that had ended is gone"
            assert not call.admitted, "a story that is told is gone"
            return
        assert before.state is not State.COMPLETED, "a completed story has changed"
        if before.state is State.PROCESSING and before.lease_until > self._stage.clock.now():
            self._check_lease(call, before, after)

    def _check_lease(self, call: Call, before: KeptStory, after: KeptStory) -> None:
        """Hold that nobody but its holder writes to a story whose lease is alive."""
        assert after.holder == before.holder, "a lease that is alive was taken over"
        if after.finished:
            assert after.finished.story.text in call.texts, "another's story was put in"
        if after.failure and call.admitted:
            interrupted = after.failure.reason == StoryInterruptedError.reason
            assert not interrupted, "a lease that is alive was swept"

    def _check_text(self, kept: KeptStory) -> None:
        """Hold that a document's text was told for it, by its holder or by one before."""
        told = [call for call in self._stage.calls if call.key == (kept.uid, kept.story_id)]
        told = [call for call in told if call.fingerprint == kept.fingerprint]
        assert any(kept.released in call.texts for call in told), "a text is nobody's"
        if kept.finished:
            assert kept.released == kept.finished.story.text

    def _check_call(self, call: Call) -> None:
        kept = self._store.kept.get(call.key)
        call.saw_document |= kept is not None and not call.ended
        if call.asked or call.text:
            assert call.admitted or _is_replayed(call), "a story was told that was not let in"
        if call.admitted:
            assert kept, "a story is told without a document"
            assert kept.fingerprint == call.fingerprint, "a story is told under another's id"
        if call.ended:
            self._check_answer(call, kept)

    def _check_answer(self, call: Call, kept: KeptStory | None) -> None:
        assert call.strand
        answer, error = call.strand.result, call.strand.error
        if isinstance(error, InProgressError):
            assert call.saw_document, "IN_PROGRESS without a document"
        elif isinstance(answer, ToldStory):
            self._check_told(call, answer, kept)
        else:
            foreseen = isinstance(error, ConteurError | Killed)
            assert foreseen or str(error) == BUG, repr(error)

    def _check_told(self, call: Call, answer: ToldStory, kept: KeptStory | None) -> None:
        assert answer.story.story.text == call.text, "the answer is not what was heard"
        if answer.keeping is Keeping.KEPT:
            assert kept, "a kept story is not there"
            assert kept.finished, "a kept story is not completed"
            assert kept.finished.story == answer.story.story, "another story is kept"
            assert kept.fingerprint == call.fingerprint, "another request's story was told"
        if answer.keeping is Keeping.QUEUED:
            assert (answer.story_id, call.holder) in self._stage.outbox.unsaved


def _keeping(call: Call) -> Keeping | None:
    answer = call.strand.result if call.strand else None
    return answer.keeping if isinstance(answer, ToldStory) else None


def _is_replayed(call: Call) -> bool:
    answer = call.strand.result if call.strand else None
    return isinstance(answer, ToldStory) and answer.replayed
