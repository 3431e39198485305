"""The rules of the house that a program can check, read off the source with `ast`."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import house
from tests.house import FILES, PACKAGE, ROOT, imports, module_of, nodes, room_of, tree

LONGEST = 350
MEDIAN_FILE = 110
MEDIAN_FUNCTION = 15
MOST_ARGUMENTS = 8
WIDEST = 100
MEAN_LINE = 45

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
# participles and adverbs that stood for a dozen things
VAGUE = {
    "made",
    "found",
    "told",
    "late",
    "got",
    "given",
    "have",
    "lot",
    "wanted",
    "asked",
    "said",
}
FLAGS = {"nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"}
UNSAFE_CALLS = {"eval", "exec", "__import__", "os.system"}
UNSAFE_MODULES = {"pickle", "cloudpickle", "dill", "marshal", "shelve", "joblib"}


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
    inside = room_of(module_of(path))
    if inside == "kernels":
        return path.name == "gpu.py" or path.name.startswith("autograd")
    return inside == "models" or "comparison" in path.parts


def imports_are_absolute(path: Path) -> Iterator[str]:
    for name, line in imports(tree(path)):
        if name.startswith("."):
            yield f"{line}: relative import; write from neurosparse.…"


def heavy_packages_wait_until_used(path: Path) -> Iterator[str]:
    if not torch_is_at_home(path):
        for name, line in imports(tree(path)):
            if name.split(".")[0] == "torch":
                yield f"{line}: torch lives in models, autograd faces and analysis/comparison"
    if (
        room_of(module_of(path)) not in {"models", "analysis", "kernels"}
        or path.name == "__init__.py"
    ):
        allowed = {"numba"} if path.name != "__init__.py" else set()
        for name, line in imports_at_load(tree(path)):
            if name.split(".")[0] in HEAVY - allowed:
                yield f"{line}: {name} at module level; import it in the function that needs it"


def public_things_have_docstrings(path: Path) -> Iterator[str]:
    def missing(node: ast.Module | ast.ClassDef, where: str) -> Iterator[str]:
        for child in node.body:
            if isinstance(
                child, ast.FunctionDef | ast.ClassDef
            ) and not child.name.startswith("_"):
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
            if not re.match(
                r"(numba\.)?(njit|jit|vectorize|guvectorize)\b", ast.unparse(mark)
            ):
                continue
            given = (
                {k.arg: k.value for k in mark.keywords}
                if isinstance(mark, ast.Call)
                else {}
            )
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
        if any(
            k.arg == "allow_pickle" and ast.unparse(k.value) != "False"
            for k in node.keywords
        ):
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


def one_thought_a_line(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if len(line) > WIDEST:
            yield f"{number}: {len(line)} columns"
    for node in nodes(path, ast.Assign):
        assert isinstance(node, ast.Assign)
        several = isinstance(node.targets[0], ast.Tuple)
        if several and isinstance(node.value, ast.Tuple) and len(node.value.elts) > 2:
            yield f"{node.lineno}: {len(node.value.elts)} values in one assignment"
    for node in nodes(path, ast.IfExp):
        assert isinstance(node, ast.IfExp)
        if any(isinstance(inner, ast.IfExp) for inner in (node.body, node.orelse)):
            yield f"{node.lineno}: a conditional inside a conditional"


def variables_are_nouns(path: Path) -> Iterator[str]:
    for node in nodes(path, ast.Name, ast.arg):
        name = node.id if isinstance(node, ast.Name) else node.arg  # type: ignore[attr-defined]
        stored = isinstance(node, ast.arg) or isinstance(node.ctx, ast.Store)  # type: ignore[attr-defined]
        if stored and name in VAGUE:
            yield f"{node.lineno}: {name} says nothing; name what it is"  # type: ignore[attr-defined]


def shared_things_are_on_the_ground(path: Path) -> Iterator[str]:
    own = module_of(path)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if own != "neurosparse.checks" and re.search(
            r"isinstance\(\w+, bool\b(?! *\|)", line
        ):
            yield f"{number}: a whole number is checked in neurosparse/checks.py"
        if own != "neurosparse.typing" and re.match(r"\w+ = (npt\.)?NDArray\[", line):
            yield f"{number}: arrays are named in neurosparse/typing.py"


def blocks_are_read_by_name(path: Path) -> Iterator[str]:
    if room_of(module_of(path)) == "kernels":
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"\b(w|block)\[\d+\]", line):
                yield f"{number}: a word of a block by its number"


RULES = [
    imports_are_absolute,
    heavy_packages_wait_until_used,
    public_things_have_docstrings,
    compiled_code_states_its_flags,
    nothing_unsafe,
    nothing_left_over,
    files_and_argument_lists_are_short,
    one_thought_a_line,
    variables_are_nouns,
    shared_things_are_on_the_ground,
    blocks_are_read_by_name,
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
def loop(w): return w[3]  # TODO
Array = NDArray[np.int32]
made, b, c = 1, 2 if x else 3 if y else 4, isinstance(x, bool)
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_sees_a_bad_file(
    rule: Callable[[Path], Iterator[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    room = "kernels" if rule is blocks_are_read_by_name else "wiring"
    path = tmp_path / "neurosparse" / room / "bad.py"
    path.parent.mkdir(parents=True)
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
    assert (
        median([path.read_text(encoding="utf-8").count("\n") for path in FILES])
        <= MEDIAN_FILE
    )
    assert median(functions) <= MEDIAN_FUNCTION


def test_lines_are_short_in_the_mean() -> None:
    lines = [
        line for path in FILES for line in path.read_text(encoding="utf-8").splitlines()
    ]
    widths = [len(line) for line in lines if line.strip()]
    assert sum(widths) / len(widths) <= MEAN_LINE


def test_every_promised_name_is_there() -> None:
    missing = []
    for path in FILES:
        targets = {
            ast.unparse(t)
            for s in tree(path).body
            if isinstance(s, ast.Assign)
            for t in s.targets
        }
        if "__all__" in targets:
            module = importlib.import_module(module_of(path))
            missing += [
                f"{module.__name__}.{name}"
                for name in module.__all__
                if not hasattr(module, name)
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
    assert float(seconds) < 0.3


def test_the_links_lead_into_the_package() -> None:
    for name in ("kernels", "models", "datasets", "analysis"):
        assert (ROOT / name).is_symlink()
        assert (ROOT / name).resolve() == PACKAGE / name
