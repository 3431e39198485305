"""Layers between measured groups: a chance for each pair of an input and an output group."""

from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.neurons.base import floats
from neurosparse.typing import Int64, Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import bytes_to_draw, distinct, from_keys
from neurosparse.wiring.bipartite_groups import bounds_of

Table = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class BlockLayer:
    """Connect each pair with the probability of its two groups, `p[a][b]` from group a to group b.

    Both sides are cut in order into as many groups as `p` has rows (inputs) and columns (outputs).
    Every pair is drawn independently. `GroupLayer` is the case of one chance within groups and one
    between; measured chances come from `analysis.block_matrix(...).density`.

    Args:
        p: chances `[groups_in, groups_out]`.
        sizes: relative sizes of the groups, of both sides where they have equally many; None for
            equal ones.

    Raises:
        TypeError: what are no numbers.
        ValueError: chances outside 0..1, sizes that do not fit them, more groups than neurons.

    >>> rule = BlockLayer([[1.0, 0.0], [0.5, 1.0]])
    >>> rule.expected_density
    0.625
    >>> BlockLayer([[1.0, 0.0], [0.0, 1.0]], sizes=(1, 3)).build(4, 4).out_degree.tolist()
    [1, 3, 3, 3]
    """

    p: Table
    sizes: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        table = floats("p", self.p)
        if table.ndim != 2 or not table.size or not ((table >= 0) & (table <= 1)).all():
            raise bad_argument("p", self.p, "chances 0..1, [groups_in, groups_out]")
        object.__setattr__(self, "p", tuple(tuple(row) for row in table.tolist()))
        if self.sizes is None:
            return
        sizes = floats("sizes", self.sizes)
        fits = sizes.shape == (table.shape[0],) == (table.shape[1],)
        if not fits or not (np.isfinite(sizes) & (sizes > 0)).all():
            expected = (
                f"{table.shape[0]} relative sizes above 0, as many as groups on both sides"
            )
            raise bad_argument("sizes", self.sizes, expected)
        object.__setattr__(self, "sizes", tuple(sizes.tolist()))

    @property
    def expected_density(self) -> float:
        """`Σ_ab s_a s_b p_ab` for shares s."""
        table = np.asarray(self.p)
        sides = [np.asarray(self.sizes or np.ones(n), np.float64) for n in table.shape]
        shares = [size / size.sum() for size in sides]
        return float(shares[0] @ table @ shares[1])

    def _bounds(self, n: int, side: int) -> Int64:
        groups = self.sizes or np.asarray(self.p).shape[side]
        return bounds_of(groups, n)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer, in time and memory of its synapses."""
        check_sizes(n_pre, n_post)
        inputs, outputs = self._bounds(n_pre, 0), self._bounds(n_post, 1)
        pairs = np.outer(np.diff(inputs), np.diff(outputs))
        expected = float((pairs * np.asarray(self.p)).sum())
        drawing = max(bytes_to_draw(int(k), 0.5 * k) for k in pairs.ravel().tolist())
        weigh("BlockLayer", expected, n_pre, n_post, 32.0 * expected + drawing)
        rng = checks.generator(rng)
        count = rng.binomial(pairs, np.asarray(self.p))
        keys = [np.zeros(0, np.int64)]
        for (a, b), k in np.ndenumerate(count):
            width = int(outputs[b + 1] - outputs[b])
            place = distinct(int(pairs[a, b]), int(k), rng)
            pre, post = np.divmod(place, max(width, 1))
            keys.append((pre + inputs[a]) * n_post + post + outputs[b])
        return from_keys(np.sort(np.concatenate(keys)), n_pre, n_post)
