"""What is sent to the model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Prompt:
    """The instructions and the input, the most tokens to write, and the templates' version.

    `watermark` stands in the instructions, and in no story.
    """

    instructions: str
    input: str
    max_output_tokens: int
    version: str
    watermark: str = ""
