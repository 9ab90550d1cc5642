"""The story that the bench's model tells: its last word says how many words there are."""

from itertools import cycle, islice

TITLE = "The Lamp in the Harbour"
TEXT = (
    "A small fox carried the lamp along the wall while rain fell over the harbour and every boat "
    "knocked softly against the quay. She counted the steps as her grandmother had taught her."
)


def pieces(count: int) -> list[str]:
    """Return `count` pieces as a model sends them: a word and a space each, the first titled."""
    *words, last = [*islice(cycle(TEXT.split()), count - 1), str(count)]
    told = [f"{word} " for word in words] + [f"{last}."]
    return [f"{TITLE}\n\n{told[0]}", *told[1:]]


def is_whole(text: str) -> bool:
    """Tell whether a story, with its title or without, has come to its end with every word."""
    words = text.removeprefix(TITLE).split()
    return words[-1:] == [f"{len(words)}."]
