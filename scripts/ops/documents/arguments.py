"""Asks a command of ours, run as a module, how it reads arguments, and runs nothing else of it.

A process of its own: `python -m scripts.ops.documents.arguments MODULE` reads from its standard
input a JSON array of `{"words": [...], "mention": bool}`, and prints one object: `answers`, for
each what is wrong with it (or null) and the `rest` that the command hands on; `flags`, all that
the command knows. Each of its subcommands that is shown has its `--help` really run.
"""

import argparse
import contextlib
import importlib.util
import io
import json
import re
import runpy
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypedDict, cast

PLACEHOLDER = re.compile(r".*(?:\$|\.\.\.|…|<[^>]+>).*|[A-Z][A-Z0-9_-]*", re.DOTALL)
_HELP = "--help"


class Asked(TypedDict):
    """The words after a command's name; a mention may leave out what is required."""

    words: list[str]
    mention: bool


class Answer(TypedDict):
    """What is wrong with them, and what the command hands on to another one."""

    problem: str | None
    rest: list[str]


class Reading(BaseException):
    """The command has read its arguments, or refuses them; no `except Exception` stops it."""

    def __init__(self, problem: str | None, rest: Sequence[str] = ()) -> None:
        """Say what is wrong, if anything is, and what was left."""
        super().__init__(problem)
        self.answer: Answer = {"problem": problem, "rest": list(rest)}


@dataclass
class Learned:
    """What the parsers of this process have shown, and how deep in each other they are."""

    mention: bool = False
    depth: int = 0
    flags: set[str] = field(default_factory=set)
    tree: dict[str, Any] = field(default_factory=dict)


_learned = Learned()
_parse_known_args = argparse.ArgumentParser.parse_known_args
_get_value = argparse.ArgumentParser._get_value  # noqa: SLF001 - see `install`
_check_value = argparse.ArgumentParser._check_value  # noqa: SLF001 - see `install`


def install() -> None:
    """Have every parser of this process end the work where it has read the arguments.

    Its methods are replaced in place, since argparse finds its own class by name.
    """
    methods = {
        "parse_args": _read_all,
        "parse_known_args": _read_known,
        "error": _refuse,
        "_get_value": _read_value,
        "_check_value": _check_choice,
    }
    for name, method in methods.items():
        setattr(argparse.ArgumentParser, name, method)


def _read_all(
    parser: argparse.ArgumentParser, args: Sequence[str] | None = None, namespace: object = None
) -> NoReturn:
    """Read the arguments, and end."""
    _learn(parser)
    _learned.depth += 1
    _, rest = parser.parse_known_args(args, namespace)
    raise Reading(f"unrecognized arguments: {' '.join(rest)}" if rest else None)


def _read_known(
    parser: argparse.ArgumentParser,
    args: Sequence[str] | None = None,
    namespace: Any = None,  # noqa: ANN401 - as argparse has it
) -> tuple[Any, list[str]]:
    """Read the arguments; end where the command itself asks, and not a parser for another."""
    _learn(parser)
    if _learned.mention:
        for action in parser._actions:  # noqa: SLF001 - argparse shows them nowhere else
            action.required = False
        for group in parser._mutually_exclusive_groups:  # noqa: SLF001 - likewise
            group.required = False
    _learned.depth += 1
    found: tuple[Any, list[str]] = _parse_known_args(parser, args, namespace)
    _learned.depth -= 1
    if not _learned.depth:
        raise Reading(None, found[1])
    return found


def _refuse(_parser: argparse.ArgumentParser, message: str) -> NoReturn:
    raise Reading(message)


def _read_value(parser: argparse.ArgumentParser, action: argparse.Action, text: Any) -> Any:  # noqa: ANN401 - as argparse has it
    return text if _is_placeholder(text) else _get_value(parser, action, text)


def _check_choice(parser: argparse.ArgumentParser, action: argparse.Action, value: Any) -> None:  # noqa: ANN401 - as argparse has it
    is_name = isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 - has no public name
    if is_name or not _is_placeholder(value):
        _check_value(parser, action, value)


def _is_placeholder(value: object) -> bool:
    return isinstance(value, str) and PLACEHOLDER.fullmatch(value) is not None


def _learn(parser: argparse.ArgumentParser) -> None:
    if not _learned.depth:
        _learned.tree = _tree(parser)
        _learned.flags.update(_flags(parser))


def _below(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001 - argparse shows them nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - has no public name
            yield from cast("dict[str, argparse.ArgumentParser]", action.choices).items()


def _tree(parser: argparse.ArgumentParser) -> dict[str, Any]:
    return {name: _tree(below) for name, below in _below(parser)}


def _flags(parser: argparse.ArgumentParser) -> set[str]:
    own = {flag for action in parser._actions for flag in action.option_strings}  # noqa: SLF001 - likewise
    return own.union(*(_flags(below) for _, below in _below(parser)))


def main() -> int:
    """Answer what is asked, as JSON."""
    module = sys.argv[1]
    asked: list[Asked] = json.load(sys.stdin)
    if problem := _unreadable(module):
        answers: list[Answer] = [{"problem": problem, "rest": []} for _ in asked]
    else:
        install()
        answers = [_answer(module, each) for each in asked]
    print(json.dumps({"answers": answers, "flags": sorted(_learned.flags)}))
    return 0


def _unreadable(module: str) -> str | None:
    """Say why a module cannot be asked: it is not there, or might do its work when it is run."""
    try:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{module}.__main__")
    except ImportError:
        spec = None
    if spec is None or spec.origin is None:
        return f"there is no module {module} to run"
    if "argparse" not in Path(spec.origin).read_text():
        return f"{module} reads its arguments without argparse, so they cannot be checked"
    return None


def _answer(module: str, asked: Asked) -> Answer:
    _learned.mention = asked["mention"]
    answer = _run(module, tuple(asked["words"]))
    helped = _help(module, _path(asked["words"]))
    return helped if answer["problem"] is None and helped["problem"] else answer


@cache
def _help(module: str, path: tuple[str, ...]) -> Answer:
    """Run the help of a subcommand, each once."""
    return _run(module, (*path, _HELP))


def _path(words: list[str]) -> tuple[str, ...]:
    """Return the subcommands that begin the words."""
    path: list[str] = []
    tree = _learned.tree
    for word in words:
        if word not in tree:
            break
        path.append(word)
        tree = tree[word]
    return tuple(path)


def _run(module: str, words: tuple[str, ...]) -> Answer:
    """Run the module up to where it has read these words."""
    _learned.depth = 0
    sys.argv = [module, *words]
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Reading as reading:
        return reading.answer
    except SystemExit as end:
        if _HELP in words and not end.code and printed.getvalue().startswith("usage:"):
            return {"problem": None, "rest": []}
    except Exception as error:  # noqa: BLE001 - whatever a foreign module does is its answer
        return {"problem": f"it fails: {type(error).__name__}: {error}", "rest": []}
    return {"problem": "it does not read its arguments first", "rest": []}


if __name__ == "__main__":
    sys.exit(main())
