"""FreeRecall without a cue for each item: free recall visits patterns without repeats, sequential
recall follows order.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosparse.errors import bad_argument, bad_type
from neurosparse.kernels.memory.entmax import weigh
from neurosparse.kernels.memory.entmax.rules import Entmax, Rule
from neurosparse.kernels.memory.retrieve import retrieve
from neurosparse.kernels.memory.retrieve.plan import Plan
from neurosparse.memory.vectors.memory import HopfieldMemory
from neurosparse.memory.vectors.patterns import above_0, as_count

Array = NDArray[Any]
HALVINGS = 60


class FreeRecall(NamedTuple):
    """What was recalled, in order.

    Attributes:
        indices: the pattern of largest weight at each step, int64 `[steps]`.
        states: what was retrieved, `[steps, d]`.
    """

    indices: NDArray[np.int64]
    states: Array

    @property
    def unique(self) -> int:
        """How many different patterns were recalled."""
        return len(np.unique(self.indices))


def capped_sparsemax(z: Array, cap: Array) -> Array:
    """Project scores z `[n]` onto {0 <= p <= cap, Σ p = 1}: sparsemax of which each entry may give
    so much only.

    Source: Martins & Kreutzer (2017), doi:10.18653/v1/D17-1036.

    >>> capped_sparsemax(np.array([3.0, 1.0, 0.5]), np.array([0.25, 1.0, 1.0])).round(6)
    array([0.25 , 0.625, 0.125])
    """
    lo = float((z - cap).min()) - 1
    hi = float(z.max())
    for _ in range(HALVINGS):
        mid = (lo + hi) / 2
        enough = np.clip(z - mid, 0, cap).sum() >= 1
        lo, hi = (mid, hi) if enough else (lo, mid)
    p = np.clip(z - lo, 0, cap)
    return np.asarray(p / p.sum())


@dataclass(frozen=True)
class Exhaust:
    """Each pattern may give a total weight of 1: what a recall used up is gone (constrained sparsemax)."""

    def weights(self, z: Array, used: Array) -> Array:
        """Weights `[n]` from scores and what each pattern has given so far."""
        return capped_sparsemax(z, np.clip(1 - used, 0, None))

    def fade(self, used: Array) -> Array:
        """Nothing comes back."""
        return used


@dataclass(frozen=True)
class Fatigue:
    """Patterns that were recalled lose `strength` from their score, and recover by `recovery` a step.

    Source: the decaying penalty of Santos et al. (2024), arXiv:2402.13725.
    """

    rule: Rule = Entmax(2.0)  # noqa: RUF009 - frozen
    strength: float = 1e9
    recovery: float = 1e-3

    def weights(self, z: Array, used: Array) -> Array:
        """Weights `[n]` from scores and how tired each pattern is."""
        return np.asarray(weigh((z - self.strength * used)[None], self.rule)[0])

    def fade(self, used: Array) -> Array:
        """Tiredness of all patterns one step on."""
        return np.asarray(used * (1 - self.recovery))


def free_recall(
    memory: HopfieldMemory,
    cue: ArrayLike,
    count: int,
    *,
    beta: float,
    inhibition: Exhaust | Fatigue | None = None,
) -> FreeRecall:
    """Let each recalled state cue the next; `inhibition` (default `Exhaust()`) keeps the same from
    coming again.

    Where two patterns are about equally near, a state mixes them; a larger β separates them.

    Raises:
        ValueError: more recalls than patterns with `Exhaust`, or a cue or β that cannot be meant.

    >>> memory = HopfieldMemory([[1.0, 0.2, 0.0], [0.0, 1.0, 0.3], [0.2, 0.0, 1.0]])
    >>> free_recall(memory, [0.1, 0.9, 0.2], 3, beta=40.0).indices
    array([1, 2, 0])
    """
    inhibition = Exhaust() if inhibition is None else inhibition
    if not (hasattr(inhibition, "weights") and hasattr(inhibition, "fade")):
        raise bad_type("inhibition", inhibition, "Exhaust() or Fatigue(...)")
    state = _cue(memory, cue, beta)[0].astype(np.float64)
    most = len(memory) if isinstance(inhibition, Exhaust) else np.inf
    count = as_count("count", count, f"1 to {len(memory)}, the stored patterns", most)
    x = np.asarray(memory.patterns, np.float64)
    used = np.zeros(len(memory))
    indices, states = [], []
    for _ in range(count):
        p = inhibition.weights(beta * (x @ state), used)
        used = inhibition.fade(used) + p
        state = p @ x
        indices.append(int(np.argmax(p)))
        states.append(state)
    return FreeRecall(np.array(indices), np.array(states, memory.dtype))


def sequential_recall(
    memory: HopfieldMemory,
    cue: ArrayLike,
    count: int,
    *,
    beta: float,
    alpha: Rule | float = 2.0,
    ring: bool = False,
) -> FreeRecall:
    """Replay patterns in the order they were stored: each step weighs by the state and hands on their successors.

    state <- Σ_i p_i x_(i+1), p = rule(β X state). The last pattern leads to itself, or to the first
    in a `ring`.

    Raises:
        ValueError: a cue, β or α that cannot be meant.

    >>> sequential_recall(HopfieldMemory(np.eye(4)), [0.9, 0.1, 0.0, 0.0], 4, beta=8.0).indices
    array([1, 2, 3, 3])
    """
    count = as_count("count", count, "at least 1 step")
    state = _cue(memory, cue, beta)
    x = memory.patterns
    n = len(memory)
    indices, states = [], []
    for _ in range(count):
        support = retrieve(
            x, state, alpha, Plan(beta, keep_support=True, threads=memory.threads)
        ).support
        assert support is not None
        after = support.indices + 1
        after = after % n if ring else np.minimum(after, n - 1)
        state = (support.weights @ x[after])[None]
        indices.append(int(after[np.argmax(support.weights)]))
        states.append(state[0])
    return FreeRecall(np.array(indices), np.array(states, memory.dtype))


def _cue(memory: HopfieldMemory, cue: ArrayLike, beta: float) -> Array:
    if np.ndim(cue) != 1:
        raise bad_argument("cue", np.asarray(cue), f"one vector [{memory.d}]")
    above_0("beta", beta)
    return memory.queries(cue)
