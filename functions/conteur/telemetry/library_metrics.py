"""The metrics of what users do with their stories."""

from conteur.telemetry.metric import Counter

RATE_STORY = "rate_story"

_STARS = ("1", "2", "3", "4", "5")

RATINGS = Counter(
    path="story/ratings",
    unit="1",
    description="Stories that their users rated for the first time, by the stars.",
    labels=("stars",),
    only=RATE_STORY,
    known=tuple((stars,) for stars in _STARS),
)

RATING_CHANGES = Counter(
    path="story/rating_changes",
    unit="1",
    description="Ratings that were changed; the satisfaction is what was given first, and moved.",
    labels=("before", "after"),
    only=RATE_STORY,
    known=tuple((before, after) for before in _STARS for after in _STARS if before != after),
)

STORIES_DELETED = Counter(
    path="story/deleted",
    unit="1",
    description="Stories that users had deleted, by the function that they called.",
    labels=("function",),
    known=(("delete_story",), ("delete_my_data",)),
)
