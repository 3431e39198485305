"""`HopfieldMemory`: vectors stored as they are, retrieved by iterating one sparse association."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.kernels.memory.entmax.rules import Rule, Support, as_rule
from neurosparse.kernels.memory.retrieve import nearest, retrieve
from neurosparse.kernels.memory.retrieve.plan import Plan, Retrieved
from neurosparse.memory.vectors.energy import energy_of, margin_of
from neurosparse.memory.vectors.patterns import (
    above_0,
    as_count,
    as_indices,
    as_patterns,
    as_queries,
)

Array = NDArray[Any]
Ask = Literal["support", "energy", "margin", "convergence"]


class Retrieval(NamedTuple):
    """What a retrieval gives; what was not asked for is None.

    Attributes:
        state: after exactly `steps` updates, shaped as the query, `[d]` or `[n, d]`.
        support: memories that weigh in the last update and how much, one row a query.
        energy: before the first update and after each, float64 `[steps + 1, n]`.
        margin: lead of the best pattern over the next under the last update, β(s₁ - s₂), `[n]`; at
            or above the rule's `gap` the update returned a stored pattern exactly. For `Budget(k)`:
            of pattern k over k+1.
        steps_to_convergence: first update that moved the state by less than `tolerance` of its
            length, counted from
            1, -1 where none did, int64 `[n]`.
    """

    state: Array
    support: Support | None = None
    energy: NDArray[np.float64] | None = None
    margin: NDArray[np.float64] | None = None
    steps_to_convergence: NDArray[np.int64] | None = None


class HopfieldMemory:
    """Store vectors, and complete or clean them: q <- Xᵀ rule(β X q), nothing projected, normalised
    or scaled.

    Args:
        patterns: first patterns `[n, d]`, or None for an empty memory. A memory-mapped array is not
            copied.
        dtype: float32 or float64, of what is stored and computed.
        threads: workers of a retrieval.

    Raises:
        ValueError: patterns that are not finite, or zero.

    Sources: Ramsauer et al. (2021), arXiv:2008.02217; Hu et al. (2023), arXiv:2309.12673; Santos et
    al. (2024), arXiv:2402.13725.

    >>> memory = HopfieldMemory()
    >>> memory.store([[1.0, 1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0]])
    array([0, 1])
    >>> memory.retrieve([1.0, 1.0, 0.0, 0.0], beta=1.0, alpha=2.0).state
    array([1., 1., 1., 1.], dtype=float32)
    """

    def __init__(
        self, patterns: ArrayLike | None = None, *, dtype: Any = np.float32, threads: int = 1
    ) -> None:
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise bad_argument("dtype", str(self.dtype), "float32 or float64")
        self.threads = as_count("threads", threads, "at least 1")
        self._patterns: Array | None = None
        if patterns is not None:
            self.store(patterns)

    @property
    def patterns(self) -> Array:
        """What is stored, `[n, d]`, read-only."""
        view = self._stored().view()
        view.flags.writeable = False
        return view

    @property
    def d(self) -> int | None:
        """Width of the patterns; None before the first is stored."""
        return None if self._patterns is None else int(self._patterns.shape[1])

    def __len__(self) -> int:
        return 0 if self._patterns is None else len(self._patterns)

    def __repr__(self) -> str:
        return f"HopfieldMemory({len(self)} patterns of {self.d} {self.dtype.name})"

    def store(self, patterns: ArrayLike) -> NDArray[np.int64]:
        """Append patterns `[n, d]` or `[d]` and return their places; when it fails, the memory is as it was."""
        new = as_patterns("patterns", patterns, self.d, self.dtype)
        n = len(self)
        if len(new) == 0 and self._patterns is None:
            raise bad_argument(
                "patterns", Said("none"), "at least one pattern to learn the width from"
            )
        shared = (
            not isinstance(new, np.memmap)
            and isinstance(patterns, np.ndarray)
            and np.shares_memory(new, patterns)
        )
        own = new.copy() if shared else new
        self._patterns = own if self._patterns is None else np.concatenate([self._patterns, own])
        return np.arange(n, n + len(new))

    def update(self, indices: ArrayLike, patterns: ArrayLike) -> None:
        """Replace the patterns at these places by others `[m, d]`."""
        at = as_indices("indices", indices, len(self))
        new = as_patterns("patterns", patterns, self.d, self.dtype)
        if len(new) != len(at):
            raise bad_argument("patterns", new, f"{len(at)} patterns, one for each place")
        changed = np.array(self._stored())
        changed[at] = new
        self._patterns = changed

    def forget(self, indices: ArrayLike) -> None:
        """Remove the patterns at these places; those behind move up."""
        at = as_indices("indices", indices, len(self))
        self._patterns = np.delete(np.asarray(self._stored()), at, axis=0)

    def retrieve(
        self,
        query: ArrayLike,
        beta: float,
        alpha: Rule | float = 2.0,
        steps: int = 1,
        *,
        ask: Collection[Ask] = (),
        tolerance: float = 1e-6,
    ) -> Retrieval:
        """Apply exactly `steps` updates q <- Xᵀ rule(β X q).

        Args:
            query: `[d]` or `[n, d]`.
            beta: inverse temperature, above 0; no other factor enters.
            alpha: α of the entmax (1 softmax, 2 sparsemax), or a rule: `Normmax(γ)`, `Budget(k)`.
            steps: number of updates, at least 1.
            ask: what else to return, of "support", "energy", "margin", "convergence"; each costs
                its own work.
            tolerance: of "convergence", as a share of the length of the state.

        Raises:
            ValueError: an empty memory, a query of another width or not finite, β or α out of
                range.
        """
        wanted = _asked(ask)
        rule = as_rule(alpha)
        plan = Plan(above_0("beta", beta), threads=self.threads)
        state, shape = self.queries(query), np.shape(query)
        steps = as_count("steps", steps, "at least 1 update")
        potentials = []
        before = []
        arrived = np.full(len(state), -1, np.int64)
        for step in range(1, steps + 1):
            last = step == steps
            found = self._associate(state, rule, plan, "support" in wanted and last)
            before.append(state)
            potentials.append(found.potential)
            moved = np.linalg.norm(found.state - state, axis=1) < tolerance * np.linalg.norm(
                found.state, axis=1
            )
            arrived[moved & (arrived < 0)] = step
            state = found.state
        energy = None
        if "energy" in wanted:
            potentials.append(self._associate(state, rule, plan, False).potential)
            energy = energy_of(np.stack(potentials), [*before, state], self._stored(), rule, beta)
        margin = (
            margin_of(self._stored(), before[-1], rule, beta, self.threads)
            if "margin" in wanted
            else None
        )
        convergence = arrived if "convergence" in wanted else None
        return Retrieval(state.reshape(shape), found.support, energy, margin, convergence)

    def best(self, query: ArrayLike, k: int = 1) -> tuple[NDArray[np.int32], Array]:
        """The k patterns of largest dot product: (places `[n, k]`, dot products `[n, k]`),
        descending.

        This is the baseline: one shot of k = 1 retrieves at least as often as any iteration we know
            of.
        """
        queries = self.queries(query)
        k = as_count("k", k, f"1 to {len(self)}, the stored patterns", len(self))
        return nearest(self._stored(), queries, k, threads=self.threads)

    def queries(self, query: ArrayLike) -> Array:
        """Return a query as `[n, d]` of this memory's dtype.

        Raises:
            ValueError: nothing is stored, another width, NaN or infinities.
        """
        self._stored()
        return as_queries("query", query, self.d, self.dtype)

    def save(self, path: str | Path) -> None:
        """Write the memory to a Zarr group that can be memory-mapped, whole or not at all."""
        from neurosparse.memory.vectors.files import save_patterns

        save_patterns(path, self._stored())

    @classmethod
    def load(cls, path: str | Path, *, memory_map: bool = True, threads: int = 1) -> Self:
        """Open a saved memory; with `memory_map` the patterns stay on the disk and are read when
        needed.

        Raises:
            FileNotFoundError: nothing is there.
            ValueError: another kind of file, another version, damaged, or incomplete.
        """
        from neurosparse.memory.vectors.files import load_patterns

        found = load_patterns(path, memory_map=memory_map)
        made = cls(dtype=found.dtype, threads=threads)
        made._patterns = found
        return made

    def _stored(self) -> Array:
        if self._patterns is None or len(self._patterns) == 0:
            raise bad_argument("memory", Said("no patterns"), "at least one", "store some first")
        return self._patterns

    def _associate(self, state: Array, rule: Rule, plan: Plan, keep_support: bool) -> Retrieved:
        return retrieve(self._stored(), state, rule, Plan(plan.beta, keep_support, plan.threads))


def _asked(ask: Collection[Ask]) -> set[str]:
    known = get_args(Ask)
    for name in (ask,) if isinstance(ask, str) else ask:
        if name not in known:
            raise unknown_name("ask", name, known)
    return {ask} if isinstance(ask, str) else set(ask)
