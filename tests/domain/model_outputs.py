"""What models write when they are asked for a story, and the story in it."""

from typing import NamedTuple


class Output(NamedTuple):
    """A model's whole answer, and the title and text that a reader should get."""

    name: str
    raw: str
    title: str
    text: str
    language: str = "en"


OUTPUTS = [
    Output(
        "as asked",
        "Nib and the Dark\n\nNib the fox hid when the sun went down.\n\nThen he saw the stars.",
        "Nib and the Dark",
        "Nib the fox hid when the sun went down.\n\nThen he saw the stars.",
    ),
    Output(
        "markdown heading",
        "# Nib and the Dark\n\nNib hid. *Why?* asked the owl.\n",
        "Nib and the Dark",
        "Nib hid. *Why?* asked the owl.",
    ),
    Output(
        "bold title, Windows line ends",
        "**Nib and the Dark**\r\n\r\nNib hid.\r\n\r\nThe owl came.\r\n",
        "Nib and the Dark",
        "Nib hid.\n\nThe owl came.",
    ),
    Output(
        "label and quotation marks",
        'Title: "Nib and the Dark"\n\nNib hid under the moss.',
        "Nib and the Dark",
        "Nib hid under the moss.",
    ),
    Output(
        "French label",
        "**Titre :** Nib et la nuit\n\nNib se cacha sous la mousse.\n\n**FIN**",
        "Nib et la nuit",
        "Nib se cacha sous la mousse.",
        "fr",
    ),
    Output(
        "preamble",
        "Here is a story about a fox who is afraid of the dark:\n\nNib and the Dark\n\nNib hid.",
        "Nib and the Dark",
        "Nib hid.",
    ),
    Output(
        "polite answer, rules around the story",
        "Sure! Here's a bedtime story for you.\n\n---\n\n### Nib's Night\n\nNib hid.\n\n---\n",
        "Nib's Night",
        "Nib hid.",
    ),
    Output(
        "French preamble and guillemets",
        "Voici une histoire pour les enfants :\n\n« Nib et la nuit »\n\n— Qui est là ? dit Nib.\n",
        "Nib et la nuit",
        "— Qui est là ? dit Nib.",
        "fr",
    ),
    Output(
        "code fence",
        "```\nNib and the Dark\n\nNib hid.\n```\nI hope you like it!",
        "Nib and the Dark",
        "Nib hid.",
    ),
    Output(
        "thoughts first",
        "<think>\nThe user wants a fox.\n\nTitle: maybe Nib?\n</think>\n\nNib's Night\n\nNib hid.",
        "Nib's Night",
        "Nib hid.",
    ),
    Output(
        "fenced JSON with paragraphs",
        '```json\n{\n  "title": "Nib\'s Night",\n  "paragraphs": [\n    "Nib hid.",\n'
        '    "The owl \\u2014 came."\n  ]\n}\n```',
        "Nib's Night",
        "Nib hid.\n\nThe owl — came.",
    ),
    Output(
        "bare JSON, cut off",
        '{"title": "Nib\'s Night", "story": "Nib hid.\\n\\nThe owl ca',
        "Nib's Night",
        "Nib hid.\n\nThe owl ca",
    ),
    Output(
        "no title",
        "Once upon a time, in a wood behind the last house of the village, there lived a small fox "
        "called Nib who was afraid of the dark.\n\nEvery evening he hid.",
        "Once upon a time, in a wood behind the last house of the…",
        "Once upon a time, in a wood behind the last house of the village, there lived a small fox "
        "called Nib who was afraid of the dark.\n\nEvery evening he hid.",
    ),
    Output(
        "no title, short first paragraph",
        "It was night.\n\nNib hid.",
        "It was night",
        "It was night.\n\nNib hid.",
    ),
    Output(
        "no title, starts with dialogue",
        "“Who is there?” asked Nib.\nNobody answered.",
        "Who is there",
        "“Who is there?” asked Nib.\nNobody answered.",
    ),
    Output(
        "title repeated over the story",
        "Nib and the Dark\n\n**Nib and the Dark**\n\nNib and the dark were no friends.",
        "Nib and the Dark",
        "Nib and the dark were no friends.",
    ),
    Output(
        "labels over both",
        "Title:\nNib and the Dark\n\nStory:\nNib hid.",
        "Nib and the Dark",
        "Nib hid.",
    ),
    Output(
        "the end and a moral",
        "Nib's Night\n\nNib slept.\n\n* * *\n\nThe End.\n\n**Moral:** Do not fear the dark.",
        "Nib's Night",
        "Nib slept.",
    ),
    Output(
        "moral of the story and a word count",
        "Nib's Night\n\nNib slept.\n\n(Word count: 402)\n\nMoral of the story: be brave.",
        "Nib's Night",
        "Nib slept.",
    ),
    Output(
        "a separator inside the story stays",
        "Nib's Night\n\nNib slept.\n\n***\n\nIn the morning he woke.\n\n***\n",
        "Nib's Night",
        "Nib slept.\n\n***\n\nIn the morning he woke.",
    ),
    Output(
        "chapters",
        "# Nib's Nights\n\n## The first night\n\nNib hid.\n\n## The second night\n\nNib slept.",
        "Nib's Nights",
        "The first night\n\nNib hid.\n\nThe second night\n\nNib slept.",
    ),
    Output(
        "too much white space",
        "\n\n  Nib's Night  \n\n\n\n   Nib hid.   \n\n\n\n\nThe owl  came. \n\n",
        "Nib's Night",
        "Nib hid.\n\nThe owl came.",
    ),
    Output(
        "Japanese",
        "「きつねの夜」\n\n　きつねは夜がこわい。\n\n　ふくろうが来た。\n\nおわり",
        "きつねの夜",
        "きつねは夜がこわい。\n\n　ふくろうが来た。",
        "ja",
    ),
    Output(
        "Chinese label",
        "标题：《怕黑的狐狸》\n\n尼布躲了起来。\n\n“你怕什么？”猫头鹰问。\n\n（完）",
        "怕黑的狐狸",
        "尼布躲了起来。\n\n“你怕什么？”猫头鹰问。",
        "zh",
    ),
    Output(
        "words that only look like an end",
        "Nib's Night\n\nThe end of the path was dark.\n\nMoral courage he had none.\n\nThe endless "
        "dark!",
        "Nib's Night",
        "The end of the path was dark.\n\nMoral courage he had none.\n\nThe endless dark!",
    ),
    Output(
        "braces that are no JSON",
        "{Nib's Night}\n\nNib hid.",
        "{Nib's Night}",
        "Nib hid.",
    ),
    Output(
        "broken characters",
        "Nib\x00's Night\n\nNib hid \ud83e\udd8a and \ud83d cried.",
        "Nib's Night",
        "Nib hid \N{FOX FACE} and \ufffd cried.",
    ),
    Output("a title and nothing else", "Nib's Night\n\n", "Nib's Night", ""),
    Output("only thoughts", "<think>A fox? No.", "", ""),
    Output("nothing", " \n\n", "", ""),
]
