"""Spatial pooler: learns sparse codes of inputs, each column adapting to what it wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import prod
from typing import Any, Self

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument
from neurosparse.estimator import Transformer
from neurosparse.htm._settings import check_parts
from neurosparse.htm.inhibition import GlobalInhibition, Hood, Inhibition, LocalInhibition
from neurosparse.htm.pooler_parts import (
    Boosting,
    PoolerState,
    PoolPermanence,
    PotentialPool,
    draw_permanences,
    draw_pools,
    duty,
    expected_synapses,
    inhibition_radius,
    learning_rule,
    warn_unreachable,
)
from neurosparse.htm.topology import columns_per_input, connected_span, neighbourhoods
from neurosparse.kernels.memory.spatial_pooler import (
    Learning,
    Pools,
    backend_module,
    make_pools,
)
from neurosparse.sdr import SDR, dense_batch
from neurosparse.sdr.batch import one_sdr
from neurosparse.store.arrays import loaded_array, loaded_number
from neurosparse.store.one_file import load_file, save_file
from neurosparse.typing import Array, Float64, Int32, Path

_BYTES = 20  # of a potential synapse: index, column and permanence, and what draws them
_PARTS = (PotentialPool(), PoolPermanence(), GlobalInhibition(), Boosting())


class SpatialPooler(Transformer):
    """Turn binary inputs into sparse codes of columns, and learn to tell the inputs apart.

    overlap_c = #connected synapses from active inputs, times boost; columns compete (`inhibition`);
    winners raise permanences from active inputs and lower the others.

    Args:
        input_shape, column_shape: of as many axes, which lie over each other.
        pool: inputs a column may connect to.
        permanence: how synapses learn.
        inhibition: how columns compete.
        boosting: help for columns that win too little.
        seed: of the pools and the first permanences.
        backend: "cpu" or "naive".

    Attributes:
        pools: fixed.
        state: all that learns.

    Raises:
        ValueError: parameters out of range, or inputs of another size.

    Source: Cui, Ahmad & Hawkins, "The HTM Spatial Pooler", Front. Comput. Neurosci. 11:111 (2017),
    doi:10.3389/fncom.2017.00111.

    >>> pooler = SpatialPooler(100, 200, inhibition=GlobalInhibition(0.05), seed=1)
    >>> code = pooler.step(SDR(range(20), 100))
    >>> len(code), code.shape
    (10, (200,))
    """

    def __init__(
        self,
        input_shape: int | Sequence[int],
        column_shape: int | Sequence[int],
        *,
        pool: PotentialPool = _PARTS[0],
        permanence: PoolPermanence = _PARTS[1],
        inhibition: Inhibition = _PARTS[2],
        boosting: Boosting = _PARTS[3],
        seed: int = 1,
        backend: str = "cpu",
    ) -> None:
        check_parts(
            pool=(pool, PotentialPool),
            permanence=(permanence, PoolPermanence),
            inhibition=(inhibition, (GlobalInhibition, LocalInhibition)),
            boosting=(boosting, Boosting),
        )
        self.input_shape = SDR([], input_shape).shape
        self.column_shape = SDR([], column_shape).shape
        self.pool = pool
        self.permanence = permanence
        self.inhibition = inhibition
        self.boosting = boosting
        self.backend = backend
        synapses = expected_synapses(self.input_shape, self.column_shape, pool)
        size = f"{synapses:,} potential synapses"
        refuse_beyond_memory(
            "pool", _BYTES * synapses, size, "lower its radius or fraction"
        )
        self.seed = checks.whole_number("seed", seed)
        generator = np.random.default_rng(self.seed)
        self.pools = draw_pools(self.input_shape, self.column_shape, pool, generator)
        warn_unreachable(self.pools, inhibition.stimulus_threshold)
        columns = prod(self.column_shape)
        if isinstance(inhibition, GlobalInhibition) and not inhibition.count(columns):
            received = inhibition.active_share
            remedy = "raise active_share or add columns"
            expected = f"one winner or more of {columns} columns"
            raise bad_argument("inhibition.active_share", received, expected, remedy)
        none = np.zeros(columns)
        first = draw_permanences(self.pools.indices.size, permanence.connected, generator)
        self.state = PoolerState(first, none, none, none, none + 1, 0, 0)
        self._make_reachable()
        self._set_radius()

    def step(self, sdr: SDR, learn: bool = True) -> SDR:
        """Return the winning columns for one input and, unless `learn` is False, learn from it."""
        if one_sdr("sdr", sdr).size != prod(self.input_shape):
            expected = f"{prod(self.input_shape)} input cells {self.input_shape}"
            raise bad_argument("sdr", sdr.shape, expected)
        return SDR(self._step(sdr.indices, learn), self.column_shape)

    def partial_fit(self, X: Any, y: None = None) -> Self:
        """Learn from each row of X in order: SDRs, a sparse matrix or dense rows `[n, n_inputs]`.

        >>> SpatialPooler(16, 40, seed=0).partial_fit(np.eye(3, 16)).state.iteration
        3
        """
        for row in dense_batch(X, prod(self.input_shape)):
            self._step(np.flatnonzero(row).astype(np.int32), True)
        return self

    def transform(self, X: Any) -> Any:
        """Return the codes of the rows of X as a SciPy CSR array, uint8 `[n, n_columns]`.

        It learns nothing.

        >>> SpatialPooler(16, 40, seed=0).transform(np.eye(3, 16)).shape
        (3, 40)
        """
        from scipy.sparse import csr_array

        rows = dense_batch(X, prod(self.input_shape))
        codes = [self._step(np.flatnonzero(row).astype(np.int32), False) for row in rows]
        indptr = np.concatenate([[0], np.cumsum([c.size for c in codes])]).astype(np.int64)
        indices = np.concatenate([np.empty(0, np.int32), *codes])
        shape = (len(codes), prod(self.column_shape))
        return csr_array((np.ones(indices.size, np.uint8), indices, indptr), shape=shape)

    def predict(self, X: Any) -> Any:
        """Same as `transform`: the prediction of a pooler is its code."""
        return self.transform(X)

    def save(self, path: Path) -> None:
        """Write everything to an .npz file, whole or not at all."""
        kind = type(self.inhibition).__name__
        parts = (self.pool, self.permanence, self.inhibition, self.boosting)
        config = {
            "input_shape": self.input_shape,
            "column_shape": self.column_shape,
            "inhibition_kind": kind,
            "parts": [asdict(p) for p in parts],
            "seed": self.seed,
            "iteration": self.state.iteration,
            "radius": self.state.radius,
        }
        arrays = {"indptr": self.pools.indptr, "indices": self.pools.indices}
        names = PoolerState._fields[:5]
        arrays |= {name: getattr(self.state, name) for name in names}
        save_file(path, "SpatialPooler", config, arrays)

    @classmethod
    def load(cls, path: Path) -> SpatialPooler:
        """Read a pooler that `save` wrote; it continues to the bit as the saved one would."""
        config, arrays = load_file(path, "SpatialPooler")
        out = cls.__new__(cls)
        out.input_shape = tuple(config["input_shape"])
        out.column_shape = tuple(config["column_shape"])
        pool, permanence, inhibition, boosting = config["parts"]
        kinds: dict[str, type[Inhibition]] = {
            "GlobalInhibition": GlobalInhibition,
            "LocalInhibition": LocalInhibition,
        }
        out.pool = PotentialPool(**pool)
        out.permanence = PoolPermanence(**permanence)
        out.inhibition = kinds[config["inhibition_kind"]](**inhibition)
        out.boosting = Boosting(**boosting)
        out.backend = "cpu"
        out.seed = config.get("seed", 1)  # files of before had none
        out.pools = _checked_pools(arrays, prod(out.input_shape), prod(out.column_shape))
        names = PoolerState._fields[1:5]
        shape = (prod(out.column_shape),)
        learned = {name: loaded_array(arrays, name, np.float64, shape) for name in names}
        synapses = (out.pools.indices.size,)
        learned["permanence"] = loaded_array(arrays, "permanence", np.float32, synapses)
        within = (learned["permanence"] >= 0) & (learned["permanence"] <= 1)
        numbers = not any(np.isnan(learned[name]).any() for name in names)
        if not (within.all() and numbers):
            received = Said("permanences outside 0 to 1, or NaN")
            raise bad_argument("path", received, "a file that save wrote")
        out.state = PoolerState(
            **learned,
            iteration=loaded_number(config, "iteration"),
            radius=loaded_number(config, "radius"),
        )
        out.hood = out._neighbours(out.state.radius)
        return out

    @property
    def rule(self) -> Learning:
        """Numbers of the learning rule, as the kernels take them."""
        return learning_rule(self.permanence, self.inhibition.stimulus_threshold)

    def overlaps(self, active: Int32) -> Int32:
        """Count connected synapses from active inputs, int32 `[n_columns]`."""
        run = backend_module(self.backend).overlaps
        counts = run(active, self.pools, self.state.permanence, self.rule.connected)
        return np.asarray(counts, np.int32)

    def boosted(self, overlap: Int32) -> Float64:
        """Return overlaps times boost factors, or as they are without boosting, `[n_columns]`."""
        boost = self.state.boost if self.boosting.strength > 0 else 1.0
        return np.asarray(overlap * boost, np.float64)

    def connected(self) -> list[Int32]:
        """Connected input cells of each column."""
        on = self.state.permanence >= np.float32(self.rule.connected)
        pieces = np.split(np.arange(on.size), self.pools.indptr[1:-1])
        return [self.pools.indices[p[on[p]]] for p in pieces]

    def _step(self, active: Int32, learn: bool) -> Int32:
        overlap = self.overlaps(active)
        winners = self.inhibition(self.boosted(overlap), self.hood, self.backend)
        if learn:
            self._learn(active, overlap, winners)
        return winners

    def _learn(self, active: Int32, overlap: Int32, winners: Int32) -> None:
        s = self.state
        kernel = backend_module(self.backend)
        rule = self.rule
        iteration = s.iteration + 1
        kernel.adapt(winners, active, self.pools, s.permanence, rule)
        period = min(self.boosting.period, iteration)
        won = np.zeros(overlap.size)
        won[winners] = 1
        overlap_duty = duty(s.overlap_duty, overlap > 0, period)
        active_duty = duty(s.active_duty, won, period)
        weak = np.flatnonzero(overlap_duty < s.least_duty)
        if weak.size:
            kernel.bump(weak, self.pools, s.permanence, rule.raise_by)
        boost = s.boost
        if self.boosting.strength > 0:
            target = self.inhibition.target(active_duty, self.hood)
            boost = np.exp((target - active_duty) * self.boosting.strength)
        self.state = s._replace(
            overlap_duty=overlap_duty,
            active_duty=active_duty,
            boost=boost,
            iteration=iteration,
        )
        if iteration % self.boosting.update_every == 0:
            self._set_radius()
            least = self.boosting.least_share * self.inhibition.peak(
                overlap_duty, self.hood
            )
            self.state = self.state._replace(least_duty=least)

    def _set_radius(self) -> None:
        if not isinstance(self.inhibition, LocalInhibition):
            self.hood = None
            return
        span = float(
            np.mean([connected_span(c, self.input_shape) for c in self.connected()])
        )
        radius = inhibition_radius(
            span, columns_per_input(self.input_shape, self.column_shape)
        )
        if radius != self.state.radius:
            self.hood = self._neighbours(radius)
        self.state = self.state._replace(radius=radius)

    def _make_reachable(self) -> None:
        nobody = np.empty(0, np.int32)
        still = self.rule._replace(increment=0.0, decrement=0.0)
        columns = np.arange(prod(self.column_shape), dtype=np.int32)
        # adapting without learning still raises columns that reach no threshold
        adapt = backend_module(self.backend).adapt
        adapt(columns, nobody, self.pools, self.state.permanence, still)

    hood: Hood | None

    def _neighbours(self, radius: int) -> Hood | None:
        if not isinstance(self.inhibition, LocalInhibition):
            return None
        return Hood(*neighbourhoods(self.column_shape, radius, self.pool.wrap))


def _checked_pools(arrays: Mapping[str, Array], n_inputs: int, n_columns: int) -> Pools:
    """Loaded pools, once they are known to lie inside the inputs."""
    indptr = loaded_array(arrays, "indptr", np.int64, (n_columns + 1,))
    indices = loaded_array(arrays, "indices", np.int32, (int(indptr[-1]),))
    inside = indices.min(initial=0) >= 0 and indices.max(initial=0) < n_inputs
    if np.diff(indptr).min() < 0 or not inside:
        received = Said("pools that lie outside the inputs")
        raise bad_argument("path", received, "a file that save wrote")
    return make_pools(indptr, indices, n_inputs)
