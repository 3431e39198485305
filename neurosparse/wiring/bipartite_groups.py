"""Group-to-group layers (G2GNet): dense or nearly so within a group, sparse between groups.

Source: Group-to-group networks, arXiv 2508.14140; density = p_intra / G + (1 - 1/G) p_inter for
equal groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument, unknown_name
from neurosparse.neurons.base import floats
from neurosparse.typing import Float64, Int64, Seed
from neurosparse.wiring._rule import check_sizes, weigh
from neurosparse.wiring.bipartite_edges import absent, bytes_to_draw, from_keys, merged

Assignment = Literal["index", "random", "interleaved"]
ASSIGNMENTS = ("index", "random", "interleaved")


@dataclass(frozen=True)
class GroupLayer:
    """Connect each pair with probability `p_intra` inside a group and `p_inter` between groups.

    Both sides are cut into the same groups. Every pair is drawn independently.

    Args:
        groups: how many equal groups (sizes that do not divide differ by one), or their relative
            sizes.
        p_intra: chance of a pair within a group.
        p_inter: chance of a pair of different groups.
        assignment: "index" cuts neurons in order, "interleaved" deals them out, "random" shuffles
            them anew; one word, or one for inputs and one for outputs.
        overlap: share of each group's neurons that belong to the next group too.

    Raises:
        ValueError: more groups than neurons, or numbers that are no probabilities.

    >>> GroupLayer(8, p_intra=1.0, p_inter=0.15).expected_density
    0.25625
    >>> GroupLayer(2, p_inter=0.0).build(4, 2, rng=0).to_dense().astype(int).tolist()
    [[1, 0], [1, 0], [0, 1], [0, 1]]
    """

    groups: int | tuple[float, ...] = 8
    p_intra: float = 1.0
    p_inter: float = 0.15
    assignment: Assignment | tuple[Assignment, Assignment] = "index"
    overlap: float = 0.0

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        for name in ("p_intra", "p_inter", "overlap"):
            checks.fraction(name, getattr(self, name))
        if not isinstance(self.assignment, str | tuple) or len(self._assignments) != 2:
            expected = "one word, or one for inputs and one for outputs"
            raise bad_argument("assignment", self.assignment, expected)
        for name in self._assignments:
            if name not in ASSIGNMENTS:
                raise unknown_name("assignment", name, ASSIGNMENTS)
        if np.ndim(self.groups) == 0:
            checks.whole_number("groups", self.groups, 1)
            return
        sizes = floats("groups", self.groups)
        if sizes.ndim != 1 or not sizes.size or not _above_zero(sizes):
            expected = "a number of groups, or relative sizes above 0"
            raise bad_argument("groups", self.groups, expected)

    @property
    def _assignments(self) -> tuple[Assignment, Assignment]:
        if isinstance(self.assignment, str):
            return self.assignment, self.assignment
        return self.assignment

    @property
    def expected_density(self) -> float:
        """`Σ_g s_g² p_intra + (1 - Σ_g s_g²) p_inter` for shares s_g, without overlap."""
        if isinstance(self.groups, int | np.integer):
            inside = 1 / int(self.groups)
        else:
            sizes = _relative_sizes(self.groups)
            inside = float(((sizes / sizes.sum()) ** 2).sum())
        return self.p_intra * inside + (1 - inside) * self.p_inter

    def members(self, n: int, side: int, rng: np.random.Generator) -> list[Int64]:
        """Neurons of each group on one side (0 inputs, 1 outputs)."""
        bounds = bounds_of(self.groups, n)
        count = len(bounds) - 1
        match self._assignments[side]:
            case "index":
                order = np.arange(n)
            case "random":
                order = rng.permutation(n)
            case "interleaved":
                order = np.argsort(np.arange(n) % count, kind="stable")
        parts = [order[a:b] for a, b in pairwise(bounds)]
        following = [*parts[1:], parts[0]]
        shared = [
            other[:k]
            for k, other in zip(self._shared(bounds).tolist(), following, strict=True)
        ]
        return [np.sort(np.concatenate(pair)) for pair in zip(parts, shared, strict=True)]

    def _shared(self, bounds: Int64) -> Int64:
        """How many neurons each group takes from the next one."""
        own = np.diff(bounds)
        if len(own) == 1:
            return np.zeros(1, np.int64)
        shared: Int64 = np.rint(self.overlap * own).astype(np.int64)
        return np.asarray(np.minimum(shared, np.roll(own, -1)))

    def _sizes(self, n: int) -> Float64:
        """Neurons of each group, without listing them."""
        bounds = bounds_of(self.groups, n)
        return (np.diff(bounds) + self._shared(bounds)).astype(np.float64)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Draw the layer, in time and memory of its synapses."""
        check_sizes(n_pre, n_post)
        self._weigh(float(self._sizes(n_pre) @ self._sizes(n_post)), n_pre, n_post)
        rng = checks.generator(rng)
        inputs = self.members(n_pre, 0, rng)
        outputs = self.members(n_post, 1, rng)
        pairs = list(zip(inputs, outputs, strict=True))
        inside = np.unique(
            np.concatenate([(a[:, None] * n_post + b).ravel() for a, b in pairs])
        )
        kept = (
            inside[rng.random(len(inside)) < self.p_intra] if self.p_intra < 1 else inside
        )
        n_pairs = n_pre * n_post
        between = rng.binomial(n_pairs - len(inside), self.p_inter)
        others = absent(inside, n_pairs, int(between), rng)
        return from_keys(merged(kept, others), n_pre, n_post)

    def _weigh(self, inside: float, n_pre: int, n_post: int) -> None:
        """Refuse a layer that is too large: all pairs in groups are listed, whatever the chance."""
        between = self.p_inter * max(n_pre * n_post - inside, 0)
        drawing = bytes_to_draw(n_pre * n_post, between)
        n = self.p_intra * inside + between
        weigh("GroupLayer", n, n_pre, n_post, 32.0 * (inside + between) + drawing)


def _above_zero(sizes: Float64) -> bool:
    return bool((np.isfinite(sizes) & (sizes > 0)).all())


def _relative_sizes(groups: int | Sequence[float]) -> Float64:
    if isinstance(groups, int | np.integer):
        return np.ones(groups)
    return np.asarray(groups, np.float64)


def bounds_of(groups: int | Sequence[float], n: int) -> Int64:
    """Where each of these groups of n neurons begins, and n `[groups + 1]`.

    >>> bounds_of((1, 3), 8).tolist()
    [0, 2, 8]
    """
    if isinstance(groups, int | np.integer) and groups > n:
        raise _too_many(groups, n)
    sizes = _relative_sizes(groups)
    bounds = np.round(np.concatenate([[0], np.cumsum(sizes)]) / sizes.sum() * n).astype(
        np.int64
    )
    if (np.diff(bounds) < 1).any():
        raise _too_many(groups, n)
    return np.asarray(bounds)


def _too_many(groups: int | Sequence[float], n: int) -> ValueError:
    expected = f"groups of at least one of {n} neurons"
    return bad_argument("groups", groups, expected, "use fewer groups")
