"""The law, synapse by synapse in plain Python."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Own:
    """What synapses keep beside their weight: values [n, nnz], as they are after step `valid`
    [nnz].
    """

    def __init__(self, rule: Any, dt: float, nnz: int) -> None:
        self.rule = rule
        self.dt = dt
        self.values = np.zeros((len(rule.Synapse._fields) - 1, nnz), dtype=np.float32)
        self.valid = np.full(nnz, -1)

    def ordered(self, order: NDArray[np.int64]) -> "Own":
        """A copy with the synapses in another order."""
        other = Own(self.rule, self.dt, len(order))
        other.values = self.values[:, order]
        other.valid = self.valid[order]
        return other

    def put(self, weight: NDArray[np.float32], k: int, s: Any) -> None:
        """Give synapse k what it keeps."""
        weight[k] = s[0]
        self.values[:, k] = s[1:]

    def forward(self, weight: NDArray[np.float32], k: int, step: int) -> Any:
        """Bring synapse k to how it is in `step`, before what happens there."""
        s = self.rule.Synapse(weight[k], *self.values[:, k])
        if hasattr(self.rule, "between"):
            ms = self.dt * (step - self.valid[k])
            s = self.rule.between(s, float(ms), self.rule.coefficients(self.dt))
        self.valid[k] = step
        self.put(weight, k, s)
        return self.rule.Synapse(weight[k], *self.values[:, k])


def plastic_step(
    rule: Any,
    dt: float,
    arrived: Iterable[int],
    fired: Iterable[int],
    synapses: tuple[NDArray[np.int64], NDArray[Any], NDArray[np.float32]],
    x: NDArray[Any],
    y: NDArray[Any],
    target: NDArray[Any],
    eligibility: NDArray[np.float32] | None = None,
    carries: NDArray[np.bool_] | None = None,
    own: Own | None = None,
    step: int = 0,
) -> None:
    """Do one step in place; synapses are (indptr, indices, weight), traces x [n_x, n_pre] and y
    [n_y, n_post].

    With `eligibility` [nnz] it is this that the rule changes, not the weight. Arrived spikes go
    through the synapses that `carries` [nnz] them, without it through all. `arrived` may be a dict
    that says which share of the weights each spike delivers. Synapses that keep more than a weight
    have it in `own`, and are brought to this `step`.
    """
    kind = type(rule)
    p = rule.coefficients(dt)
    indptr, indices, weight = synapses
    changed = weight if eligibility is None else eligibility
    x *= np.array(rule.pre_decay(dt), dtype=x.dtype)[:, None]
    y *= np.array(rule.post_decay(dt), dtype=y.dtype)[:, None]
    shares = arrived if isinstance(arrived, dict) else {}
    arrived, fired = list(arrived), list(fired)
    for i in arrived:
        for k in range(indptr[i], indptr[i + 1]):
            if carries is not None and not carries[k]:
                continue
            j = indices[k]
            s = changed[k] if own is None else own.forward(weight, k, step)
            target[j] += target.dtype.type(weight[k] * shares.get(i, 1))
            after = kind.on_pre(s, rule.Pre(*x[:, i]), rule.Post(*y[:, j]), p)
            _put(changed, own, k, after)
    for i in arrived:
        x[:, i] = kind.pre_spike(rule.Pre(*x[:, i]), p)
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    for j in fired:
        for k in np.flatnonzero(indices == j):
            s = changed[k] if own is None else own.forward(weight, k, step)
            after = kind.on_post(s, rule.Pre(*x[:, rows[k]]), rule.Post(*y[:, j]), p)
            _put(changed, own, k, after)
    for j in fired:
        y[:, j] = kind.post_spike(rule.Post(*y[:, j]), p)


def _put(changed: NDArray[np.float32], own: Own | None, k: int, after: Any) -> None:
    """Take what a rule gives for synapse k."""
    if own is None:
        changed[k] = after
    else:
        own.put(changed, k, after)
