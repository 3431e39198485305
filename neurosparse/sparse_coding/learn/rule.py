"""The loop that all rules share: code a batch, change the atoms, replace those that are dead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import generator, whole_number
from neurosparse.errors import bad_argument, bad_type
from neurosparse.sparse_coding.coder import Coder, a_coder, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.sparse_coding.learn.learned import LearnedDictionary, LearningProgress
from neurosparse.sparse_coding.thresholds import Soft
from neurosparse.typing import Array, Bool, Int64, Seed

# signals that are looked at for each atom to be replaced, and the cosine of two that are alike
TRIED = 20
ALIKE = 0.99


class Update(NamedTuple):
    """What a rule makes of a batch: atoms of any length above 0, and its own state."""

    atoms: Array
    state: dict[str, Array]


@dataclass(frozen=True)
class LearningRule:
    """What every rule has; a rule of one's own gives `update`.

    Args:
        batch: signals that one change is made of; None for all that are handed over at once.
        patience: an atom that no signal used for so many is replaced by the signal described
            worst, each signal standing in for one atom at most.
    """

    batch: int | None = 256
    patience: int = 10_000

    def __post_init__(self) -> None:
        if self.batch is not None:
            whole_number("batch", self.batch, 1)
        whole_number("patience", self.patience)

    def fit(
        self,
        x: Any,
        *,
        dictionary: Dictionary,
        coder: Coder,
        epochs: int = 1,
        rng: Seed = None,
    ) -> LearnedDictionary:
        """Learn from all signals, some times over, in a random order.

        The last batch of an epoch may be smaller.

        Args:
            x: signals `[n, d]`: an array, also one mapped from a file, a Zarr array, or a sparse
                one of SciPy; rows are read batch by batch.
            dictionary: to begin with.
            coder: finds the codes.
            epochs: times that each signal is learned from.
            rng: seed or Generator of the order.

        Raises:
            ValueError: NaN, signals of another width, none at all.
        """
        whole_number("epochs", epochs, 1)
        random = generator(rng)
        a_coder(coder)
        signals = _indexed(x)
        if len(signals.shape) != 2 or not signals.shape[0]:
            raise bad_argument("x", signals, "[n, d], one signal or more")
        learned = self.begin(dictionary)
        size = self.batch or signals.shape[0]
        for _ in range(epochs):
            order = random.permutation(signals.shape[0])
            for first in range(0, len(order), size):
                rows = _rows(signals, np.sort(order[first : first + size]))
                learned = self._learn(rows, learned, coder)
        return learned

    def begin(self, dictionary: Dictionary) -> LearnedDictionary:
        """Return the state before the first signal."""
        atoms = a_dictionary(dictionary).atoms
        state = {"idle": np.zeros(len(atoms), np.int64), **self.first_state(atoms)}
        return LearnedDictionary(dictionary, (), state, atoms[:0])

    def partial_fit(
        self, x: Any, learned: LearnedDictionary, *, coder: Coder
    ) -> LearnedDictionary:
        """Go on with further signals `[n, d]`, as many as there are, in their order.

        Signals that do not fill a batch wait in `rest` for the next call, so that how a stream is
        cut changes nothing; `finish` learns from them. A rule without batches takes each call as
        one.
        """
        if not isinstance(learned, LearnedDictionary):
            remedy = "write learned=rule.begin(dictionary)"
            raise bad_type("learned", learned, "a LearnedDictionary", remedy)
        a_coder(coder)
        signals = learned.dictionary.signals(x)
        if self.batch is not None:
            signals = np.concatenate([learned.rest, signals])
        size = self.batch or max(len(signals), 1)
        whole = len(signals) // size * size
        for first in range(0, whole, size):
            learned = self._learn(signals[first : first + size], learned, coder)
        return _with_rest(learned, signals[whole:])

    def finish(self, learned: LearnedDictionary, *, coder: Coder) -> LearnedDictionary:
        """Learn from the signals that wait, a batch smaller than the others."""
        if not len(learned.rest):
            return learned
        return _with_rest(self._learn(learned.rest, learned, coder), learned.rest[:0])

    def first_state(self, atoms: Array) -> dict[str, Array]:
        """Arrays that the rule keeps from batch to batch."""
        del atoms
        return {}

    def update(
        self, x: Array, codes: SparseCodes, atoms: Array, state: dict[str, Array]
    ) -> Update:
        """Change the atoms by one batch."""
        raise NotImplementedError

    def forget(self, state: dict[str, Array], dead: Int64) -> dict[str, Array]:
        """Forget what is known of atoms that are replaced."""
        del dead
        return state

    def _learn(self, x: Any, learned: LearnedDictionary, coder: Coder) -> LearnedDictionary:
        dictionary = learned.dictionary
        signals = dictionary.signals(x)
        codes = coder.encode(signals, dictionary)
        left = signals - dictionary.decode(codes)
        costs = 0.5 * (left.astype(np.float64) ** 2).sum(1)
        total = costs.sum() + penalties(coder, codes).sum()
        before = dict(learned.state)
        used = np.bincount(codes.indices, minlength=dictionary.n) > 0
        idle = np.where(used, 0, before.pop("idle") + len(signals))
        atoms, state = self.update(signals, codes, dictionary.atoms, before)
        atoms, dead = replaced(atoms, idle > self.patience, signals, costs)
        idle[dead] = 0
        progress = LearningProgress(
            learned.samples + len(signals),
            float(total) / len(signals),
            codes.nnz / len(signals),
            len(dead),
        )
        return LearnedDictionary(
            Dictionary(atoms, renormalise=True),
            (*learned.history, progress),
            {"idle": idle, **self.forget(state, dead)},
            learned.rest,
        )


def replaced(atoms: Array, dead: Bool, x: Array, costs: Array) -> tuple[Array, Int64]:
    """Put the signals described worst in the place of dead atoms; say which were replaced.

    >>> atoms, dead = np.eye(3), np.array([True, False, True])
    >>> replaced(atoms, dead, np.array([[0, 1, 0], [0, 0, 5.0]]), np.array([0.0, 2.0]))[1]
    array([0])
    """
    places = np.flatnonzero(dead)
    chosen: list[Array] = []
    for worst in np.argsort(-costs, kind="stable")[: TRIED * len(places)]:
        square = float((x[worst] ** 2).sum())
        # what is described exactly would only double an atom
        if len(chosen) == len(places) or costs[worst] <= 1e-12 * square:
            break
        unit = x[worst] / np.sqrt(square)
        # as would two signals of one direction
        if all(abs(float(unit @ other)) < ALIKE for other in chosen):
            chosen.append(unit)
    fresh = atoms.copy()
    for place, unit in zip(places, chosen, strict=False):
        fresh[place] = unit
    return fresh, places[: len(chosen)]


def penalties(coder: Any, codes: SparseCodes) -> Array:
    """What each coefficient costs by the coder's threshold or its λ; nothing where it has none.

    >>> from neurosparse.sparse_coding import Lasso, Omp
    >>> codes = SparseCodes.from_dense([[0.0, -2.0]])
    >>> penalties(Lasso(0.5), codes).tolist(), penalties(Omp(1), codes).tolist()
    ([1.0], [0.0])
    """
    threshold = getattr(coder, "threshold", None)
    if threshold is None:
        threshold = Soft(getattr(coder, "lam", 0.0))
    return np.asarray(threshold.penalty(codes.values.astype(np.float64)))


def _indexed(x: Any) -> Any:
    """Signals of which rows can be taken; brackets of a data frame would take columns."""
    if hasattr(x, "tocsr"):
        return x.tocsr()
    return x if hasattr(x, "shape") and hasattr(x, "dtype") else np.asarray(x)


def _rows(signals: Any, rows: Int64) -> Any:
    """Some rows of an array, or of a Zarr array, which indexes along an axis by `oindex`."""
    return getattr(signals, "oindex", signals)[rows]


def _with_rest(learned: LearnedDictionary, rest: Array) -> LearnedDictionary:
    kept = np.array(rest)
    return LearnedDictionary(learned.dictionary, learned.history, learned.state, kept)
