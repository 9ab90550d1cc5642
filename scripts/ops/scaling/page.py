"""The tables' places in docs/scaling.md."""

import re
from collections.abc import Mapping

_MARKED = re.compile(r"(<!-- begin of (\w+): [^>]*-->\n).*?(<!-- end of \2 -->)", re.DOTALL)


def with_tables(text: str, tables: Mapping[str, str]) -> str:
    """Return `text` with each table between the marks of its name.

    Raises ValueError where a table has no marks, or marks have no table.
    """
    marked = {name for _, name, _ in _MARKED.findall(text)}
    if odd := sorted(marked ^ set(tables)):
        raise ValueError(f"marks and tables do not agree: {', '.join(odd)}")
    return _MARKED.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", text)
