"""The rules of what the product logs, read in its source: each takes a module's tree.

mypy checks that a field is a number or a word (`logs.Field`); these see to it that no field is
made of what somebody wrote.
"""

import ast
from collections.abc import Iterator

LOGS = {"info", "warning", "error", "last_resort"}
PRIVATE = {
    *("prompt", "text", "title", "story", "traits", "characters", "wish"),
    *("token", "key", "password", "authorization", "signature", "cookie"),
    *("uid", "user", "user_id", "email", "address", "ip", "peer"),
    *("body", "data", "headers", "request", "query", "payload", "claims", "args"),
}
# What may be spread into a line: facts of errors, counters, and what a function names itself.
SPREAD = {"facts", "fields", "known", "wait", "done", "flags"}
OF_ERRORS, COUNTERS = "traits", "counters"
MADE_OF_TEXT = {"format", "format_map", "repr", "ascii", "vars", "asdict", "dumps", "print_exc"}
PRINTS = {"print", "pprint", "breakpoint"}
OTHER_LOGS = {"logging", "firebase_functions.logger"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}


def wrong_lines(tree: ast.Module) -> Iterator[str]:
    """Say what is wrong with each call that logs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _logs(node):
            yield from (f"{node.lineno}: {problem}" for problem in _problems(node))


def other_ways(tree: ast.Module) -> Iterator[str]:
    """Say where something is printed, or logged by other means."""
    for node in ast.walk(tree):
        if way := _printing(node) or _importing(node):
            yield f"{getattr(node, 'lineno', 0)}: {way}"


def _printing(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in PRINTS:
            return f"{name}()"
        case ast.Attribute(value=ast.Name(id="traceback"), attr=attr) if "print" in attr:
            return f"traceback.{attr}"
        case ast.Attribute(value=ast.Name(id="sys"), attr=attr) if attr in STREAMS:
            return f"sys.{attr}"
        case ast.Attribute(value=ast.Name(id="warnings"), attr="warn"):
            return "warnings.warn"
    return ""


def _importing(node: ast.AST) -> str:
    match node:
        case ast.Import(names=names):
            imported = {each.name for each in names}
        case ast.ImportFrom(module=module, names=names):
            imported = {str(module), *(f"{module}.{each.name}" for each in names)}
        case _:
            return ""
    return f"imports {', '.join(found)}" if (found := sorted(imported & OTHER_LOGS)) else ""


def _logs(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="logs"), attr=attr):
            return attr in LOGS
        case ast.Name(id="log"):
            return True
    return False


def _problems(call: ast.Call) -> Iterator[str]:
    event, *errors = call.args
    if not isinstance(event, ast.Name) and not _is_text(event):
        yield "its event is no fixed word"
    if any(not isinstance(each, ast.Name | ast.Attribute) for each in errors):
        yield "its second argument is no exception"
    for field in call.keywords:
        if field.arg is None:
            if not _may_be_spread(field.value):
                yield f"it spreads {ast.unparse(field.value)}"
        elif field.arg in PRIVATE:
            yield f"it has a field named {field.arg}"
        elif problem := _of_value(field.value):
            yield f"its field {field.arg} {problem}"


def _may_be_spread(value: ast.expr) -> bool:
    match value:
        case ast.Name(id=name):
            return name in SPREAD
        case ast.Attribute(attr=attr):
            return attr == OF_ERRORS
        case ast.Call(func=ast.Name(id=name)):
            return name == COUNTERS
        case ast.Dict(keys=keys, values=values):
            return all(
                (_may_be_spread(each) if key is None else not _of_value(each))
                for key, each in zip(keys, values, strict=True)
            )
    return False


def _of_value(value: ast.expr) -> str:
    """Say why a field may hold somebody's text."""
    for node in _parts(value):
        match node:
            case ast.JoinedStr():
                return "is an f-string: name its parts as fields"
            case ast.BinOp(op=ast.Mod() | ast.Add(), left=left) if _is_text(left):
                return "is put together: name its parts as fields"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in MADE_OF_TEXT:
                    return f"is made by {name}()"
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in PRIVATE:
                return f"is taken from {name}"
    return ""


def _parts(value: ast.expr) -> Iterator[ast.AST]:
    """Yield all that a value is made of; of a chain of members the last one counts."""
    yield value
    if not isinstance(value, ast.Attribute):
        for child in ast.iter_child_nodes(value):
            if isinstance(child, ast.expr):
                yield from _parts(child)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
