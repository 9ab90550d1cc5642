"""The rules of docs/architecture.md: each takes a repository and returns what breaks it.

The sources are read with `ast`, never imported. An import within a function points somewhere as
much as one at the top of a module; one under `if TYPE_CHECKING` does too, but loads nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

LAYERS = (
    *("main", "entrypoints", "bootstrap", "adapters", "use_cases"),
    *("domain", "errors", "catalogue"),
)
# Beside the layers: who may import a module, and what a module may import.
IMPORTED_BY = {
    "settings": ("main", "entrypoints", "bootstrap", "settings"),
    "base_error": ("errors",),
}
IMPORTS: dict[str, tuple[str, ...]] = {
    "settings": ("domain", "prompts"),
    "base_error": ("catalogue",),
    "prompts": (),
    "telemetry": ("telemetry", "errors"),
}
SLOW_TO_IMPORT = {
    *("openai", "google", "firebase_admin", "firebase_functions", "grpc", "jwt", "cryptography"),
    *("httpx2", "httpcore2", "httpx", "requests", "psycopg", "psycopg_pool", "redis"),
}
PURE = {
    *(
        "abc",
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "hmac",
        "ipaddress",
    ),
    *(
        "itertools",
        "json",
        "math",
        "re",
        "string",
        "types",
        "typing",
        "unicodedata",
        "uuid",
        "zlib",
    ),
}
ASKS_THE_WORLD = {"open", "input", "print", "now", "utcnow", "today", "uuid1", "uuid4"}
ENVIRONMENT = {"environ", "environb", "getenv", "putenv", "unsetenv"}
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40


@dataclass(frozen=True)
class Source:
    """One file of Python, by its path in the repository and its dotted name."""

    path: str
    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)


@dataclass(frozen=True)
class Import:
    """`source` imports the module `target`; `loads` if that happens when `source` is loaded."""

    source: Source
    target: str
    line: int
    loads: bool

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line} imports {self.target}"


def imports_that_point_up(root: Path) -> list[str]:
    return [
        f"{each}, which is above it: move what both need down, or hand it down as a value"
        for each in _own_imports(root)
        if not _may_import(_layer(each.source.name), _layer(each.target))
    ]


def _may_import(source: str, target: str) -> bool:
    if target in IMPORTED_BY:
        return source in IMPORTED_BY[target]
    if source in IMPORTS:
        return target in IMPORTS[source]
    return target in ("telemetry", "prompts") or LAYERS.index(source) <= LAYERS.index(target)


def import_circles(root: Path) -> list[str]:
    graph: dict[str, set[str]] = {}
    for each in _own_imports(root):
        graph.setdefault(each.source.name, set()).add(each.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [f"{' imports '.join(reversed(error.args[1]))}: move what they share down"]
    return []


def adapters_built_outside_bootstrap(root: Path) -> list[str]:
    return [
        f"{each}: only bootstrap builds adapters, everybody else takes a port"
        for each in _own_imports(root)
        if _layer(each.target) == "adapters"
        and _layer(each.source.name) not in ("adapters", "bootstrap")
    ]


def slow_imports_when_loaded(root: Path) -> list[str]:
    loaded = _loaded_without_a_call(root)
    return [
        f"{each} when it is loaded: import one or the other in the function that needs it"
        for source in _product(root)
        if source.name in loaded
        for each in _imports(source, set())
        if each.loads and each.target.split(".")[0] in SLOW_TO_IMPORT
    ]


def _loaded_without_a_call(root: Path) -> set[str]:
    """Return all modules but the adapters that functions alone import."""
    loads = [each for each in _own_imports(root) if each.loads]
    loaded = {source.name for source in _product(root) if _layer(source.name) != "adapters"}
    while new := {each.target for each in loads if each.source.name in loaded} - loaded:
        loaded |= new
    return loaded


def readers_of_the_environment(root: Path) -> list[str]:
    return [
        f"{source.path}:{line} reads the environment: take the value from settings"
        for source in _product(root)
        if source.name != "conteur.settings"
        for line in _environment_reads(source)
    ]


def _environment_reads(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in ENVIRONMENT:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names):
                yield from (node.lineno for alias in names if alias.name in ENVIRONMENT)


def impure_domain(root: Path) -> list[str]:
    return [
        f"{source.path}:{line} {what}: the domain neither waits, reads nor guesses; take a value"
        for source in _product(root)
        if _layer(source.name) == "domain"
        for line, what in _impurities(source)
    ]


def _impurities(source: Source) -> Iterator[tuple[int, str]]:
    for each in _imports(source, set()):
        package = each.target.split(".")[0]
        if package != "conteur" and package not in PURE:
            yield each.line, f"imports {each.target}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := _called(node)) in ASKS_THE_WORLD:
            yield node.lineno, f"calls {name}()"


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def long_files(root: Path) -> list[str]:
    return [
        f"{source.path} has {lines} lines, over {MOST_LINES_OF_A_FILE}: split it"
        for source in (*_product(root), *_scripts(root))
        if (lines := len(source.text.splitlines())) > MOST_LINES_OF_A_FILE
    ]


def long_functions(root: Path) -> list[str]:
    return [
        f"{source.path}:{node.lineno} {node.name} has {lines} lines, over "
        f"{MOST_LINES_OF_A_FUNCTION}: name its parts"
        for source in (*_product(root), *_scripts(root))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]


def _product(root: Path) -> list[Source]:
    functions = root / "functions"
    files = [functions / "main.py", *sorted((functions / "conteur").rglob("*.py"))]
    return [_source(root, functions, path) for path in files]


def _scripts(root: Path) -> list[Source]:
    return [_source(root, root, path) for path in sorted((root / "scripts").rglob("*.py"))]


def _source(root: Path, top: Path, path: Path) -> Source:
    parts = path.relative_to(top).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    return Source(str(path.relative_to(root)), name, path.read_text())


def _layer(module: str) -> str:
    return module.removeprefix("conteur.").split(".")[0]


def _own_imports(root: Path) -> Iterator[Import]:
    sources = _product(root)
    modules = {source.name for source in sources}
    for source in sources:
        for each in _imports(source, modules):
            if each.target in modules - {"conteur"}:
                yield each


def _imports(source: Source, modules: set[str]) -> Iterator[Import]:
    for node, loads in _statements(source.tree, loads=True):
        match node:
            case ast.Import(names=names):
                targets = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                inner = [f"{module}.{alias.name}" for alias in names]
                targets = [name if name in modules else module for name in inner]
            case _:
                continue
        yield from (Import(source, target, node.lineno, loads) for target in targets)


def _statements(node: ast.AST, *, loads: bool) -> Iterator[tuple[ast.stmt, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child, loads
        yield from _statements(child, loads=loads and not _defers(child))


def _defers(node: ast.AST) -> bool:
    """Tell whether what `node` holds is left out when its module is loaded."""
    typing_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return typing_only or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
