"""Projections as the kernels on a GPU read them: rows sorted by delay, columns of synapses that
learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.engine.synapses import Synapses
from neurosparse.typing import Array
from neurosparse.wiring import Copies

# bits of a fixed-point weight's size; sums of 2^22 of the largest weight still fit into 63
HEADROOM = 40
Upload = Callable[[Array], Any]


@dataclass
class Rows:
    """A projection as the delivery kernel reads it: synapses of a row sorted by delay, once for all
    copies.
    """

    segments: Any
    delays: Any
    indices: Any
    weights: Any
    n_pre: int
    n_post: int
    each: bool
    per_copy: int = 0


@dataclass
class Plastic:
    """A projection as the learning kernels read it; weights, what changes and traces are copies of
    one chunk.
    """

    segments: Any
    indices: Any
    columns: Any
    of: Any
    places: Any
    age: Any
    coefficients: Any
    x_factors: Any
    y_factors: Any
    weights: Any = None
    changed: Any = None
    x: Any = None
    y: Any = None


def rows_of(synapses: Synapses, up: Upload) -> Rows:
    """Sort the synapses of each row by delay; one segment for each delay that occurs."""
    wiring = synapses.projection.wiring
    copies = int(wiring.copies) if isinstance(wiring, Copies) and not synapses.edited else 1
    n_pre = synapses.n_pre // copies
    nnz = synapses.nnz // copies
    indptr = synapses.indptr[: n_pre + 1]
    indices = synapses.whole()[:nnz].astype(np.int32)
    weight = synapses.weights()
    weights, per_copy = _shared(weight.reshape(copies if weight.size > 1 else 1, -1))
    if not isinstance(synapses.delay, np.ndarray):
        delays = np.array([synapses.delay])
        segments = indptr
    else:
        delays, which = np.unique(synapses.delay[:nnz], return_inverse=True)
        key = np.repeat(np.arange(n_pre), np.diff(indptr)) * len(delays) + which
        order = np.argsort(key, kind="stable")
        indices = indices[order]
        weights = weights[:, order] if weights.shape[1] > 1 else weights
        counts = np.bincount(key, minlength=n_pre * len(delays))
        segments = np.concatenate([[0], np.cumsum(counts)])
    return Rows(
        segments=up(segments.astype(np.int64)),
        delays=up(delays.astype(np.int64)),
        indices=up(indices),
        weights=up(weights.astype(np.float32).ravel()),
        n_pre=n_pre,
        n_post=synapses.n_post // copies,
        each=weights.shape[1] > 1,
        per_copy=per_copy,
    )


def plastic_of(synapses: Synapses, up: Upload) -> Plastic:
    """Rows and columns of a projection that learns; what changes is copied for each chunk."""
    learning = synapses.plastic
    assert learning is not None
    n_x = len(learning.rule.Pre._fields)
    return Plastic(
        segments=up(synapses.indptr),
        indices=up(synapses.indices.astype(np.int32)),
        columns=up(learning.columns),
        of=up(learning.of),
        places=up(learning.places),
        age=up(learning.age.astype(np.int32)),
        coefficients=up(learning.coefficients[:, 0]),
        x_factors=up(learning.factors[:n_x]),
        y_factors=up(learning.factors[n_x:]),
    )


def _shared(weights: Array) -> tuple[Array, int]:
    """Weights [copies, nnz] without what is the same in all copies, or along each, and the step
    between copies.
    """
    if weights.size and (weights == weights[:1]).all():
        return weights[:1], 0
    if weights.size and (weights == weights[:, :1]).all():
        return weights[:, :1], 1
    return weights, weights.shape[1]


def largest(synapses: Synapses) -> float:
    """The largest weight that a projection has, or may learn where its rule has an end."""
    most = float(np.abs(synapses.weight).max(initial=0.0))
    end = getattr(synapses.projection.plasticity, "w_max", 0.0)
    return max(most, float(end)) if np.isfinite(end) else most


def scale_of(most: float) -> float:
    """The power of two that weights are multiplied by to become integers."""
    # it goes to the kernel as a float32
    return 2.0 ** min(HEADROOM - int(np.ceil(np.log2(most))), 126) if most > 0 else 1.0
