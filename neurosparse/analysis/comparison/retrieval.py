"""One memory, the same queries, several ways to retrieve: support, agreement with exact search,
time.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.memory.entmax.rules import Rule
from neurosparse.memory import HopfieldMemory

Array = NDArray[Any]
Run = Callable[[], tuple[Array, Array]]
CLOSE = 1e-3


class RetrievalResult(NamedTuple):
    """How one way of retrieving did.

    Attributes:
        name: which.
        support: memories that weigh, mean over queries.
        most: the largest support.
        exact: share of queries that gave the memory exact search gives, to a thousandth of its
            length.
        error: |state - that memory| / |that memory|, median over queries.
        seconds: one pass over all queries, median of the repeats.
    """

    name: str
    support: float
    most: int
    exact: float
    error: float
    seconds: float


def _argmax(memory: HopfieldMemory, queries: Array) -> tuple[Array, Array]:
    x = memory.patterns
    best = np.argmax(queries @ x.T, axis=1)
    return np.asarray(x[best]), np.ones(len(queries), np.int64)


def _attention(memory: HopfieldMemory, queries: Array, beta: float) -> tuple[Array, Array]:
    import torch

    x = torch.from_numpy(np.array(memory.patterns))[None]
    mixed = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(queries)[None], x, x, scale=beta
    )
    return mixed[0].numpy(), np.full(len(queries), len(memory))


def _faiss(memory: HopfieldMemory) -> Callable[[Array], tuple[Array, Array]]:
    import faiss  # type: ignore[import-not-found]

    index = faiss.IndexFlatIP(memory.d)
    index.add(np.ascontiguousarray(memory.patterns, np.float32))

    def search(queries: Array) -> tuple[Array, Array]:
        _, best = index.search(queries.astype(np.float32), 1)
        return np.asarray(memory.patterns[best[:, 0]]), np.ones(len(queries), np.int64)

    return search


def _ours(
    memory: HopfieldMemory, queries: Array, how: tuple[float, Rule | float, int]
) -> tuple[Array, Array]:
    if how[1] == 1:
        return memory.retrieve(queries, *how).state, np.full(len(queries), len(memory))
    found = memory.retrieve(queries, *how, ask=["support"])
    assert found.support is not None
    return found.state, found.support.sizes


def compare_retrieval(
    memory: HopfieldMemory,
    queries: Array,
    *,
    beta: float,
    rules: dict[str, Rule | float],
    steps: int = 1,
    repeats: int = 3,
) -> list[RetrievalResult]:
    """Retrieve once with each rule of ours, then with NumPy's argmax, PyTorch's attention and FAISS
    where installed.

    One-shot argmax is exact search itself; our rules take `steps` updates from the queries `[n,
    d]`, attention one.

    >>> memory = HopfieldMemory(np.eye(4))
    >>> rows = compare_retrieval(memory, np.eye(4), beta=4.0, rules={"sparsemax": 2.0}, repeats=1)
    >>> [(row.name, row.support, row.exact) for row in rows][:2]
    [('sparsemax', 1.0, 1.0), ('numpy argmax', 1.0, 1.0)]
    """
    queries = memory.queries(queries)
    runs: dict[str, Run] = {
        name: partial(_ours, memory, queries, (beta, rule, steps)) for name, rule in rules.items()
    }
    runs["numpy argmax"] = lambda: _argmax(memory, queries)
    if _installed("torch"):
        runs["torch attention"] = lambda: _attention(memory, queries, beta)
    if _installed("faiss"):
        search = _faiss(memory)
        runs["faiss flat"] = lambda: search(queries)
    best, _ = _argmax(memory, queries)
    return [_measure(name, run, best, repeats) for name, run in runs.items()]


def entmax_name(alpha: float) -> str:
    """What the entmax of an α is called.

    >>> entmax_name(2.0), entmax_name(1.25)
    ('sparsemax', '1.25-entmax')
    """
    return {1.0: "softmax", 2.0: "sparsemax"}.get(alpha, f"{alpha:g}-entmax")


def measure_retrieval(
    memory: HopfieldMemory, queries: Array, how: tuple[float, float, int], best: Array
) -> RetrievalResult:
    """Our retrieval alone, with (β, α, steps), against the patterns `best [n, d]` that exact search gave."""
    return _measure(entmax_name(how[1]), lambda: _ours(memory, queries, how), best, 1)


def _measure(name: str, run: Run, best: Array, repeats: int) -> RetrievalResult:
    (state, sizes), seconds = run(), []
    for _ in range(repeats):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    error = np.linalg.norm(state - best, axis=1) / np.linalg.norm(best, axis=1)
    exact = float((error < CLOSE).mean())
    middle = float(np.median(error))
    return RetrievalResult(
        name, float(sizes.mean()), int(sizes.max()), exact, middle, float(np.median(seconds))
    )


def _installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None
