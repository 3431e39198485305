"""Compiled helpers of functions that may reorder sums say themselves whether they may.

Numba gives a function without a word of its own the flags of whichever caller compiles it first, so
that its bits would hang on the order in which a program happens to call things.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import neurosparse

ROOT = Path(neurosparse.__file__).parent


def compiled() -> Iterator[tuple[str, str, set[str]]]:
    """(name, decorator, names called) of every function under `njit`."""
    for path in ROOT.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                above = " ".join(ast.unparse(one) for one in node.decorator_list)
                inner = [
                    c.func.id
                    for c in ast.walk(node)
                    if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)
                ]
                if "njit" in above:
                    yield (
                        f"{module}.{node.name}",
                        above,
                        {known.get(name, f"{module}.{name}") for name in inner},
                    )


def test_no_helper_takes_its_flags_from_a_caller():
    found = {name: (above, calls) for name, above, calls in compiled()}
    said = {
        name
        for name, (above, _) in found.items()
        if "fastmath" in above or "inline='always'" in above
    }
    fast = [
        name
        for name, (above, _) in found.items()
        if "fastmath" in above and "fastmath=False" not in above
    ]
    assert len(fast) > 15
    silent = {
        f"{callee}, called by {name}"
        for name in fast
        for callee in found[name][1] & found.keys() - said
    }
    assert not silent, "write fastmath=... at " + "; ".join(sorted(silent))
