"""Recall without a cue for each item: free, or in the order in which patterns were stored."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import fraction, not_negative, positive, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.entmax import weigh
from neurosparse.kernels.memory.entmax.rules import Entmax, Rule
from neurosparse.kernels.memory.retrieve import retrieve
from neurosparse.kernels.memory.retrieve.plan import Plan
from neurosparse.memory.vectors.memory import HopfieldMemory
from neurosparse.typing import Array, Float64, Int64

HALVINGS = 60


class FreeRecall(NamedTuple):
    """What was recalled, in order.

    Attributes:
        indices: the pattern of largest weight at each step, int64 `[steps]`.
        states: what was retrieved, `[steps, d]`.
    """

    indices: Int64
    states: Array

    @property
    def unique(self) -> int:
        """How many different patterns were recalled."""
        return len(np.unique(self.indices))


def _finite(name: str, x: ArrayLike, shape: tuple[int, ...]) -> Float64:
    array = np.asarray(x, np.float64)
    if array.shape != shape or array.ndim != 1 or not array.size:
        raise bad_argument(name, array, f"a vector {list(shape) if array.ndim else '[n]'}")
    if not np.isfinite(array).all():
        raise bad_argument(name, Said("NaN or infinity"), "finite numbers")
    return array


def capped_sparsemax(z: Array, cap: Array) -> Array:
    """Project scores z `[n]` onto {0 <= p <= cap, Σ p = 1}: sparsemax with a largest weight each.

    Raises:
        ValueError: scores or caps that are not finite, caps below 0 or of a sum below 1.

    Source: Martins & Kreutzer (2017), doi:10.18653/v1/D17-1036.

    >>> capped_sparsemax(np.array([3.0, 1.0, 0.5]), np.array([0.25, 1.0, 1.0])).round(6)
    array([0.25 , 0.625, 0.125])
    """
    z = _finite("z", z, np.shape(z))
    cap = _finite("cap", cap, z.shape)
    # what is left to give may fall short of 1 by its rounding
    if cap.min() < 0 or cap.sum() < 1 - 1e-9 * z.size:
        received = Said(f"caps of {cap.min()} or more, {cap.sum()} together")
        raise bad_argument("cap", received, "0 or more each, 1 or more together")
    lo = float((z - cap).min()) - 1
    hi = float(z.max())
    for _ in range(HALVINGS):
        mid = (lo + hi) / 2
        if np.clip(z - mid, 0, cap).sum() >= 1:
            lo = mid
        else:
            hi = mid
    p = np.clip(z - lo, 0, cap)
    return np.asarray(p / p.sum())


@dataclass(frozen=True)
class Exhaust:
    """Each pattern may give a total weight of 1: what a recall used up is gone.

    The weights are the constrained sparsemax.
    """

    def weights(self, z: Array, used: Array) -> Array:
        """Weights `[n]` from scores and what each pattern has given so far."""
        return capped_sparsemax(z, np.clip(1 - used, 0, None))

    def fade(self, used: Array) -> Array:
        """Nothing comes back."""
        return used


@dataclass(frozen=True)
class Fatigue:
    """Patterns that were recalled lose from their score, and recover.

    Source: the decaying penalty of Santos et al. (2024), arXiv:2402.13725.

    Args:
        rule: how the scores become weights.
        strength: what a whole recall takes from a score.
        recovery: share of the loss that comes back in a step.
    """

    rule: Rule = Entmax(2.0)  # noqa: RUF009 - frozen
    strength: float = 1e9
    recovery: float = 1e-3

    def __post_init__(self) -> None:
        not_negative("strength", self.strength)
        fraction("recovery", self.recovery)

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
    """Let each recalled state cue the next, and none come twice.

    Where two patterns are about equally near, a state mixes them; a larger β separates them.

    Args:
        memory: what is stored.
        cue: the first state, `[d]`.
        count: number of recalls.
        beta: inverse temperature, above 0.
        inhibition: what keeps the same from coming again, `Exhaust()` when None.

    Raises:
        ValueError: more recalls than patterns with `Exhaust`, a cue of another width, or a β that
            is not above 0.

    >>> memory = HopfieldMemory([[1.0, 0.2, 0.0], [0.0, 1.0, 0.3], [0.2, 0.0, 1.0]])
    >>> free_recall(memory, [0.1, 0.9, 0.2], 3, beta=40.0).indices
    array([1, 2, 0])
    """
    inhibition = Exhaust() if inhibition is None else inhibition
    known = hasattr(inhibition, "weights") and hasattr(inhibition, "fade")
    if isinstance(inhibition, type) or not known:
        raise bad_type("inhibition", inhibition, "Exhaust() or Fatigue(...)")
    state = _cue(memory, cue, beta)[0].astype(np.float64)
    most = memory.stored if isinstance(inhibition, Exhaust) else None
    count = whole_number("count", count, 1, most)
    x = np.asarray(memory.patterns, np.float64)
    used = np.zeros(memory.stored)
    indices = []
    states = []
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
    """Replay patterns in the order in which they were stored.

    state <- Σ_i p_i x_(i+1), p = rule(β X state): each step weighs patterns by the state and hands
    on their successors.

    Args:
        memory: what is stored.
        cue: the first state, `[d]`.
        count: number of steps.
        beta: inverse temperature, above 0.
        alpha: α of the entmax, or a rule.
        ring: whether the last pattern leads to the first; to itself otherwise.

    Raises:
        ValueError: a cue of another width, β not above 0, or α below 1.

    >>> sequential_recall(HopfieldMemory(np.eye(4)), [0.9, 0.1, 0.0, 0.0], 4, beta=8.0).indices
    array([1, 2, 3, 3])
    """
    count = whole_number("count", count, 1)
    state = _cue(memory, cue, beta)
    x = memory.patterns
    n = memory.stored
    plan = Plan(beta, keep_support=True, threads=memory.threads)
    indices = []
    states = []
    for _ in range(count):
        support = retrieve(x, state, alpha, plan).support
        assert support is not None
        successors = support.indices + 1
        successors = successors % n if ring else np.minimum(successors, n - 1)
        state = (support.weights @ x[successors])[None]
        indices.append(int(successors[np.argmax(support.weights)]))
        states.append(state[0])
    return FreeRecall(np.array(indices), np.array(states, memory.dtype))


def _cue(memory: HopfieldMemory, cue: ArrayLike, beta: float) -> Array:
    if np.ndim(cue) != 1:
        raise bad_argument("cue", np.asarray(cue), f"one vector [{memory.d}]")
    positive("beta", beta)
    return memory.queries(cue)
