"""The rules of the house that a program can check, read off the source with `ast`."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "neurosparse"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
LONGEST, MEDIAN_FILE, MEDIAN_FUNCTION, MOST_ARGUMENTS = 350, 120, 15, 8

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
HEAVY = {"numba", "torch", "matplotlib", "zarr", "networkx", "pandas", "igraph", "triton", "scipy", "xarray"}
FLAGS = {"nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "core"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every imported module below `node`, `from a import b` as `a.b` when that is a file of ours."""
    for child in ast.walk(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, child.lineno) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: relative import; write from neurosparse.…"
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                file = ROOT / Path(*whole.split("."))
                ours = file.with_suffix(".py").exists() or file.is_dir()
                yield (whole if ours else str(child.module), child.lineno)


def is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports_at_load(module: ast.Module) -> Iterator[tuple[str, int]]:
    """What importing the file imports: module level, without `if TYPE_CHECKING`."""
    for statement in module.body:
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef) and not is_type_checking(statement):
            yield from imports(statement)


def torch_is_at_home(path: Path) -> bool:
    """Torch lives in models, in the autograd faces of kernels and in the comparison."""
    inside = room(module_of(path))
    return (
        inside == "models"
        or (inside == "kernels" and path.name in {"torch.py", "autograd.py", "gpu.py"})
        or (inside == "analysis" and "compare" in str(path.relative_to(PACKAGE)))
    )


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_imports_point_down(path: Path) -> None:
    own = room(module_of(path))
    for name, line in imports(tree(path)):
        if name.split(".")[0] == "neurosparse" and name != "neurosparse":
            other = room(name)
            allowed = other == own or other not in ABOVE[own]
            assert allowed, f"{path.name}:{line}: {own} imports {name}; arrows point down only"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_heavy_packages_are_imported_where_they_are_used(path: Path) -> None:
    loaded = {name.split(".")[0]: line for name, line in imports_at_load(tree(path))}
    if not torch_is_at_home(path):
        everywhere = {name.split(".")[0] for name, _ in imports(tree(path))}
        assert "torch" not in everywhere, "torch lives in models, autograd faces and analysis/compare"
    if room(module_of(path)) in {"core", "datasets", "config", "cli"} or path.name == "__init__.py":
        compiled = {"numba"} if path.name != "__init__.py" else set()
        heavy = set(loaded) & (HEAVY - compiled)
        assert not heavy, f"{heavy} imported at module level; import inside the function that needs it"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_public_things_have_docstrings(path: Path) -> None:
    def check(node: ast.Module | ast.ClassDef, where: str) -> Iterator[str]:
        for child in node.body:
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not child.name.startswith("_"):
                overload = any("overload" in ast.unparse(d) for d in child.decorator_list)
                setter = any(ast.unparse(d).endswith(".setter") for d in child.decorator_list)
                if not (ast.get_docstring(child) or overload or setter):
                    yield f"{where}{child.name} (line {child.lineno})"
                if isinstance(child, ast.ClassDef):
                    yield from check(child, f"{where}{child.name}.")

    assert ast.get_docstring(tree(path)), "a file says in one line what it is"
    missing = list(check(tree(path), ""))
    assert not missing, f"no docstring: {', '.join(missing)}"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_compiled_code_states_its_flags(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if not re.match(r"(numba\.)?(njit|jit|vectorize|guvectorize)\b", ast.unparse(mark)):
                continue
            assert isinstance(mark, ast.Call), f"{node.name}: bare @njit; state cache=, nogil=, fastmath="
            given = {k.arg: k.value for k in mark.keywords}
            if None in given:
                continue  # **FLAGS: the shared set is checked where it is written
            assert "cache" in given, f"{node.name}: say cache="
            flags = given.get("fastmath")
            if isinstance(flags, ast.Constant):
                assert flags.value is False, f"{node.name}: fastmath names its flags, never True"
            elif isinstance(flags, ast.Set):
                assert {ast.literal_eval(f) for f in flags.elts} <= FLAGS, (
                    f"{node.name}: unknown fastmath flag"
                )


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_nothing_unsafe_and_nothing_left_over(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text), "finish it or write it down elsewhere"
    assert "fastmath=True" not in text
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            assert name not in {"eval", "exec", "__import__", "os.system"}, f"{name} at {node.lineno}"
            pickles = any(k.arg == "allow_pickle" and ast.unparse(k.value) != "False" for k in node.keywords)
            assert not pickles, f"allow_pickle at {node.lineno}"
    modules = {name.split(".")[0] for name, _ in imports(tree(path))}
    assert not modules & {"pickle", "cloudpickle", "dill", "marshal", "shelve", "joblib"}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_files_and_argument_lists_are_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{lines} lines; split it by idea"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == "__init__":
                    count = len(method.args.args) + len(method.args.kwonlyargs) - 1
                    assert count <= MOST_ARGUMENTS, f"{node.name} takes {count} arguments"


def test_the_median_file_and_function_are_short() -> None:
    def median(sizes: list[int]) -> int:
        return sorted(sizes)[len(sizes) // 2]

    functions = [
        (node.end_lineno or 0) - node.body[0].lineno + 1
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    ]
    assert median([path.read_text(encoding="utf-8").count("\n") for path in FILES]) <= MEDIAN_FILE
    assert not functions or median(functions) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_promised_name_is_there(path: Path) -> None:
    if "__all__" not in {
        ast.unparse(t) for s in tree(path).body if isinstance(s, ast.Assign) for t in s.targets
    }:
        return
    module = importlib.import_module(module_of(path))
    missing = [name for name in module.__all__ if not hasattr(module, name)]
    assert not missing, f"{module.__name__} promises {missing}"


def test_nothing_names_a_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    assert tracked or not (ROOT / ".git").exists()
    private = re.compile(r"(?<![\w.\-])/(work|tmp|root|home)/")
    for name in tracked:
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".yaml", ".cff"}
            and path.name != Path(__file__).name
        ):
            found = private.search(path.read_text(encoding="utf-8"))
            assert not found, f"{name} names a path of one machine: {found.group(0) if found else ''}"


PROBE = """
import sys, time
start = time.perf_counter()
import neurosparse
print(time.perf_counter() - start, *sorted(set(sys.modules) & {heavy}))
"""


def test_importing_is_light() -> None:
    code = PROBE.replace("{heavy}", repr(HEAVY))
    seconds, *loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert loaded == []
    assert float(seconds) < 1.0


def test_the_links_lead_into_the_package() -> None:
    for name in ("kernels", "models", "datasets", "analysis"):
        assert (ROOT / name).is_symlink()
        assert (ROOT / name).resolve() == PACKAGE / name
