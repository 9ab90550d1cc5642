from scripts.ops.scaling.timeline import Timeline


def test_actions_run_in_the_order_of_time() -> None:
    """What is due first runs first, whenever it was added, and sees its own moment."""
    timeline, seen = Timeline(), list[tuple[str, float]]()
    timeline.at(2.0, lambda: seen.append(("late", timeline.now)))
    timeline.at(1.0, lambda: timeline.after(0.5, lambda: seen.append(("added", timeline.now))))
    timeline.run()
    assert seen == [("added", 1.5), ("late", 2.0)]


def test_equal_moments_keep_their_order() -> None:
    """Two actions of one moment run in the order in which they were added."""
    timeline, seen = Timeline(), list[int]()
    for number in range(5):
        timeline.at(1.0, lambda number=number: seen.append(number))  # type: ignore[misc]
    timeline.run()
    assert seen == [0, 1, 2, 3, 4]
