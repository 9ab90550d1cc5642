"""The deployed functions, by their names."""

import ast
from collections.abc import Sequence
from pathlib import Path


class UnknownFunctionError(Exception):
    """No such function is deployed; the text says which are."""

    exit_code = 2


def function_names(root: Path) -> tuple[str, ...]:
    """Return the names in functions/main.py, without importing it: that would start it."""
    main = ast.parse((root / "functions/main.py").read_text())
    return tuple(each.name for each in main.body if isinstance(each, ast.FunctionDef))


def chosen_functions(root: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Return names as in main.py of names that may be Cloud Run's. Raises UnknownFunctionError."""
    known, chosen = function_names(root), tuple(name.replace("-", "_") for name in names)
    for name, one in zip(names, chosen, strict=True):
        if one not in known:
            raise UnknownFunctionError(
                f"There is no function {name!r}, so nothing was read. There are:\n  "
                + "\n  ".join(known)
            )
    return chosen
