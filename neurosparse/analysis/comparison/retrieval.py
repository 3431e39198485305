"""One memory, the same queries, several ways to retrieve: support, error, agreement, time."""

import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from neurosparse.kernels.memory.entmax.rules import Rule
from neurosparse.memory import HopfieldMemory
from neurosparse.typing import Array

# states `[n, d]` and sizes of their supports `[n]`
Retrieval = tuple[Array, Array]
# inverse temperature β, rule or α of the entmax, update steps
Method = tuple[float, Rule | float, int]
# relative distance at which a state is the memory
CLOSE = 1e-3


class RetrievalResult(NamedTuple):
    """How one way of retrieving did.

    `support` is the mean number of memories that weigh, `most` the largest; `exact` the share of
    queries that gave the memory which exact search gives, to a thousandth of its length; `error`
    the median of |state - that memory| / |that memory|; `seconds` one pass over all queries, the
    median of the repeats.
    """

    name: str
    support: float
    most: int
    exact: float
    error: float
    seconds: float


def compare_retrieval(
    memory: HopfieldMemory,
    queries: Array,
    *,
    beta: float,
    rules: dict[str, Rule | float],
    steps: int = 1,
    repeats: int = 3,
) -> list[RetrievalResult]:
    """Retrieve with each rule of ours, then with NumPy's argmax, PyTorch's attention and FAISS.

    The last two take part where they are installed.

    Args:
        memory: the patterns.
        queries: `[n, d]`.
        beta: inverse temperature.
        rules: by name: a rule, or α of the entmax.
        steps: updates of our rules; attention takes one, argmax is exact search itself.
        repeats: passes that are timed.

    >>> memory = HopfieldMemory(np.eye(4))
    >>> rules = {"sparsemax": 2.0}
    >>> rows = compare_retrieval(memory, np.eye(4), beta=4.0, rules=rules, repeats=1)
    >>> [(row.name, row.support, row.exact) for row in rows][:2]
    [('sparsemax', 1.0, 1.0), ('numpy argmax', 1.0, 1.0)]
    """
    queries = memory.queries(queries)
    runs: dict[str, Callable[[], Retrieval]] = {
        name: partial(_ours, memory, queries, (beta, rule, steps))
        for name, rule in rules.items()
    }
    runs["numpy argmax"] = partial(_argmax, memory, queries)
    if find_spec("torch"):
        runs["torch attention"] = partial(_attention, memory, queries, beta)
    if find_spec("faiss"):
        runs["faiss flat"] = partial(_faiss(memory), queries)
    best, _ = _argmax(memory, queries)
    return [_measure(name, run, best, repeats) for name, run in runs.items()]


def entmax_name(alpha: float) -> str:
    """What the entmax of an α is called.

    >>> entmax_name(2.0), entmax_name(1.25)
    ('sparsemax', '1.25-entmax')
    """
    return {1.0: "softmax", 2.0: "sparsemax"}.get(alpha, f"{alpha:g}-entmax")


def measure_retrieval(
    memory: HopfieldMemory, queries: Array, method: tuple[float, float, int], best: Array
) -> RetrievalResult:
    """Our retrieval by (β, α, steps), against the patterns `best` `[n, d]` of exact search."""
    run = partial(_ours, memory, queries, method)
    return _measure(entmax_name(method[1]), run, best, 1)


def _argmax(memory: HopfieldMemory, queries: Array) -> Retrieval:
    best = np.argmax(queries @ memory.patterns.T, axis=1)
    return np.asarray(memory.patterns[best]), np.ones(len(queries), np.int64)


def _attention(memory: HopfieldMemory, queries: Array, beta: float) -> Retrieval:
    import torch

    patterns = torch.from_numpy(np.array(memory.patterns))[None]
    mixed = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(queries)[None], patterns, patterns, scale=beta
    )
    return mixed[0].numpy(), np.full(len(queries), len(memory))


def _faiss(memory: HopfieldMemory) -> Callable[[Array], Retrieval]:
    import faiss  # type: ignore[import-not-found]

    index = faiss.IndexFlatIP(memory.d)
    index.add(np.ascontiguousarray(memory.patterns, np.float32))

    def search(queries: Array) -> Retrieval:
        _, best = index.search(queries.astype(np.float32), 1)
        return np.asarray(memory.patterns[best[:, 0]]), np.ones(len(queries), np.int64)

    return search


def _ours(memory: HopfieldMemory, queries: Array, method: Method) -> Retrieval:
    if method[1] == 1:
        # a softmax gives every memory a weight
        return memory.retrieve(queries, *method).state, np.full(len(queries), len(memory))
    retrieved = memory.retrieve(queries, *method, ask=["support"])
    assert retrieved.support is not None
    return retrieved.state, retrieved.support.sizes


def _measure(
    name: str, run: Callable[[], Retrieval], best: Array, repeats: int
) -> RetrievalResult:
    # the first pass compiles and is not timed
    state, sizes = run()
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    error = np.linalg.norm(state - best, axis=1) / np.linalg.norm(best, axis=1)
    return RetrievalResult(
        name=name,
        support=float(sizes.mean()),
        most=int(sizes.max()),
        exact=float((error < CLOSE).mean()),
        error=float(np.median(error)),
        seconds=float(np.median(seconds)),
    )
