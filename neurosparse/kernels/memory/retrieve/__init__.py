"""Sparse retrieval: queries -> scores in blocks -> support -> gather, in bounded memory.

Shapes: memories `[N, d]`, queries `[n, d]`, values `[N, v]`, float32 or float64 alike;
memory-mapped memories are read once, block by block. What is held besides the result does not grow
with N.
"""

from typing import Any, Literal, cast

import numpy as np

from neurosparse.kernels.memory.entmax.rules import Rule, as_rule, check_width
from neurosparse.kernels.memory.retrieve.plan import Plan as Plan
from neurosparse.kernels.memory.retrieve.plan import Retrieved as Retrieved
from neurosparse.typing import Array

Backend = Literal["naive", "cpu", "gpu"]


def _load(backend: Backend, verb: str) -> Any:
    match backend:
        case "naive":
            from neurosparse.kernels.memory.retrieve import naive

            return getattr(naive, verb)
        case "cpu":
            from neurosparse.kernels.memory.retrieve import cpu
            from neurosparse.kernels.memory.retrieve.best import nearest

            return cpu.retrieve if verb == "retrieve" else nearest
        case "gpu":
            from neurosparse.kernels.memory.retrieve import gpu

            return getattr(gpu, verb)
        case _:
            raise ValueError(f"backend: got {backend!r}, wants 'naive', 'cpu' or 'gpu'")


def _check(memories: Any, queries: Any) -> None:
    if (
        getattr(memories, "dtype", None) not in (np.float32, np.float64)
        or memories.ndim != 2
    ):
        kind = getattr(memories, "dtype", type(memories).__name__)
        received = f"{kind} of shape {np.shape(memories)}"
        raise ValueError(f"memories: got {received}, wants float32 or float64 [N, d]")
    most = np.iinfo(np.int32).max
    if len(memories) > most:
        raise ValueError(
            f"memories: got {len(memories)}, wants at most {most}, indices are int32"
        )
    if (
        queries.dtype != memories.dtype
        or queries.ndim != 2
        or queries.shape[1] != memories.shape[1]
    ):
        received = f"{queries.dtype}{list(queries.shape)}"
        expected = f"{memories.dtype} [n, {memories.shape[1]}]"
        raise ValueError(f"queries: got {received}, wants {expected}, as the memories")
    if not np.isfinite(queries).all():
        raise ValueError("queries: hold NaN or infinities, wants finite numbers")


def _check_finite(scores: Array) -> None:
    if not np.isfinite(scores).all():
        raise ValueError(
            "queries: their scores with the memories overflow; scale queries or memories down"
        )


def retrieve(
    memories: Array,
    queries: Array,
    rule: Rule | float = 2.0,
    plan: Plan = Plan(1.0),  # noqa: B008 - a frozen value
    *,
    values: Array | None = None,
    backend: Backend = "cpu",
) -> Retrieved:
    """One association: state = p V with p = rule(β Q Xᵀ).

    Args:
        memories: X, `[N, d]`.
        queries: Q, `[n, d]`.
        rule: α of an entmax, or a rule.
        plan: β, and how to go through the memories.
        values: V, `[N, v]`; the memories when None.
        backend: "naive" (the law), "cpu" or "gpu".

    Raises:
        ValueError: arrays that do not fit each other, no memories, β not above 0, scores that
            overflow.

    >>> x = np.eye(3)
    >>> q = np.array([[0.6, 0.5, 0.1]])
    >>> retrieve(x, q, 2.0, Plan(beta=1.0)).state.round(6)
    array([[0.533333, 0.433333, 0.033333]])
    >>> retrieve(x, q, 2.0, Plan(beta=20.0, keep_support=True)).support.indices
    array([0], dtype=int32)
    """
    rule = as_rule(rule)
    _check(memories, queries)
    check_width(rule, len(memories))
    if not (np.isfinite(plan.beta) and plan.beta > 0):
        raise ValueError(f"beta: got {plan.beta}, wants a finite number above 0")
    values = memories if values is None else values
    if values.ndim != 2 or len(values) != len(memories) or values.dtype != memories.dtype:
        received = f"{values.dtype}{list(values.shape)}"
        expected = f"{memories.dtype} [{len(memories)}, v], one row a memory"
        raise ValueError(f"values: got {received}, wants {expected}")
    result = _load(backend, "retrieve")(
        memories, np.ascontiguousarray(queries), values, rule, plan
    )
    _check_finite(result.potential)
    return cast(Retrieved, result)


def nearest(
    memories: Array,
    queries: Array,
    k: int = 1,
    *,
    threads: int = 1,
    backend: Backend = "cpu",
) -> tuple[Array, Array]:
    """Find the k largest dot products of each query, in descending order.

    Of equal scores the memory with the lower index comes first.

    Returns:
        Indices int32 `[n, k]` and scores `[n, k]`.

    Raises:
        ValueError: arrays that do not fit each other, k outside 1..N, or scores that overflow.

    >>> nearest(np.eye(3), np.array([[0.6, 0.5, 0.1]]), 2)
    (array([[0, 1]], dtype=int32), array([[0.6, 0.5]]))
    """
    _check(memories, queries)
    if not 1 <= k <= len(memories):
        raise ValueError(f"k: got {k}, wants 1 to {len(memories)}, the number of memories")
    best = _load(backend, "nearest")(memories, np.ascontiguousarray(queries), k, threads)
    _check_finite(best[1])
    return cast(tuple[Array, Array], best)
