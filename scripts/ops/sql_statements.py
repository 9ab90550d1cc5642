"""SQL texts, cut into statements without running them."""

import re

# What a semicolon does not end a statement in; first of all, what is left out of it.
_PARTS = re.compile(
    r"""
    (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<dollar> \$(?P<tag>[A-Za-z_]\w*|)\$ .*? \$(?P=tag)\$ )
    | (?P<escaped> \b[eE]'(?:[^'\\]|''|\\.)*' )
    | (?P<quoted> '(?:[^']|'')*' | "(?:[^"]|"")*" )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)


def statements(sql: str) -> list[str]:
    """Return the statements of a text in their order, without comments and semicolons."""
    found, current, at = [], "", 0
    for part in _PARTS.finditer(sql):
        current += sql[at : part.start()]
        at = part.end()
        if part["end"]:
            found.append(current.strip())
            current = ""
        else:
            current += " " if part["comment"] else part[0]
    found.append((current + sql[at:]).strip())
    return [statement for statement in found if statement]


def without_texts(statement: str) -> str:
    """Return a statement in one line, with its quoted texts emptied and names unquoted."""
    return " ".join(_PARTS.sub(_emptied, statement).split())


def _emptied(part: re.Match[str]) -> str:
    text = part[0]
    if part["comment"]:
        return " "
    return text[1:-1] if text.startswith('"') else "''" if not part["end"] else ";"
