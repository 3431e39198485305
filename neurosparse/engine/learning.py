"""Plastic projections: traces, the view by postsynaptic neuron, the operation that learns."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.populations import Group
from neurosparse.kernels.base import csr
from neurosparse.plasticity.base import numbers_of, variables_of

# steps; no delay is longer, so whatever is as old carries every spike that is under way
OLD = 65_535
LINE = 16  # numbers in a cache line


@dataclass(frozen=True, eq=False)
class LearningState:
    """What a plasticity rule keeps of a projection, as the arrays that the next step reads.

    Args:
        rule: the rule.
        weight: float32 `[nnz]`.
        eligibility: of rules with a third factor, float32 `[nnz]`, else None.
        modulator: concentration of a third factor, and the step up to which it was reckoned with.
        pre_traces: a copy for each thread, `[n_threads, n_traces, n_pre]`; where delays differ as
            they are at the soma, a synapse sees them after its delay.
        post_traces: `[n_traces, n_alloc]`, the first n_post columns in use.
        variables: what synapses keep beside the weight, by name, float32 `[nnz]`.
    """

    rule: Any
    weight: NDArray[np.float32]
    eligibility: NDArray[np.float32] | None
    modulator: NDArray[np.float64]
    pre_traces: NDArray[np.float32]
    post_traces: NDArray[np.float32]
    variables: dict[str, NDArray[np.float32]]


class Learning:
    """What a plastic projection keeps beside its weights.

    `x` [n_threads, n_x, n_pre] are presynaptic traces, a copy for each thread; `y` [n_y, n_alloc]
    postsynaptic ones. `columns`, `of`
    and `places` list the synapses by postsynaptic neuron. A rule with a third factor has an
    `eligibility` [nnz] and a `modulator`: concentration, and the step up to which it was reckoned
    with. `age` [nnz] is for how many steps each synapse had been there at the last edit, empty
    before any.

    Where delays differ, up to `longest` steps, `x` [n_threads, n_traced, n_x, n_pre] holds the
    traces after each of the last steps, those after step s in s % n_traced, and `lags` the delays
    by postsynaptic neuron.

    Synapses that keep more than a weight have it in `own` [n_own, nnz], in CSR order; where that
    changes between events it holds after step `valid` [nnz].
    """

    def __init__(
        self, rule: Any, n_pre: int, post: Group, dt: float, longest: int | None = None
    ) -> None:
        self.rule = rule
        self.n_post = post.n
        coefficients = numbers_of(rule, "coefficients", dt, rule.Coefficients)
        before = numbers_of(rule, "pre_decay", dt, rule.Pre)
        behind = numbers_of(rule, "post_decay", dt, rule.Post)
        self.coefficients = np.array(coefficients, dtype=np.float32).reshape(-1, 1)
        self.factors = np.array((*before, *behind), dtype=np.float32)
        n_threads = len(post.bounds) - 1
        n_x = len(before)
        kept = () if longest is None else (longest + 2,)
        shape = (n_threads, *kept, n_x, n_pre)
        what = f"traces of {n_pre} neurons for {sum(kept)} steps of delay"
        remedy = "shorten the longest delay, or give each projection one delay"
        refuse_beyond_memory("delay", 4.0 * math.prod(shape), what, remedy)
        self.x = np.zeros(shape, dtype=np.float32)
        self.one = np.zeros((n_threads, n_x, LINE), dtype=np.float32)
        self.still = np.zeros((n_threads, 8), dtype=np.int64)
        self.lags: NDArray[Any] = np.zeros(0, dtype=np.uint8)
        self.places: NDArray[Any] = np.zeros(0, dtype=np.int32)
        self.y = np.zeros((len(rule.Post._fields), post.n_alloc), dtype=np.float32)
        self.modulator = np.zeros(2)
        self.age = np.zeros(0, dtype=np.uint16)
        self.eligibility: NDArray[np.float32] | None = None
        self.dt = np.array([dt])
        self.names = variables_of(rule) if hasattr(rule, "Synapse") else ()
        self.own = np.zeros((len(self.names), 0), dtype=np.float32)
        self.valid = np.zeros(0, dtype=np.int32)

    @property
    def late(self) -> bool:
        """Whether delays may differ."""
        return self.x.ndim == 4

    @property
    def moves(self) -> bool:
        """Whether weights change between events too."""
        return hasattr(self.rule, "between")

    def variables(
        self, weight: NDArray[np.float32], now: int
    ) -> dict[str, NDArray[np.float32]]:
        """The weight and what else synapses keep at step `now`, by name; what moves as copies."""
        own = self.own
        if self.moves:
            weight = weight.copy()
            own = own.copy()
            self._bring(weight, own, self.valid.copy(), now)
        each = dict(zip(self.names, own, strict=True))
        if self.eligibility is not None and not self.names:
            each["eligibility"] = self.eligibility
        return {"weight": weight, **each}

    def catch_up(self, weight: NDArray[np.float32], now: int) -> None:
        """Bring weight and all that synapses keep to step `now`, in place."""
        if self.moves:
            self._bring(weight, self.own, self.valid, now)

    def _bring(self, weight: Any, own: Any, valid: Any, now: int) -> None:
        from neurosparse.kernels.spikes.spike_timing.own import bring

        numbers = (now - 1, float(self.dt[0]), self.coefficients)
        bring(self.rule, weight, own, valid, *numbers)

    def _hold(self, own: NDArray[np.float32], valid: NDArray[np.int32]) -> None:
        """Take other arrays of what synapses keep."""
        self.own = own
        self.valid = valid
        if "eligibility" in self.names and getattr(self.rule, "third_factor", False):
            self.eligibility = own[self.names.index("eligibility")]

    def state(self, weight: NDArray[np.float32], now: int) -> LearningState:
        """What it keeps at step `now`, as live arrays."""
        return LearningState(
            rule=self.rule,
            weight=weight,
            eligibility=self.eligibility,
            modulator=self.modulator,
            pre_traces=self.x[:, (now - 1) % self.x.shape[1]] if self.late else self.x,
            post_traces=self.y,
            variables=dict(zip(self.names, self.own, strict=True)),
        )

    def stir(self) -> None:
        """Look at all traces again: they may have been changed from outside."""
        self.still[:] = 0

    def index(
        self, indptr: NDArray[np.int64], indices: NDArray[Any], delay: Any = 0
    ) -> None:
        """List the synapses by postsynaptic neuron, from arrays in CSR order."""
        columns, of, places = csr.transpose(indptr, indices.astype(np.int32), self.n_post)
        self.columns, self.of = columns, of
        self.places = places.astype(np.int32) if len(places) < 2**31 else places
        if self.late:
            self.lags = delay[places]
        waits = getattr(self.rule, "third_factor", False) and not self.names
        if self.names and self.own.shape[1] != len(places):
            empty = np.zeros((len(self.names), len(places)), dtype=np.float32)
            self._hold(empty, np.full(self.moves * len(places), -1, np.int32))
        if waits and (self.eligibility is None or self.eligibility.size != len(places)):
            self.eligibility = np.zeros(len(places), dtype=np.float32)

    def ages(self, nnz: int, since: int) -> NDArray[np.uint16]:
        """For how many steps each synapse has been there, `since` steps after the last edit; at
        most 65,535.
        """
        if not self.age.size:
            return np.full(nnz, OLD, dtype=np.uint16)
        return np.minimum(self.age.astype(np.int64) + since, OLD).astype(np.uint16)

    def carry(self, edit: Any, since: int, now: int) -> None:
        """Follow an edit of the synapses before step `now`: each keeps its eligibility and age, and
        what else it has; new ones have none.
        """
        self.age = edit.carry(self.ages(len(edit.moved), since))
        if self.names:
            rows = np.stack([edit.carry(row) for row in self.own])
            valid = edit.carry(self.valid, now - 1) if self.moves else self.valid
            self._hold(rows, valid)
        elif self.eligibility is not None:
            self.eligibility = edit.carry(self.eligibility)

    def words(self, post: Group, weight: NDArray[np.float32]) -> dict[str, Any]:
        """The words that describe traces, columns and what changes to the operation, by name."""
        waits = self.eligibility is not None and not self.names
        return {
            "changed": self.eligibility if waits else weight,
            "age": self.age,
            "n_ages": self.age.size,
            "coefficients": self.coefficients,
            "n_coefficients": len(self.coefficients),
            "x": self.x,
            "n_x": self.x.shape[-2],
            "y": self.y,
            "n_y": len(self.y),
            "factors": self.factors,
            "still": self.still,
            "bounds": post.bounds,
            "columns": self.columns,
            "n_post": self.n_post,
            "of": self.of,
            "places": self.places,
            **post.log.words("post_"),
        }

    def late_words(self) -> dict[str, Any]:
        """The words beside these where delays differ, by name."""
        return {
            "n_traced": self.x.shape[1],
            "one": self.one,
            "lags": self.lags,
            "own": self.own,
            "n_own": len(self.own),
            "valid": self.valid,
            "n_valid": self.valid.size,
            "dt": self.dt,
        }

    @property
    def nbytes(self) -> int:
        """Bytes beside weights and rows."""
        waiting = 0
        if self.eligibility is not None and not self.names:
            waiting = self.eligibility.nbytes
        return waiting + sum(
            a.nbytes
            for a in (
                self.age,
                self.x,
                self.y,
                self.columns,
                self.of,
                self.places,
                self.lags,
                self.own,
                self.valid,
            )
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The traces, for a checkpoint."""
        arrays: dict[str, NDArray[Any]] = {"x": self.x[0], "y": self.y[:, : self.n_post]}
        if self.age.size:
            arrays["age"] = self.age
        if self.eligibility is not None:
            arrays |= {"eligibility": self.eligibility, "modulator": self.modulator}
        if self.names:
            arrays |= {"own": self.own, "valid": self.valid}
        return arrays

    def put_back(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the traces from a checkpoint."""
        self.stir()
        self.x[:] = arrays["x"]
        self.age = arrays["age"].copy() if "age" in arrays else self.age[:0]
        self.y[:, : self.n_post] = arrays["y"]
        if self.names:
            self._hold(arrays["own"].copy(), arrays["valid"].copy())
        if self.eligibility is not None:
            self.eligibility[:] = arrays["eligibility"]
            self.modulator[:] = arrays["modulator"]
