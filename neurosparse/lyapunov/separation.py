"""The growth of one finite difference between two trajectories."""

from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import System, finite, settled
from neurosparse.typing import Seed


def separation_rate(
    system: System,
    state: Any,
    steps: int,
    *,
    size: float = 1e-6,
    every: int = 10,
    transient: int = 0,
    rng: Seed = None,
) -> float:
    """Estimate the largest exponent from two trajectories, now and then drawn together.

    λ = Σ ln(d / size) / T, over the times at which they are set to the distance `size` again. For
    smooth systems this is the largest exponent. For a discrete LIF a small difference only decays
    as β^t until it flips a spike, so that the answer depends on `size`; it is neither ln β nor the
    surrogate exponent, and is known to order networks otherwise than the latter does.

    Source: G. Benettin, L. Galgani, J.-M. Strelcyn, Phys. Rev. A 14 (1976),
    doi:10.1103/PhysRevA.14.2338.

    Args:
        system: with `step`.
        state: `[n]`, where to start.
        steps: to average over (rounded up to a multiple of `every`).
        size: Euclidean distance the two are set to.
        every: steps between two re-scalings.
        transient: steps to run before.
        rng: seed or generator of the first direction.

    Raises:
        ValueError: counts out of range, or a trajectory that diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> system = LinearMap([[0.5, 0.0], [0.0, 0.8]])
    >>> round(separation_rate(system, [1.0, 1.0], 200, transient=9, rng=0), 3)
    -0.225
    """
    if not size > 0:
        raise bad_argument("size", size, "a distance above 0")
    steps = whole_number("steps", steps, 1)
    every = whole_number("every", every, 1)
    t = whole_number("transient", transient)
    state = settled(system, state, t)
    gap = np.random.default_rng(rng).standard_normal(len(state))
    total = 0.0
    blocks = -(-steps // every)  # rounded up
    for _ in range(blocks):
        pair = np.stack([state, state + size * gap / np.linalg.norm(gap)])
        # what overflows is found below, and named
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(every):
                pair = system.step(pair, t)
                t += 1
        state = finite(pair[0], t)
        gap = pair[1] - state
        distance = float(np.linalg.norm(gap))
        if distance == 0.0:
            # both fell on the same point: lost in rounding, as in all further blocks
            return -np.inf
        total += np.log(distance / size)
    return float(total / (blocks * every * system.dt))
