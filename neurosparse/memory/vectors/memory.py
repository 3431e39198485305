"""`HopfieldMemory`: vectors stored as they are, retrieved by iterating one sparse association."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, get_args

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.kernels.memory.entmax.rules import Rule, Support, as_rule
from neurosparse.kernels.memory.retrieve import nearest, retrieve
from neurosparse.kernels.memory.retrieve.plan import Plan, Retrieved
from neurosparse.memory.vectors.energy import energy_of, margin_of
from neurosparse.memory.vectors.patterns import as_indices, as_patterns, as_queries
from neurosparse.typing import Array, Float64, Int32, Int64, Path

if TYPE_CHECKING:
    from neurosparse.memory.vectors.files import PatternFile

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
        steps_to_convergence: first update, counted from 1, that moved the state by less than
            `tolerance` of its length; -1 where none did, `[n]`.
    """

    state: Array
    support: Support | None = None
    energy: Float64 | None = None
    margin: Float64 | None = None
    steps_to_convergence: Int64 | None = None


class HopfieldMemory:
    """Store vectors, and complete or clean them: q <- Xᵀ rule(β X q).

    Nothing is projected, normalised or scaled.

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
        self,
        patterns: ArrayLike | None = None,
        *,
        dtype: Any = np.float32,
        threads: int = 1,
    ) -> None:
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise bad_argument("dtype", str(self.dtype), "float32 or float64")
        self.threads = whole_number("threads", threads, 1)
        self._patterns: Array | None = None
        self._file: PatternFile | None = None
        # a mapped file that nobody has compared with its checksums yet
        self._unread = False
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

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return 0 if self._patterns is None else len(self._patterns)

    def __len__(self) -> int:
        return self.stored

    def __repr__(self) -> str:
        return f"HopfieldMemory({self.stored} patterns of {self.d} {self.dtype.name})"

    def store(self, patterns: ArrayLike) -> Int64:
        """Append patterns `[n, d]` or `[d]`; when it fails, the memory is as it was.

        Returns:
            Their places, `[n]`.
        """
        new = as_patterns("patterns", patterns, self.d, self.dtype)
        if len(new) == 0 and self._patterns is None:
            expected = "at least one pattern to learn the width from"
            raise bad_argument("patterns", Said("none"), expected)
        # a memory-mapped file stays on the disk; arrays, tensors and tables may change later
        if not isinstance(new, np.memmap) and not isinstance(patterns, list | tuple):
            new = new.copy() if np.may_share_memory(new, np.asarray(patterns)) else new
        first = self.stored
        if self._patterns is None:
            self._patterns = new
        else:
            self._patterns = np.concatenate([self._stored(), new])
        return np.arange(first, first + len(new))

    def update(self, indices: ArrayLike | slice, patterns: ArrayLike) -> None:
        """Replace those at these places, in a slice or where a mask is True, by others `[m, d]`."""
        at = as_indices("indices", indices, self.stored)
        new = as_patterns("patterns", patterns, self.d, self.dtype)
        if len(new) != len(at):
            raise bad_argument("patterns", new, f"{len(at)} patterns, one for each place")
        changed = np.array(self._stored())
        changed[at] = new
        self._patterns = changed

    def forget(self, indices: ArrayLike | slice) -> None:
        """Remove the patterns at these places, in a slice, or where a mask is True.

        Those behind move up. With none left, the next may be of another width.

        >>> memory = HopfieldMemory(np.eye(4))
        >>> memory.forget(slice(2))
        >>> memory.patterns.argmax(axis=1)
        array([2, 3])
        """
        at = as_indices("indices", indices, self.stored)
        left = np.delete(np.asarray(self._stored()), at, axis=0)
        self._patterns = left if len(left) else None

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
        requests = _asked(ask)
        rule = as_rule(alpha)
        beta = positive("beta", beta)
        tolerance = not_negative("tolerance", tolerance)
        states = [self.queries(query)]
        steps = whole_number("steps", steps, 1)
        updates = []
        convergence = np.full(len(states[0]), -1, np.int64)
        for step in range(1, steps + 1):
            keep_support = "support" in requests and step == steps
            update = self._associate(states[-1], rule, beta, keep_support)
            length = np.linalg.norm(update.state, axis=1)
            moved = np.linalg.norm(update.state - states[-1], axis=1)
            convergence[(moved < tolerance * length) & (convergence < 0)] = step
            states.append(update.state)
            updates.append(update)
        energy = None
        if "energy" in requests:
            updates.append(self._associate(states[-1], rule, beta, False))
            potentials = np.stack([each.potential for each in updates])
            energy = energy_of(potentials, states, self._stored(), rule, beta)
        margin = None
        if "margin" in requests:
            margin = margin_of(self._stored(), states[-2], rule, beta, self.threads)
        return Retrieval(
            states[-1].reshape(np.shape(query)),
            update.support,
            energy,
            margin,
            convergence if "convergence" in requests else None,
        )

    def best(self, query: ArrayLike, k: int = 1) -> tuple[Int32, Array]:
        """Find the k patterns of largest dot product, in descending order.

        This is the baseline: one shot of k = 1 retrieves at least as often as any iteration we know
        of.

        Returns:
            Places `[n, k]` and dot products `[n, k]`.
        """
        queries = self.queries(query)
        k = whole_number("k", k, 1, self.stored)
        return nearest(self._stored(), queries, k, threads=self.threads)

    def queries(self, query: ArrayLike) -> Array:
        """Return a query as `[n, d]` of this memory's dtype.

        Raises:
            ValueError: nothing is stored, another width, NaN or infinities.
        """
        self._stored()
        return as_queries("query", query, self.d, self.dtype)

    def save(self, path: Path) -> None:
        """Write the memory to a Zarr group that can be memory-mapped, whole or not at all."""
        from neurosparse.memory.vectors.files import save_patterns

        save_patterns(path, self._stored())

    @classmethod
    def load(
        cls, path: Path, *, memory_map: bool = True, threads: int = 1, verify: bool = True
    ) -> Self:
        """Open a saved memory.

        Args:
            path: what `save` wrote.
            memory_map: leave the patterns on the disk and read them when needed.
            threads: workers of a retrieval.
            verify: compare every byte with the checksums of the file now; False does it before the
                patterns are first used, so that a large mapped file opens at once.

        Raises:
            FileNotFoundError: nothing is there.
            ValueError: another kind of file, another version, damaged, or incomplete.
        """
        from neurosparse.memory.vectors.files import open_patterns

        file = open_patterns(path)
        patterns = file.patterns if memory_map else np.array(file.patterns)
        if verify or not memory_map:
            file.verify(patterns)
        memory = cls(dtype=patterns.dtype, threads=threads)
        memory._patterns = patterns
        memory._unread = memory_map and not verify
        memory._file = file if memory_map else None
        return memory

    def verify(self) -> None:
        """Read the patterns and compare those of a mapped file with its checksums.

        Raises:
            ValueError: bytes that are not those saved, or patterns that are not finite or zero.
        """
        if self._file is not None and self._patterns is self._file.patterns:
            self._file.verify()
        elif self._patterns is not None:
            as_patterns("patterns", self._patterns, self.d, self.dtype)
        self._unread = False

    def _stored(self) -> Array:
        if self._patterns is None:
            raise bad_argument(
                "memory", Said("no patterns"), "at least one", "store some first"
            )
        if self._unread:
            self.verify()
        return self._patterns

    def _associate(
        self, state: Array, rule: Rule, beta: float, keep_support: bool
    ) -> Retrieved:
        plan = Plan(beta, keep_support, self.threads)
        return retrieve(self._stored(), state, rule, plan)


def _asked(ask: Collection[Ask]) -> set[str]:
    known = get_args(Ask)
    for name in (ask,) if isinstance(ask, str) else ask:
        if name not in known:
            raise unknown_name("ask", name, known)
    return {ask} if isinstance(ask, str) else set(ask)
