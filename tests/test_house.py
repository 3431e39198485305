"""The rules of the house that a program can check, read off the source with `ast`."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "neurosparse"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 350
MEDIAN_FILE = 120
MEDIAN_FUNCTION = 15
MOST_ARGUMENTS = 8

# room -> rooms it must never import from; the core is everything outside the named rooms
ROOMS = ("cli", "config", "analysis", "models", "datasets", "kernels")
ABOVE = {
    "cli": (),
    "config": ("cli",),
    "analysis": ("cli", "config"),
    "models": ("cli", "config", "analysis"),
    "datasets": ("cli", "config", "analysis", "models", "kernels"),
    "core": ("cli", "config", "analysis", "models", "datasets"),
    "kernels": (*ROOMS[:-1], "core"),
}
HEAVY = {
    "numba",
    "torch",
    "matplotlib",
    "zarr",
    "networkx",
    "pandas",
    "igraph",
    "triton",
    "scipy",
    "xarray",
}
FLAGS = {"nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"}
UNSAFE_CALLS = {"eval", "exec", "__import__", "os.system"}
UNSAFE_MODULES = {"pickle", "cloudpickle", "dill", "marshal", "shelve", "joblib"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "core"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module below `node`, `from a import b` as `a.b` when that is a file of
    ours.
    """
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, child.lineno) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            for alias in child.names:
                whole = f"{'.' * child.level}{child.module}.{alias.name}"
                file = ROOT / Path(*whole.split("."))
                ours = file.with_suffix(".py").exists() or file.is_dir()
                yield (whole if ours or child.level else str(child.module), child.lineno)


def imports_at_load(module: ast.Module) -> Iterator[tuple[str, int]]:
    """What importing the file imports: module level, without `if TYPE_CHECKING`."""
    for statement in module.body:
        typing = isinstance(statement, ast.If) and ast.unparse(statement.test).endswith(
            "TYPE_CHECKING"
        )
        if not typing and not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield from imports(statement)


def torch_is_at_home(path: Path) -> bool:
    """Torch lives in models, in the autograd faces of kernels and in the comparison."""
    inside = room(module_of(path))
    return (
        inside == "models"
        or (inside == "kernels" and path.name in {"torch.py", "autograd.py", "gpu.py"})
        or (inside == "analysis" and "compare" in str(path.relative_to(PACKAGE)))
    )


def imports_point_down(path: Path) -> Iterator[str]:
    own = room(module_of(path))
    for name, line in imports(tree(path)):
        if name.startswith("."):
            yield f"{line}: relative import; write from neurosparse.…"
        elif name.startswith("neurosparse.") and room(name) != own and room(name) in ABOVE[own]:
            yield f"{line}: {own} imports {name}; arrows point down only"


def heavy_packages_wait_until_used(path: Path) -> Iterator[str]:
    if not torch_is_at_home(path):
        for name, line in imports(tree(path)):
            if name.split(".")[0] == "torch":
                yield f"{line}: torch lives in models, autograd faces and analysis/compare"
    if room(module_of(path)) in {"core", "datasets", "config", "cli"} or path.name == "__init__.py":
        allowed = {"numba"} if path.name != "__init__.py" else set()
        for name, line in imports_at_load(tree(path)):
            if name.split(".")[0] in HEAVY - allowed:
                yield f"{line}: {name} at module level; import it in the function that needs it"


def public_things_have_docstrings(path: Path) -> Iterator[str]:
    def missing(node: ast.Module | ast.ClassDef, where: str) -> Iterator[str]:
        for child in node.body:
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
                marks = [ast.unparse(mark) for mark in child.decorator_list]
                excused = any(mark.endswith((".setter", "overload")) for mark in marks)
                if not (ast.get_docstring(child) or excused):
                    yield f"{child.lineno}: {where}{child.name} has no docstring"
                if isinstance(child, ast.ClassDef):
                    yield from missing(child, f"{where}{child.name}.")

    if not ast.get_docstring(tree(path)):
        yield "1: a file says in one line what it is"
    yield from missing(tree(path), "")


def compiled_code_states_its_flags(path: Path) -> Iterator[str]:
    for node in nodes(path, ast.FunctionDef):
        assert isinstance(node, ast.FunctionDef)
        for mark in node.decorator_list:
            if not re.match(r"(numba\.)?(njit|jit|vectorize|guvectorize)\b", ast.unparse(mark)):
                continue
            given = {k.arg: k.value for k in mark.keywords} if isinstance(mark, ast.Call) else {}
            if None in given:
                continue  # **FLAGS: the shared set is checked where it is written
            if "cache" not in given:
                yield f"{node.lineno}: {node.name} does not state cache="
            flags = given.get("fastmath")
            if isinstance(flags, ast.Constant) and flags.value is not False:
                yield f"{node.lineno}: {node.name}: fastmath names its flags, never True"
            if (
                isinstance(flags, ast.Set)
                and not {ast.literal_eval(f) for f in flags.elts} <= FLAGS
            ):
                yield f"{node.lineno}: {node.name}: unknown fastmath flag"


