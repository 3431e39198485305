"""Edges between groups beside what random graphs have: who projects to whom more than by chance?"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.blocks import BlockMatrix, block_matrix
from neurosparse.analysis.topology.nulls import degree_preserving_null, null_seeds
from neurosparse.checks import function_like, whole_number
from neurosparse.typing import Float64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

Null = Callable[..., "Connectivity"]


class BlockComparison(NamedTuple):
    """Value per pair of groups `[groups, groups]`, presynaptic first, and what chance gives.

    `z` = (value - null mean) / null deviation, NaN where nulls do not differ. A single further null
    would lie between `low` and `high` with 95 % (Student's t). With many pairs of groups some lie
    outside by chance: correct for their number before one is called special.
    """

    names: list[str]
    value: Float64
    null_mean: Float64
    null_sd: Float64
    z: Float64
    low: Float64
    high: Float64


def compare_blocks(
    connectivity: "Connectivity",
    groups: npt.ArrayLike,
    nulls: int = 100,
    rng: Seed = None,
    *,
    null: Null = degree_preserving_null,
    weighted: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> BlockComparison:
    """Count edges from group to group (types, regions), and in random graphs.

    Args:
        connectivity: a graph on one set of neurons.
        groups: label of each neuron `[n]`.
        nulls: how many random graphs, at least 2.
        rng: of these.
        null: `null(connectivity, rng)` draws one: `degree_preserving_null`, `random_graph`,
            `functools.partial(matched_null, strengths=True)`, …
        weighted: add up weights in place of edges.
        progress: called as `progress(done, nulls)` after each null.

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post = np.nonzero(~np.eye(40, dtype=bool))
    >>> inside = (pre < 20) == (post < 20)
    >>> c = Connectivity.from_edges(pre[inside], post[inside], n_pre=40, n_post=40)
    >>> blocks = compare_blocks(c, [0] * 20 + [1] * 20, nulls=10, rng=0)
    >>> blocks.value[0].tolist(), blocks.z[0, 0] > 5 > blocks.z[0, 1]
    ([380.0, 0.0], np.True_)
    """
    whole_number("nulls", nulls, 2)
    function_like("null", null, "a function null(connectivity, rng)")
    blocks = block_matrix(connectivity, groups)
    values = np.empty((nulls, *blocks.edges.shape))
    for k, seed in enumerate(null_seeds(nulls, rng)):
        values[k] = _value(block_matrix(null(connectivity, seed), groups), weighted)
        if progress is not None:
            progress(k + 1, nulls)
    return BlockComparison(blocks.names, *_beside(_value(blocks, weighted), values))


def _value(blocks: BlockMatrix, weighted: bool) -> Float64:
    if not weighted:
        return blocks.edges.astype(np.float64)
    return np.nan_to_num(blocks.mean_weight) * blocks.edges


def _beside(value: Float64, nulls: Float64) -> tuple[Float64, ...]:
    from scipy.stats import t

    mean = nulls.mean(axis=0)
    deviation = nulls.std(axis=0, ddof=1)
    # a further draw deviates from the true mean, and so does the mean of the draws
    reach = t.ppf(0.975, len(nulls) - 1) * deviation * np.sqrt(1 + 1 / len(nulls))
    steady = deviation <= 1e-12 * np.maximum(np.abs(mean), 1e-300)
    z = np.divide(value - mean, deviation, out=np.full_like(mean, np.nan), where=~steady)
    return value, mean, deviation, z, mean - reach, mean + reach
