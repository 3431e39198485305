"""The growth of one finite difference between two trajectories."""

from typing import Any

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import System, at_least, finite, settled


def separation_rate(
    system: System,
    state: Any,
    steps: int,
    *,
    size: float = 1e-6,
    every: int = 10,
    transient: int = 0,
    rng: Any = None,
) -> float:
    """Estimate the largest exponent from two trajectories, drawn together to distance `size` every
    so often.

    λ = Σ ln(d / size) / T, over the re-scalings. For smooth systems this is the largest exponent.
    For a discrete
    LIF a small difference only decays as β^t until it flips a spike, so that the answer depends on
    `size`; it is neither ln β nor the surrogate exponent, and is known to order networks otherwise
    than the latter does.

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
        ValueError: numbers that cannot be meant, or a trajectory that diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> round(separation_rate(LinearMap([[0.5, 0.0], [0.0, 0.8]]), [1.0, 1.0], 200, transient=9, rng=0), 3)
    -0.225
    """
    if not size > 0:
        raise bad_argument("size", size, "a distance above 0")
    steps = at_least("steps", steps, 1)
    every = at_least("every", every, 1)
    rng = np.random.default_rng(rng)
    here = settled(system, state, at_least("transient", transient, 0))
    gap = rng.standard_normal(len(here))
    total, t = 0.0, transient
    blocks = -(-steps // every)
    for _ in range(blocks):
        pair = np.stack([here, here + size * gap / np.linalg.norm(gap)])
        # what overflows is found below, and named
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(every):
                pair = system.step(pair, t)
                t += 1
        here = finite(pair[0], t)
        gap = pair[1] - here
        distance = float(np.linalg.norm(gap))
        if distance == 0.0:
            # both fell on the same point: lost in rounding, as in all further blocks
            return -np.inf
        total += np.log(distance / size)
    return float(total / (blocks * every * system.dt))
