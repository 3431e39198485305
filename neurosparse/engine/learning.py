"""Plastic projections: traces, the view by postsynaptic neuron, the operation that learns."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.populations import Group
from neurosparse.kernels.base import csr
from neurosparse.plasticity.base import numbers_of

# steps; no delay is longer, so whatever is as old carries every spike that is under way
OLD = 65_535


@dataclass(frozen=True, eq=False)
class LearningState:
    """What a plasticity rule keeps of a projection, as the arrays that the next step reads.

    Args:
        rule: the rule.
        weight: float32 `[nnz]`.
        eligibility: of rules with a third factor, float32 `[nnz]`, else None.
        modulator: concentration of a third factor, and the step up to which it was reckoned with.
        pre_traces: a copy for each thread, `[n_threads, n_traces, n_pre]`.
        post_traces: `[n_traces, n_alloc]`, the first n_post columns in use.
    """

    rule: Any
    weight: NDArray[np.float32]
    eligibility: NDArray[np.float32] | None
    modulator: NDArray[np.float64]
    pre_traces: NDArray[np.float32]
    post_traces: NDArray[np.float32]


class Learning:
    """What a plastic projection keeps beside its weights.

    `x` [n_threads, n_x, n_pre] are presynaptic traces, a copy for each thread; `y` [n_y, n_alloc]
    postsynaptic ones. `columns`, `of` and `places` list the synapses by postsynaptic neuron. A rule
    with a third factor has an `eligibility` [nnz] and a `modulator`: concentration, and the step up
    to which it was reckoned with. `age` [nnz] is for how many steps each synapse had been there at
    the last edit, empty before any.
    """

    def __init__(self, rule: Any, n_pre: int, post: Group, dt: float) -> None:
        self.rule = rule
        self.n_post = post.n
        coefficients = numbers_of(rule, "coefficients", dt, rule.Coefficients)
        before = numbers_of(rule, "pre_decay", dt, rule.Pre)
        behind = numbers_of(rule, "post_decay", dt, rule.Post)
        factors = (*before, *behind)
        self.coefficients = np.array(coefficients, dtype=np.float32).reshape(-1, 1)
        self.factors = np.array(factors, dtype=np.float32)
        n_threads = len(post.bounds) - 1
        self.x = np.zeros((n_threads, len(rule.Pre._fields), n_pre), dtype=np.float32)
        self.y = np.zeros((len(rule.Post._fields), post.n_alloc), dtype=np.float32)
        self.modulator = np.zeros(2)
        self.age = np.zeros(0, dtype=np.uint16)
        self.eligibility: NDArray[np.float32] | None = None

    def index(self, indptr: NDArray[np.int64], indices: NDArray[Any]) -> None:
        """List the synapses by postsynaptic neuron."""
        columns, of, places = csr.transpose(indptr, indices.astype(np.int32), self.n_post)
        self.columns, self.of = columns, of
        self.places = places.astype(np.int32) if len(places) < 2**31 else places
        waits = getattr(self.rule, "third_factor", False)
        if waits and (self.eligibility is None or self.eligibility.size != len(places)):
            self.eligibility = np.zeros(len(places), dtype=np.float32)

    def ages(self, nnz: int, since: int) -> NDArray[np.uint16]:
        """For how many steps each synapse has been there, `since` steps after the last edit; at
        most 65,535.
        """
        if not self.age.size:
            return np.full(nnz, OLD, dtype=np.uint16)
        return np.minimum(self.age.astype(np.int64) + since, OLD).astype(np.uint16)

    def carry(self, edit: Any, since: int) -> None:
        """Follow an edit of the synapses: each keeps its eligibility and age, new ones have
        none.
        """
        self.age = edit.carry(self.ages(len(edit.moved), since))
        if self.eligibility is not None:
            self.eligibility = edit.carry(self.eligibility)

    def words(self, post: Group, weight: NDArray[np.float32]) -> dict[str, Any]:
        """The words that describe traces, columns and what changes to the operation, by name."""
        return {
            "changed": weight if self.eligibility is None else self.eligibility,
            "age": self.age,
            "n_ages": self.age.size,
            "coefficients": self.coefficients,
            "n_coefficients": len(self.coefficients),
            "x": self.x,
            "n_x": self.x.shape[1],
            "y": self.y,
            "n_y": len(self.y),
            "factors": self.factors,
            "bounds": post.bounds,
            "columns": self.columns,
            "n_post": self.n_post,
            "of": self.of,
            "places": self.places,
            **post.log.words("post_"),
        }

    @property
    def nbytes(self) -> int:
        """Bytes beside weights and rows."""
        waiting = 0 if self.eligibility is None else self.eligibility.nbytes
        return waiting + sum(
            a.nbytes for a in (self.age, self.x, self.y, self.columns, self.of, self.places)
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The traces, for a checkpoint."""
        arrays: dict[str, NDArray[Any]] = {"x": self.x[0], "y": self.y[:, : self.n_post]}
        if self.age.size:
            arrays["age"] = self.age
        if self.eligibility is not None:
            arrays |= {"eligibility": self.eligibility, "modulator": self.modulator}
        return arrays

    def put_back(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the traces from a checkpoint."""
        self.x[:] = arrays["x"]
        self.age = arrays["age"].copy() if "age" in arrays else self.age[:0]
        self.y[:, : self.n_post] = arrays["y"]
        if self.eligibility is not None:
            self.eligibility[:] = arrays["eligibility"]
            self.modulator[:] = arrays["modulator"]
