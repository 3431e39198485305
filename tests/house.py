"""What the tests of the house read: files, imports, faces, rooms."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "neurosparse"
FILES = sorted(PACKAGE.rglob("*.py"))

# a room imports only from rooms further to the left
ORDER = (
    *(
        "_faces",
        "errors",
        "typing",
        "quantities",
        "checks",
        "available",
        "grid",
        "selection",
        "console",
        "estimator",
        "store",
    ),
    *("kernels", "connectivity", "sdr", "neurons", "plasticity", "recording"),
    *(
        "wiring",
        "encoders",
        "lyapunov",
        "oscillators",
        "network",
        "sparse_coding",
        "rewiring",
        "connectome",
        "datasets",
        "io",
    ),
    *("stimuli", "pruning", "htm", "engine", "distributed", "sweep", "memory"),
    *("models", "analysis", "experiment", "studies", "cli"),
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room of a dotted module; "" for the package itself."""
    return [*module.split("."), ""][1]


def is_module(module: str) -> bool:
    place = ROOT / Path(*module.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


@cache
def face(module: str) -> dict[str, str]:
    """Public name -> module that defines it, as the stub of a face lists them."""
    stub = ROOT / Path(*module.split(".")) / "__init__.pyi"
    names: dict[str, str] = {}
    if not stub.exists():
        return names
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = node.module if node.module else alias.name
                names[alias.asname or alias.name] = f"{module}.{inner}"
    return names


def faces() -> list[str]:
    """The package and its rooms that have a face."""
    stubs = [PACKAGE / "__init__.pyi", *sorted(PACKAGE.glob("*/__init__.pyi"))]
    return [module_of(stub) for stub in stubs]


def source_of(module: str, name: str) -> str:
    """The module of ours that `from module import name` reads."""
    whole = f"{module}.{name}"
    if is_module(whole):
        return whole
    return face(module).get(name, module)


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module below `node`; names of faces as the files that define them."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, child.lineno) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                if child.level:
                    yield "." * child.level + str(child.module), child.lineno
                else:
                    yield source_of(str(child.module), alias.name), child.lineno


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan 1972, doi:10.1137/0201010)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        path.append(node)
        for target in sorted(arrows.get(node, ())):
            if target not in number:
                visit(target)
                lowest[node] = min(lowest[node], lowest[target])
            elif target in path:
                lowest[node] = min(lowest[node], number[target])
        if lowest[node] == number[node]:
            group = path[path.index(node) :]
            del path[path.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(arrows):
        if node not in number:
            visit(node)
    return found
