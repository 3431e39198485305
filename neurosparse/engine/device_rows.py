"""Projections as the kernels on a GPU read them: rows sorted by delay, columns of synapses that
learn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.synapses import Synapses
from neurosparse.wiring import Copies

HEADROOM = (
    40  # bits of a fixed-point weight's size; sums of 2^22 of the largest weight still fit into 63
)
Upload = Callable[[NDArray[Any]], Any]


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


def rows_of(made: Synapses, up: Upload) -> Rows:
    """Sort the synapses of each row by delay; one segment for each delay that occurs."""
    wiring = made.projection.wiring
    copies = int(wiring.copies) if isinstance(wiring, Copies) and not made.edited else 1
    n_pre, nnz = made.n_pre // copies, made.nnz // copies
    indptr = made.indptr[: n_pre + 1]
    indices = made.indices[:nnz].astype(np.int32)
    weights, per_copy = _shared(made.weight.reshape(copies if made.weight.size > 1 else 1, -1))
    if not isinstance(made.delay, np.ndarray):
        delays = np.array([made.delay])
        segments = indptr
    else:
        delays, which = np.unique(made.delay[:nnz], return_inverse=True)
        key = np.repeat(np.arange(n_pre), np.diff(indptr)) * len(delays) + which
        order = np.argsort(key, kind="stable")
        indices = indices[order]
        weights = weights[:, order] if weights.shape[1] > 1 else weights
        counts = np.bincount(key, minlength=n_pre * len(delays))
        segments = np.concatenate([[0], np.cumsum(counts)])
    whole = (
        segments.astype(np.int64),
        delays.astype(np.int64),
        indices,
        weights.astype(np.float32).ravel(),
    )
    lists = [up(a) for a in whole]
    each = weights.shape[1] > 1
    return Rows(
        lists[0], lists[1], lists[2], lists[3], n_pre, made.n_post // copies, each, per_copy
    )


def plastic_of(made: Synapses, up: Upload) -> Plastic:
    """Rows and columns of a projection that learns; what changes is copied for each chunk."""
    learning = made.plastic
    n_x = len(learning.rule.Pre._fields)
    fixed = (
        made.indptr,
        made.indices.astype(np.int32),
        learning.columns,
        learning.of,
        learning.places,
        learning.age.astype(np.int32),
    )
    numbers = (learning.coefficients[:, 0], learning.factors[:n_x], learning.factors[n_x:])
    return Plastic(*(up(a) for a in (*fixed, *numbers)))


def _shared(weights: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Weights [copies, nnz] without what is the same in all copies, or along each, and the step
    between copies.
    """
    if weights.size and (weights == weights[:1]).all():
        return weights[:1], 0
    if weights.size and (weights == weights[:, :1]).all():
        return weights[:, :1], 1
    return weights, weights.shape[1]


def largest(made: Synapses) -> float:
    """The largest weight that a projection has, or may learn where its rule has an end."""
    most = float(np.abs(made.weight).max(initial=0.0))
    end = getattr(made.projection.plasticity, "w_max", 0.0)
    return max(most, float(end)) if np.isfinite(end) else most


def scale_of(most: float) -> float:
    """The power of two that weights are multiplied by to become integers."""
    # it goes to the kernel as a float32
    return 2.0 ** min(HEADROOM - int(np.ceil(np.log2(most))), 126) if most > 0 else 1.0
