"""How large an effect is, how sure, and whether rewired graphs show it too."""

from typing import NamedTuple

import numpy as np

from neurosparse.typing import Array, Float64

DRAWS = 10_000
# sign patterns of all trials are tried up to this many, above it some at random
MOST_PATTERNS = 4096
COLUMNS = 512


class Beside(NamedTuple):
    """An effect beside those on the graphs of one control.

    Attributes:
        mean: of the effects on its graphs, in Hz.
        low, high: between which that on a further graph would lie with 95 %.
        q: share of false discoveries if this effect is called another than theirs.
    """

    mean: float
    low: float
    high: float
    q: float


class Effect(NamedTuple):
    """What an arm does to a read-out, against the intact brain.

    Attributes:
        arm, readout: names.
        intact, rate: mean rates in Hz.
        effect: the difference in Hz, paired by trials.
        low, high: its 95 % bootstrap interval over trials.
        size: the difference in standard deviations of the paired differences (Cohen's d_z).
        q: share of false discoveries if this effect is called one (Benjamini and Hochberg 1995,
            doi:10.1111/j.2517-6161.1995.tb02031.x), from a sign-flip test over trials.
        beside: the same effect on each control, by its name.
    """

    arm: str
    readout: str
    intact: float
    rate: float
    effect: float
    low: float
    high: float
    size: float
    q: float
    beside: dict[str, Beside]


def paired_bootstrap(differences: Array, seed: int = 0) -> tuple[Float64, Float64]:
    """Bounds of 95 % of the bootstrap means of each column, `[trials, k]` -> two of `[k]`.

    All columns share their draws; each has the interval that `bootstrap_interval` gives it.

    >>> low, high = paired_bootstrap(np.array([[1.0, 0.0], [1.0, 4.0]]))
    >>> low.tolist(), high.tolist()
    ([1.0, 0.0], [1.0, 4.0])
    """
    values = np.asarray(differences, np.float64)
    trials = len(values)
    picks = np.random.default_rng(seed).integers(0, trials, (DRAWS, trials))
    drawn = np.zeros((DRAWS, trials))
    np.add.at(drawn, (np.arange(DRAWS)[:, None], picks), 1.0 / trials)
    parts = [np.percentile(drawn @ part, [2.5, 97.5], axis=0) for part in _cut(values)]
    low, high = np.concatenate(parts, axis=1)
    return low, high


def sign_flip(differences: Array, seed: int = 0) -> Float64:
    """Probability of a mean as far from 0 if every difference might have had the other sign, of
    each column `[trials, k]` -> `[k]`.

    Exact up to twelve trials; with T of them it is never below 2 / 2^T.

    Source: R. A. Fisher, The Design of Experiments (1935), section 21.

    >>> sign_flip(np.ones((5, 1))).tolist(), sign_flip(np.zeros((5, 1))).tolist()
    ([0.0625], [1.0])
    """
    values = np.asarray(differences, np.float64)
    trials = len(values)
    if 2**trials <= MOST_PATTERNS:
        patterns = (np.arange(2**trials)[:, None] >> np.arange(trials)) & 1
        signs = 1.0 - 2.0 * patterns
        extra = 0
    else:
        signs = np.random.default_rng(seed).choice([-1.0, 1.0], (DRAWS, trials))
        extra = 1
    far: list[Float64] = []
    for part in _cut(values):
        # sums of the same numbers in another order differ by rounding
        bound = np.abs(part.sum(axis=0)) * (1 - 1e-9) - 1e-12
        reached = np.count_nonzero(np.abs(signs @ part) >= bound, axis=0)
        far.append((reached + extra) / (len(signs) + extra))
    return np.concatenate(far)


class Prediction(NamedTuple):
    """Where one more graph of a control would lie, `[k]` each."""

    mean: Float64
    low: Float64
    high: Float64
    p: Float64


def among(values: Array, nulls: Array) -> Prediction:
    """Say where 95 % of further graphs lie after those that were drawn, `[graphs, k]`, and how
    improbable values as far out as these `[k]` are among them.

    t = (value - mean) / (sd sqrt(1 + 1 / graphs)) has Student's distribution where the graphs'
    values are normal. Where all graphs agree the probability is 1 / (graphs + 1), or 1 where the
    value agrees too; of one graph nothing can be said.

    >>> among(np.array([9.0, 0.0]), np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])).p.round(3)
    array([0.026, 1.   ])
    """
    from scipy.stats import t

    graphs = len(nulls)
    mean = nulls.mean(axis=0)
    if graphs < 2:
        unknown = np.full(len(mean), np.nan)
        return Prediction(mean, unknown, unknown, unknown)
    scale = nulls.std(axis=0, ddof=1) * np.sqrt(1 + 1 / graphs)
    reach = scale * t.ppf(0.975, graphs - 1)
    agree = scale <= 1e-12 * np.abs(mean)
    p = np.where(np.abs(values - mean) <= 1e-9 * np.abs(mean), 1.0, 1 / (graphs + 1))
    far = np.abs(values - mean)[~agree] / scale[~agree]
    p[~agree] = 2 * t.sf(far, graphs - 1)
    return Prediction(mean, mean - reach, mean + reach, p)


def discoveries(p: Array) -> Float64:
    """Share of false discoveries at each of the probabilities, NaN left alone.

    >>> discoveries(np.array([0.01, np.nan, 0.5])).tolist()
    [0.02, nan, 0.5]
    """
    from scipy.stats import false_discovery_control

    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        q[known] = false_discovery_control(p[known])
    return q


def effect_sizes(differences: Array) -> Float64:
    """Cohen's d_z of each column; 0 where nothing differs, infinite where all differ alike.

    >>> effect_sizes(np.array([[1.0, 0.0], [3.0, 0.0]])).round(3).tolist()
    [1.414, 0.0]
    """
    mean = differences.mean(axis=0)
    spread = differences.std(axis=0, ddof=1) if len(differences) > 1 else mean * 0
    alike = spread <= 1e-12 * np.abs(mean)
    size = np.zeros(len(mean))
    size[~alike] = mean[~alike] / spread[~alike]
    size[alike] = np.where(mean[alike] == 0, 0.0, np.copysign(np.inf, mean[alike]))
    return size


def _cut(values: Float64) -> list[Float64]:
    """Columns a few at a time: draws of all together would fill memory."""
    edges = range(COLUMNS, max(values.shape[1], 1), COLUMNS)
    return np.split(values, list(edges), axis=1)
