"""What learning hands back: a dictionary, how it came about, and what it takes to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.store.arrays import load_arrays, loaded_array, loaded_number, save_arrays
from neurosparse.typing import Array, Path


class LearningProgress(NamedTuple):
    """One batch, measured before the dictionary was changed by it."""

    samples: int  # seen so far, this batch too
    cost: float  # ½‖x - aD‖² and the penalty, mean over samples
    l0: float  # atoms a sample, mean
    dead: int  # atoms replaced after it


@dataclass(frozen=True)
class LearnedDictionary:
    """A dictionary and the state of its learning, as `fit` and `partial_fit` hand it back.

    Attributes:
        dictionary: after the last whole batch.
        history: one `LearningProgress` a batch.
        state: arrays that the rule keeps.
        rest: signals `[r, d]` that wait for their batch to be whole.

    >>> import tempfile
    >>> from neurosparse.sparse_coding import Ista, OnlineDictionary, Soft
    >>> x = np.random.default_rng(0).standard_normal((60, 4))
    >>> rule, coder = OnlineDictionary(batch=16), Ista(Soft(0.2))
    >>> learned = rule.fit(x, dictionary=Dictionary.random(6, 4, rng=0), coder=coder)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     learned.save(f"{folder}/run")
    ...     again = LearnedDictionary.load(f"{folder}/run")
    >>> further = [rule.partial_fit(x, run, coder=coder) for run in (learned, again)]
    >>> bool((further[0].dictionary.atoms == further[1].dictionary.atoms).all())
    True
    """

    dictionary: Dictionary
    history: tuple[LearningProgress, ...] = ()
    state: Mapping[str, Array] = field(default_factory=dict)
    rest: Array = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def samples(self) -> int:
        """Signals learned from; those of `rest` do not count yet."""
        return self.history[-1].samples if self.history else 0

    def save(self, path: Path) -> None:
        """Write all of it to the folder `path`, whole or not at all."""
        arrays = {f"state/{name}": value for name, value in self.state.items()}
        arrays["atoms"] = self.dictionary.atoms
        arrays["rest"] = self.rest
        arrays["history"] = np.array(self.history, np.float64).reshape(-1, 4)
        save_arrays(path, "LearnedDictionary", {"states": len(self.state)}, arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; learning goes on to the bit.

        Raises:
            ValueError: another kind or version, or arrays that do not fit each other.
        """
        config, arrays = load_arrays(path, "LearnedDictionary")
        dtype = arrays["atoms"].dtype if "atoms" in arrays else np.dtype(np.float64)
        atoms = loaded_array(arrays, "atoms", dtype, (None, None))
        rest = loaded_array(arrays, "rest", dtype, (None, None))
        rows = loaded_array(arrays, "history", np.float64, (None, 4))
        states = {
            name.removeprefix("state/"): array
            for name, array in arrays.items()
            if name.startswith("state/")
        }
        if len(states) != loaded_number(config, "states"):
            loaded_array({}, "state", np.float64, (None,))
        history = [LearningProgress(int(s), c, k, int(d)) for s, c, k, d in rows.tolist()]
        return cls(Dictionary(atoms), tuple(history), states, rest)
