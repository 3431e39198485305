"""Plastic projections: traces, the view by postsynaptic neuron, the operation that learns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.populations import Group
from neurosparse.kernels import csr


class Learning:
    """What a plastic projection keeps beside its weights.

    `x` [n_threads, n_x, n_pre] are presynaptic traces, a copy for each thread; `y` [n_y, n_alloc] postsynaptic
    ones. `columns`, `of` and `places` list the synapses by postsynaptic neuron.
    """

    def __init__(self, rule: Any, n_pre: int, post: Group, dt: float) -> None:
        self.rule, self.n_post = rule, post.n
        coefficients, factors = rule.coefficients(dt), (*rule.pre_decay(dt), *rule.post_decay(dt))
        self.coefficients = np.array(coefficients, dtype=np.float32).reshape(-1, 1)
        self.factors = np.array(factors, dtype=np.float32)
        n_threads = len(post.bounds) - 1
        self.x = np.zeros((n_threads, len(rule.Pre._fields), n_pre), dtype=np.float32)
        self.y = np.zeros((len(rule.Post._fields), post.n_alloc), dtype=np.float32)

    def index(self, indptr: NDArray[np.int64], indices: NDArray[Any]) -> None:
        """List the synapses by postsynaptic neuron."""
        columns, of, places = csr.transpose(indptr, indices.astype(np.int32), self.n_post)
        self.columns, self.of = columns, of
        self.places = places.astype(np.int32) if len(places) < 2**31 else places

    def words(self, post: Group) -> list[Any]:
        """The words that describe traces and columns to the operation."""
        return [
            self.coefficients, len(self.coefficients), self.x.shape[1], len(self.y), self.x, self.y, self.factors,
            post.bounds, self.columns, self.n_post, self.of, self.places, *post.log_words(),
        ]  # fmt: skip

    @property
    def nbytes(self) -> int:
        """Bytes beside weights and rows."""
        return sum(a.nbytes for a in (self.x, self.y, self.columns, self.of, self.places))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The traces, for a checkpoint."""
        return {"x": self.x[0], "y": self.y[:, : self.n_post]}

    def put_back(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the traces from a checkpoint."""
        self.x[:] = arrays["x"]
        self.y[:, : self.n_post] = arrays["y"]
