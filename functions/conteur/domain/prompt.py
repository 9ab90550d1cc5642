"""What is sent to the model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Prompt:
    """The instructions and the input, the most tokens to write, and the templates' version.

    `watermark` stands in the instructions, and in no story. `guarded` has what else no story tells
    of them: the parts that are the same for every story, so that what a story is asked to be,
    which it may say itself, is none of them.
    """

    instructions: str
    input: str
    max_output_tokens: int
    version: str
    watermark: str = ""
    guarded: tuple[str, ...] = ()
