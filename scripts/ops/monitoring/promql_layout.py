"""Long PromQL broken into lines, for people; only white space is added."""

from collections.abc import Sequence

WIDTH = 100
_INDENT = "  "
_OPERATORS = (" or ", " and ", " unless ", " >= ", " > ", " < ", " + ", " - ", " * ", " / ")
"""Those that the signals use, from the loosest to the tightest; `< bool` is `<` here."""


def laid_out(expression: str, width: int = WIDTH) -> str:
    """Return the expression in lines that are not longer than `width`, where it can be broken."""
    return "\n".join(_lines(expression, width))


def _lines(text: str, width: int) -> Sequence[str]:
    if len(text) <= width:
        return (text,)
    for operator in _OPERATORS:
        parts = _split(text, operator)
        if len(parts) > 1:
            first, *others = (_lines(part, width) for part in parts)
            return (*first, *(line for part in others for line in _led(operator[1:], part)))
    body, subquery = _apart(text)
    opened = _last_opened(body)
    if opened is None:
        return (text,)
    inner = _lines(body[opened + 1 : -1], width - len(_INDENT))
    return (body[: opened + 1], *(_INDENT + line for line in inner), ")" + subquery)


def _apart(text: str) -> tuple[str, str]:
    """Return the text without a subquery's range, and the range with its brackets."""
    body, bracket, rest = text.rpartition("[")
    return (body, bracket + rest) if body.endswith(")") and text.endswith("]") else (text, "")


def _led(operator: str, lines: Sequence[str]) -> Sequence[str]:
    first, *others = lines
    return (operator + first, *others)


def _split(text: str, operator: str) -> Sequence[str]:
    """Return what stands between the operators that no parenthesis or brace holds."""
    parts, begin, depth = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "({[") - (character in ")}]")
        if depth == 0 and text.startswith(operator, place):
            parts.append(text[begin:place])
            begin = place + len(operator)
    return (*parts, text[begin:])


def _last_opened(text: str) -> int | None:
    """Return where the parenthesis opens that closes at the text's end; None where none does."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] in ")}]") - (text[place] in "({[")
        if depth == 0:
            return place if text[place] == "(" and place < len(text) - 1 else None
    return None