def nothing_unsafe(path: Path) -> Iterator[str]:
    for node in nodes(path, ast.Call):
        assert isinstance(node, ast.Call)
        if ast.unparse(node.func) in UNSAFE_CALLS:
            yield f"{node.lineno}: {ast.unparse(node.func)}"
        if any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False" for k in node.keywords):
            yield f"{node.lineno}: allow_pickle"
    for name, line in imports(tree(path)):
        if name.split(".")[0] in UNSAFE_MODULES:
            yield f"{line}: {name}"


def nothing_left_over(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line) or "fastmath=True" in line:
            yield f"{number}: {line.strip()}"


def files_and_argument_lists_are_short(path: Path) -> Iterator[str]:
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > LONGEST:
        yield f"1: {lines} lines; split it by idea"
    for node in nodes(path, ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        for method in node.body:
            if (
                isinstance(method, ast.FunctionDef)
                and method.name == "__init__"
                and node.name[0] != "_"
            ):
                count = len(method.args.args) + len(method.args.kwonlyargs) - 1
                if count > MOST_ARGUMENTS:
                    yield f"{method.lineno}: {node.name} takes {count} arguments"


RULES = [
    imports_point_down,
    heavy_packages_wait_until_used,
    public_things_have_docstrings,
    compiled_code_states_its_flags,
    nothing_unsafe,
    nothing_left_over,
    files_and_argument_lists_are_short,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Callable[[Path], Iterator[str]]) -> None:
    assert len(FILES) > 10
    broken = [f"{path.relative_to(ROOT)}:{what}" for path in FILES for what in rule(path)]
    assert not broken, "\n" + "\n".join(broken)


BAD = """
from . import x
import torch, pickle
import pandas
from neurosparse.cli import app
class Public:
    def __init__(self, a, b, c, d, e, f, g, h, i): eval("1")
@njit(cache=True, fastmath=True)
def loop(): pass  # TODO
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_sees_a_bad_file(
    rule: Callable[[Path], Iterator[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path / "neurosparse")
    path = tmp_path / "neurosparse" / "bad.py"
    path.parent.mkdir()
    path.write_text(BAD)
    assert list(rule(path))


def test_the_median_file_and_function_are_short() -> None:
    def median(sizes: list[int]) -> int:
        return sorted(sizes)[len(sizes) // 2]

    functions = [
        (node.end_lineno or 0) - node.body[0].lineno + 1
        for path in FILES
        for node in nodes(path, ast.FunctionDef)
        if isinstance(node, ast.FunctionDef)
    ]
    assert median([path.read_text(encoding="utf-8").count("\n") for path in FILES]) <= MEDIAN_FILE
    assert median(functions) <= MEDIAN_FUNCTION


def test_every_promised_name_is_there() -> None:
    missing = []
    for path in FILES:
        targets = {
            ast.unparse(t) for s in tree(path).body if isinstance(s, ast.Assign) for t in s.targets
        }
        if "__all__" in targets:
            module = importlib.import_module(module_of(path))
            missing += [
                f"{module.__name__}.{name}" for name in module.__all__ if not hasattr(module, name)
            ]
    assert not missing


def test_nothing_names_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert listed.stdout or not (ROOT / ".git").exists()
    private = re.compile(r"(?<![\w.\-])/(work|tmp|root|home)/")
    texts = {".py", ".md", ".toml", ".txt", ".json", ".yaml", ".cff"}
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix in texts and path != Path(__file__):
            lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            found += [
                f"{name}:{number}: {line.strip()[:80]}"
                for number, line in lines
                if private.search(line)
            ]
    assert not found, "\n" + "\n".join(found)


PROBE = """
import sys, time
start = time.perf_counter()
import neurosparse
print(time.perf_counter() - start, *sorted(set(sys.modules) & {heavy}))
"""


def test_importing_is_light() -> None:
    code = PROBE.replace("{heavy}", repr(HEAVY))
    seconds, *loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert loaded == []
    assert float(seconds) < 1.0


def test_the_links_lead_into_the_package() -> None:
    for name in ("kernels", "models", "datasets", "analysis"):
        assert (ROOT / name).is_symlink()
        assert (ROOT / name).resolve() == PACKAGE / name
