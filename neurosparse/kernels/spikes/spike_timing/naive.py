"""The law, synapse by synapse in plain Python."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def plastic_step(
    rule: Any,
    dt: float,
    arrived: Iterable[int],
    fired: Iterable[int],
    synapses: tuple[NDArray[np.int64], NDArray[Any], NDArray[np.float32]],
    x: NDArray[np.float32],
    y: NDArray[np.float32],
    target: NDArray[Any],
    eligibility: NDArray[np.float32] | None = None,
    carries: NDArray[np.bool_] | None = None,
) -> None:
    """Do one step in place; synapses are (indptr, indices, weight), traces x [n_x, n_pre] and y
    [n_y, n_post].

    With `eligibility` [nnz] it is this that the rule changes, not the weight. Arrived spikes go
    through the synapses that `carries` [nnz] them, without it through all. `arrived` may be a dict
    that says which share of the weights each spike delivers.
    """
    kind = type(rule)
    p = rule.coefficients(dt)
    indptr, indices, weight = synapses
    changed = weight if eligibility is None else eligibility
    x *= np.array(rule.pre_decay(dt), dtype=np.float32)[:, None]
    y *= np.array(rule.post_decay(dt), dtype=np.float32)[:, None]
    shares = arrived if isinstance(arrived, dict) else {}
    arrived, fired = list(arrived), list(fired)
    for i in arrived:
        for k in range(indptr[i], indptr[i + 1]):
            if carries is not None and not carries[k]:
                continue
            j = indices[k]
            target[j] += target.dtype.type(weight[k] * shares.get(i, 1))
            changed[k] = kind.on_pre(changed[k], rule.Pre(*x[:, i]), rule.Post(*y[:, j]), p)
    for i in arrived:
        x[:, i] = kind.pre_spike(rule.Pre(*x[:, i]), p)
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    for j in fired:
        for k in np.flatnonzero(indices == j):
            changed[k] = kind.on_post(
                changed[k], rule.Pre(*x[:, rows[k]]), rule.Post(*y[:, j]), p
            )
    for j in fired:
        y[:, j] = kind.post_spike(rule.Post(*y[:, j]), p)

