"""Ensembles: dense within a group, sparse between groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs import wire
from neurosparse.typing import Int64
from neurosparse.wiring._rule import Rows, WiringRule, key, square


@dataclass(frozen=True, eq=False)
class Groups(WiringRule):
    """Cut both populations into G groups: p_intra for pairs in like groups, p_inter for others.

    For groups of equal size the expected density is p_intra / G + (1 - 1/G) p_inter.

    Args:
        groups: G (sizes as equal as can be), or the sizes of the presynaptic groups.
        p_intra, p_inter: probability of a synapse within and between groups.
        post_groups: sizes of the postsynaptic groups; those of the presynaptic ones unless given.
        allow_self: pairs (i, i) may be drawn.

    Source: the ensemble wiring of G2GNet, group-to-group projections between layers.

    >>> c = Groups(2, p_intra=1.0, p_inter=0.0).build(4, 4)
    >>> c.to_dense().astype(int).tolist()
    [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]
    """

    groups: int | Sequence[int]
    p_intra: float
    p_inter: float
    post_groups: Sequence[int] | None = None
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.probability("p_intra", self.p_intra)
        checks.probability("p_inter", self.p_inter)
        if np.ndim(self.groups) == 0:
            checks.whole_number("groups", self.groups, 1)
        if self.post_groups is not None and np.size(self.post_groups) != self._number():
            expected = f"{self._number()} sizes, as groups has"
            raise bad_argument("post_groups", self.post_groups, expected)

    def _number(self) -> int:
        return (
            int(np.asarray(self.groups))
            if np.ndim(self.groups) == 0
            else np.size(self.groups)
        )

    def bounds(self, n_pre: int, n_post: int) -> tuple[Int64, Int64]:
        """First neuron of each group and the end, `[G + 1]`, presynaptic and postsynaptic."""
        post = self.groups if self.post_groups is None else self.post_groups
        return _bounds("groups", self.groups, n_pre), _bounds("post_groups", post, n_post)

    def expected_density(self, n_pre: int, n_post: int) -> float:
        """Expected share of all pairs, for groups of any sizes, self-connections allowed."""
        pre, post = self.bounds(n_pre, n_post)
        within = float(np.diff(pre) @ np.diff(post)) / max(n_pre * n_post, 1)
        return within * self.p_intra + (1 - within) * self.p_inter

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The mean of binomials."""
        return self.expected_density(n_pre, n_post) * n_pre * n_post

    def _weigh(self, n_pre: int, n_post: int, share: float = 1.0) -> None:
        """Weigh the table of probabilities, one for each pair of groups, too."""
        n = self._number()
        what = f"{n} groups and a probability for each pair"
        refuse_beyond_memory("groups", 8.0 * n * n, what)
        super()._weigh(n_pre, n_post, share)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Geometric leaps, anew at the borders of the own group."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """The lanes of these columns."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        pre, post = self.bounds(n_pre, n_post)
        p = np.full((len(pre) - 1, len(post) - 1), self.p_inter, np.float64)
        np.fill_diagonal(p, self.p_intra)
        return wire.bernoulli(pre, post, p, not self.allow_self, key(rng), span=(low, high))


def _bounds(name: str, groups: int | Sequence[int], n: int) -> Int64:
    if isinstance(groups, int | np.integer):
        return np.array([n * g // groups for g in range(groups + 1)], np.int64)
    sizes = np.asarray(groups)
    if (
        sizes.ndim != 1
        or sizes.dtype.kind not in "iu"
        or np.any(sizes < 0)
        or sizes.sum() != n
    ):
        expected = f"sizes of groups that add up to the {n} neurons of the population"
        raise bad_argument(name, groups, expected)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
