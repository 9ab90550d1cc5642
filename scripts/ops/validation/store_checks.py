"""The store: the synthetic shop is published, once however often that is asked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from scripts.ops.validation.answers import Reply, check_kept_out, refusal
from scripts.ops.validation.desk import PUBLISH, Desk
from scripts.ops.validation.endpoints import STORE
from scripts.ops.validation.errors import FoundError

AT_ONCE = 10
"""As many as the guide sends at once."""
PUBLISHED = "publish"
_MEND = "docs/procedures/store-errors.md"
_DONE = 200


def at_once(desk: Desk) -> str:
    """Publish many times at once: whoever is first does it, the others are told so."""
    replies = publish_at_once(desk)
    fresh = judged(replies)
    how = "one of them published" if fresh else "it was public before, and nothing was done"
    return f"{len(replies)} answers alike: {how}"


def publish_at_once(desk: Desk) -> Sequence[Reply]:
    """Return the answers to AT_ONCE publications at once. Raises CheckError without a store."""
    desk.author()  # so that no thread has to find out that there is none
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: desk.publish(), range(AT_ONCE)))


def judged(replies: Sequence[Reply]) -> int:
    """Return how many have published. Raises FoundError for more than one, or two publications."""
    for each in replies:
        _check(each)
    fresh = sum(each.body.get("alreadyPublished") is False for each in replies)
    moments = {each.body.get("publishedAt") for each in replies}
    if fresh > 1 or len(moments) != 1:
        raise FoundError(f"published {max(fresh, len(moments))} times at once", _MEND)
    return fresh


def again(desk: Desk) -> str:
    """Publish what is public."""
    reply = desk.publish()
    _check(reply)
    desk.seen.ids[PUBLISHED] = str(reply.body.get("correlationId", ""))
    if reply.body.get("alreadyPublished") is not True:
        raise FoundError("it is published anew each time", _MEND)
    return f"public, and said to be so already, in {reply.seconds:.1f} s"


def refused(desk: Desk) -> str:
    """Publish without a token."""
    desk.author()
    url = f"{desk.endpoints[STORE].url}{PUBLISH}"
    reply = desk.caller.post(url, {"confirmPublish": True}, {})
    check_kept_out(reply, "Turn the store off (scripts/config set ... store.enabled=false)")
    return f"{reply.status}"


def _check(reply: Reply) -> None:
    if reply.status != _DONE:
        raise FoundError(refusal(reply), _MEND)
