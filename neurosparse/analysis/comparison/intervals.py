"""How sure a difference is: bootstrap intervals over seeds, paired where seeds are shared."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.quantities import real_numbers


class BootstrapInterval(NamedTuple):
    """A mean and the bounds between which 95 % of the bootstrap means lie."""

    mean: float
    low: float
    high: float


def bootstrap_interval(
    values: ArrayLike, draws: int = 10_000, seed: int = 0
) -> BootstrapInterval:
    """Percentile bootstrap of the mean: the same values have the same interval.

    Args:
        values: one for each seed `[k]`.
        draws: samples with replacement.
        seed: of the draws.

    Source: B. Efron, Ann. Stat. 7 (1979), doi:10.1214/aos/1176344552.

    Raises:
        ValueError: no value, or one that is not finite.

    >>> bootstrap_interval([1.0, 1.0, 1.0])
    BootstrapInterval(mean=1.0, low=1.0, high=1.0)
    """
    whole_number("draws", draws, 1)
    whole_number("seed", seed)
    sample = real_numbers("values", values, "one number for each seed")
    if sample.ndim != 1 or not len(sample) or not np.isfinite(sample).all():
        raise bad_argument(
            "values", values, "at least one finite number, one for each seed"
        )
    picks = np.random.default_rng(seed).integers(0, len(sample), (draws, len(sample)))
    low, high = np.percentile(sample[picks].mean(1), [2.5, 97.5])
    return BootstrapInterval(float(sample.mean()), float(low), float(high))


def paired_interval(
    ours: dict[int, float], theirs: dict[int, float]
) -> BootstrapInterval | None:
    """Interval of the differences of the seeds both have; None where there are none.

    >>> round(paired_interval({0: 0.9, 1: 0.8}, {0: 0.8, 1: 0.7, 2: 0.1}).mean, 3)
    0.1
    """
    seeds = sorted(ours.keys() & theirs.keys())
    return bootstrap_interval([ours[s] - theirs[s] for s in seeds]) if seeds else None
