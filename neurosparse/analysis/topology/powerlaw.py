"""Is a distribution a power law? The fit, and its rivals tested beside it.

    whole numbers:  p(k) = k^-α / ζ(α, k_min)    for k ≥ k_min
    others:         p(x) = (α - 1) / x_min (x / x_min)^-α    for x ≥ x_min

The fit is by maximum likelihood, k_min minimises the Kolmogorov-Smirnov distance, and likelihood
ratios (Vuong) say whether a log-normal or an exponential describes the same tail better; all by the
package `powerlaw`.

Sources: A. Clauset, C. R. Shalizi, M. E. J. Newman, SIAM Rev. 51 (2009), doi:10.1137/070710111;
J. Alstott, E. Bullmore, D. Plenz, PLoS ONE 9 (2014), doi:10.1371/journal.pone.0085777.
"""

import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.checks import finite
from neurosparse.errors import Said, bad_argument, missing_extra
from neurosparse.typing import Array

# values from which on a fit means anything
FEWEST = 10


class LikelihoodRatio(NamedTuple):
    """Normalised likelihood ratio of the power law to a rival; below 0 the rival fits better."""

    ratio: float
    p: float


class PowerLaw(NamedTuple):
    """A fitted tail: its exponent, where it begins, and how rivals fit the same tail.

    `error` is the standard error of `alpha`; `tail` values from `xmin` on were fitted; `distance`
    is that of Kolmogorov and Smirnov.
    """

    alpha: float
    error: float
    xmin: float
    tail: int
    distance: float
    lognormal: LikelihoodRatio
    exponential: LikelihoodRatio

    @property
    def verdict(self) -> str:
        """What the ratios say at p < 0.1: 'power law', the better rival, 'undecided' or 'no fit'.

        A tail of fewer than ten values is always undecided.
        """
        if not np.isfinite(self.alpha):
            return "no fit"
        if self.tail < FEWEST:
            return "undecided"
        rivals = {"log-normal": self.lognormal, "exponential": self.exponential}
        sure = {name: rival.ratio for name, rival in rivals.items() if rival.p < 0.1}
        better = {name: ratio for name, ratio in sure.items() if ratio < 0}
        if better:
            return min(better, key=better.__getitem__)
        beaten = len(sure) == len(rivals) and all(ratio > 0 for ratio in sure.values())
        return "power law" if beaten else "undecided"


_UNKNOWN = LikelihoodRatio(float("nan"), float("nan"))
NO_FIT = PowerLaw(float("nan"), float("nan"), 0, 0, float("nan"), _UNKNOWN, _UNKNOWN)


def fit_power_law(values: npt.ArrayLike, xmin: float | None = None) -> PowerLaw:
    """Fit degrees or avalanche sizes (whole numbers), or strengths (others); zeros are left out.

    The values decide, not their type: floats that are all whole, as strengths that count synapses,
    have the law of whole numbers.

    Fewer than ten values, or values that are all alike in the tail, have no fit: NaN, verdict
    'no fit'. A tail of less than some hundreds of values rarely decides anything.

    Args:
        values: flat, 0 or more.
        xmin: where the tail begins; None searches among all values, which takes long with more than
            some thousands of different ones.

    Raises:
        ImportError: the package powerlaw is missing.
        ValueError: negative values, NaN, or a table.

    >>> fit = fit_power_law(np.random.default_rng(0).zipf(2.5, 2000), xmin=1)
    >>> bool(abs(fit.alpha - 2.5) < 3 * fit.error), fit.tail
    (True, 2000)
    """
    if xmin is not None:
        finite("xmin", xmin)
    try:
        import powerlaw
    except ImportError:
        raise missing_extra("powerlaw", "graph") from None
    data = _checked(values)
    # above 2^53 every float is whole
    if data.dtype.kind == "f" and np.all((data == np.rint(data)) & (data < 2.0**53)):
        data = data.astype(np.int64)
    whole = np.issubdtype(data.dtype, np.integer)
    if xmin is not None and not (np.isfinite(xmin) and xmin > 0):
        raise bad_argument("xmin", xmin, "a number above 0, or None")
    data = data[data > 0]
    if data.size < FEWEST or len(np.unique(data)) < 3:
        return NO_FIT
    # the package warns about its own deprecations and about optima at a bound of a rival
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit = powerlaw.Fit(data, discrete=whole, xmin=xmin, verbose=0)
            law = fit.power_law
            lognormal = _ratio(fit, "lognormal")
            exponential = _ratio(fit, "exponential")
        except ValueError:
            return NO_FIT
        first = int(fit.xmin) if whole else float(fit.xmin)
        tail = int(np.count_nonzero(data >= fit.xmin))
        return PowerLaw(
            alpha=float(law.alpha),
            error=float(law.standard_err),
            xmin=first,
            tail=tail,
            distance=float(law.D),
            lognormal=lognormal,
            exponential=exponential,
        )


def _checked(values: npt.ArrayLike) -> Array:
    data = np.asarray(values)
    numbers = data.dtype.kind in "iuf"
    if data.size and not (numbers and np.isfinite(data).all() and data.min() >= 0):
        problem = Said("negative numbers, NaN or no numbers")
        raise bad_argument("values", problem, "numbers, 0 or more")
    if data.ndim != 1:
        raise bad_argument("values", data, "a flat array")
    return data


def _ratio(fit: Any, rival: str) -> LikelihoodRatio:
    ratio, p = fit.distribution_compare("power_law", rival, normalized_ratio=True)
    return LikelihoodRatio(float(ratio), float(p))
