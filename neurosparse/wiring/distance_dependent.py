"""The nearer, the likelier."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.available import available_memory
from neurosparse.errors import bad_argument
from neurosparse.grid import precision
from neurosparse.kernels.graphs import wire
from neurosparse.neurons.base import floats
from neurosparse.typing import Float64, Int64, UInt32
from neurosparse.wiring._rule import Rows, WiringRule, key, square, weigh

_PAIRS = 1_000_000  # looked at together, of one row or more
_ROWS = 4096  # looked at together at most
_SAMPLE = 16  # rows that tell how many synapses to expect
_KERNEL = "a function that gives one probability 0..1 a distance"


@dataclass(frozen=True, eq=False)
class DistanceDependent(WiringRule):
    """Connect each pair with probability kernel(distance), independently.

    Args:
        positions: of presynaptic neurons, `[n_pre, d]`, in any unit of length; in a network those
            of the populations unless given.
        kernel: distances `[m]` -> probabilities `[m]`, such as `Gaussian(0.5, 100.0)`; pairs
            further apart than its `reach`, if it has one, are never looked at.
        post_positions: `[n_post, d]`; unless given those of the presynaptic neurons, where
            `positions` are not given either those of the population.
        box: side lengths `[d]` of a space that closes on itself; positions lie in [0, box).
        allow_self: pairs (i, i) may be drawn.

    >>> line = np.arange(5.0)[:, None]
    >>> from neurosparse.wiring import Disc
    >>> DistanceDependent(line, Disc(1.0, 1.0), allow_self=False).build(5, 5).out_degree.tolist()
    [1, 2, 2, 2, 1]
    """

    positions: ArrayLike | None = None
    kernel: Callable[[Float64], Float64] | None = None  # has to be given
    post_positions: ArrayLike | None = None
    box: ArrayLike | None = None
    allow_self: bool = True
    _drawing: ClassVar[int] = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        if not callable(self.kernel):
            raise bad_argument(
                "kernel", self.kernel, _KERNEL, "write kernel=Gaussian(0.5, 100.0)"
            )

    def placed(self, pre: Float64 | None, post: Float64 | None) -> Self:
        """This rule for neurons at `pre` and `post`, where it was given no positions.

        Raises:
            ValueError: nobody gave positions.
        """
        if self.positions is not None:
            return self
        if pre is None or (post is None and self.post_positions is None):
            remedy = (
                "write Population.at(name, positions, model), or positions= in the rule"
            )
            raise bad_argument("positions", None, "where the neurons are", remedy)
        place = post if self.post_positions is None else self.post_positions
        return replace(self, positions=pre, post_positions=place)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Pairs within reach, in pieces of rows, each kept with its probability."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """The same among the pairs onto these columns: each pair has a number of its own."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        if self.positions is None:
            remedy = "write DistanceDependent(positions, kernel)"
            raise bad_argument("positions", None, f"coordinates [{n_pre}, d]", remedy)
        post = self.positions if self.post_positions is None else self.post_positions
        start = _points("positions", self.positions, n_pre, self.box)
        end = _points("post_positions", post, n_post, self.box)
        if end.shape[1] != start.shape[1]:
            expected = f"{start.shape[1]} coordinates, as positions has"
            raise bad_argument("post_positions", end, expected)
        self._weigh_rows(start, end)
        slack = _slack(self.positions, start, end) + _slack(post, start, end)
        end = end[low:high]
        near = _Near(end, float(getattr(self.kernel, "reach", np.inf)) + slack, self.box)
        pieces = [np.empty(0, np.int32)]
        counts = [np.empty(0, np.int64)]
        of_pairs = key(rng)
        for first, last in near.pieces(start):
            row, column, distance = near.pairs(start[first:last])
            column = column + low
            distance = np.maximum(distance - slack, 0.0)
            lengths = np.bincount(row, minlength=last - first)
            kept = _units(first, lengths, column, of_pairs) < self._probability(distance)
            if not self.allow_self:
                kept &= row + first != column
            pieces.append(column[kept].astype(np.int32))
            counts.append(np.bincount(row[kept], minlength=last - first))
        indptr = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
        return indptr, np.concatenate(pieces)

    def _weigh_rows(self, start: Float64, end: Float64) -> None:
        """Refuse more than memory holds, by what a few rows would draw."""
        if self._drawing * float(len(start)) * len(end) < available_memory():
            return
        near = _Near(end, np.inf, self.box)
        some = start[:: max(1, len(start) // _SAMPLE)]
        p = [float(self._probability(near.pairs(row[None])[2]).sum()) for row in some]
        n = float(np.mean(p)) * len(start)
        weigh("DistanceDependent", n, len(start), len(end), self._drawing * n)

    def _probability(self, distance: Float64) -> Float64:
        kernel: Any = self.kernel
        p = np.asarray(kernel(distance), np.float64)
        if p.shape != distance.shape or not np.all((p >= 0) & (p <= 1)):
            raise bad_argument("kernel", self.kernel, _KERNEL)
        return p


def _units(first: int, lengths: Int64, column: Int64, of_pairs: UInt32) -> Float64:
    """A number in (0, 1) for each of the pairs in rows from `first` on."""
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    rows = (indptr, column.astype(np.int32))
    words = wire.pair_words(rows, 0, len(column), 0, of_pairs, first)
    return (words.astype(np.float64) + 0.5) * 2.0**-32


def _points(name: str, values: ArrayLike | None, n: int, box: ArrayLike | None) -> Float64:
    points = floats(name, values)
    if points.ndim != 2 or len(points) != n or not np.all(np.isfinite(points)):
        raise bad_argument(name, points, f"finite coordinates [{n}, d], one row a neuron")
    if box is not None:
        sides = floats("box", box)
        if sides.shape != points.shape[1:] or not np.all((points >= 0) & (points < sides)):
            raise bad_argument(
                "box", box, f"{points.shape[1]} sides, with all {name} in [0, side)"
            )
    return points


def _slack(points: ArrayLike | None, start: Float64, end: Float64) -> float:
    """How much less a distance may be, because positions were rounded: 0 for those of 64 bits."""
    spacing = precision(points)
    if spacing <= precision(1.0):
        return 0.0
    return spacing * float(
        max(np.abs(start).max(initial=0.0), np.abs(end).max(initial=0.0))
    )


class _Near:
    """Points `[n_post, d]`, and which of them lie within reach of others."""

    def __init__(self, end: Float64, reach: float, box: ArrayLike | None) -> None:
        self.end = end
        self.reach = reach
        self.box = box
        self.tree: Any = None if np.isinf(reach) or not len(end) else self._grown(end)

    def _grown(self, points: Float64) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(points, boxsize=self.box)

    def pieces(self, start: Float64) -> Iterator[tuple[int, int]]:
        """Rows [low, high) that are looked at together, in order: few pairs, or a single row."""
        step = max(1, _PAIRS // max(len(self.end), 1))
        if self.tree is not None:
            step = max(step, _ROWS)
        waiting = [(low, low + step) for low in range(0, len(start), step)][::-1]
        while waiting:
            low, high = waiting.pop()
            high = min(high, len(start))
            if high - low > 1 and self._many(start[low:high]):
                middle = (low + high) // 2
                waiting += [(middle, high), (low, middle)]
            else:
                yield low, high

    def _many(self, start: Float64) -> bool:
        """Whether these rows have more pairs within reach than are looked at together."""
        if self.tree is None or len(start) * len(self.end) <= _PAIRS:
            return False
        return bool(self.tree.count_neighbors(self._grown(start), self.reach) > _PAIRS)

    def pairs(self, start: Float64) -> tuple[Int64, Int64, Float64]:
        """(row, column, distance) of all pairs within reach, sorted by row, then column."""
        if self.tree is not None and len(start):
            grown = self._grown(start)
            pairs = grown.sparse_distance_matrix(
                self.tree, self.reach, output_type="ndarray"
            )
            pairs = pairs[np.lexsort((pairs["j"], pairs["i"]))]
            return pairs["i"], pairs["j"], pairs["v"]
        apart = np.abs(start[:, None, :] - self.end[None, :, :])
        if self.box is not None:
            apart = np.minimum(apart, np.asarray(self.box) - apart)
        row, column = np.indices(apart.shape[:2])
        return row.ravel(), column.ravel(), np.sqrt((apart**2).sum(-1)).ravel()
