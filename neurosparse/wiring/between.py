"""Wiring between parts of two populations."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Array, Int64, Seed
from neurosparse.wiring._rule import check_sizes, check_wiring

PART = re.compile(r"(?P<name>.+)\[(?P<start>-?\d*):(?P<stop>-?\d*)(?::(?P<step>-?\d*))?\]")


def part_of(text: str) -> tuple[str, slice]:
    """Split the name of a population from a slice behind it.

    >>> part_of("E[:400]"), part_of("E")
    (('E', slice(None, 400, None)), ('E', slice(None, None, None)))
    """
    match = PART.fullmatch(text)
    if match is None:
        return text, slice(None)
    bounds = [int(match[key]) if match[key] else None for key in ("start", "stop", "step")]
    return match["name"], slice(*bounds)


@dataclass(frozen=True, eq=False)
class Between:
    """Connect some neurons of a population to some of another, as if there were no others.

    `Projection("E[:400]", "I[::2]", wiring)` is short for
    `Projection("E", "I", Between(wiring, slice(400), slice(None, None, 2)))`.

    Args:
        wiring: a rule, or a `Connectivity` of the sizes of the parts.
        pre: which neurons send, a slice that goes upwards.
        post: which receive.

    Raises:
        ValueError: a slice that goes beyond the population or downwards.

    >>> from neurosparse.wiring import OneToOne
    >>> Between(OneToOne(), slice(1, 3), slice(0, 4, 2)).build(4, 4).to_dense().tolist()
    [[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """

    wiring: Any
    pre: slice = field(default_factory=lambda: slice(None))
    post: slice = field(default_factory=lambda: slice(None))

    def __post_init__(self) -> None:
        check_wiring("Between.wiring", self.wiring)
        for name in ("pre", "post"):
            part = getattr(self, name)
            if not isinstance(part, slice):
                raise bad_type(f"Between.{name}", part, "a slice, as slice(0, 400)")

    @property
    def weight(self) -> Any:
        """The weight of the wiring between the parts."""
        return getattr(self.wiring, "weight", 1.0)

    def placed(self, pre: Any, post: Any) -> "Between":
        """Tell the wiring where the neurons of its parts are, if it asks for that."""
        if not hasattr(self.wiring, "placed"):
            return self
        inner = self.wiring.placed(
            None if pre is None else pre[self.pre],
            None if post is None else post[self.post],
        )
        return replace(self, wiring=inner)

    def check(self, n_pre: int, n_post: int, where: str = "Between") -> None:
        """Refuse parts that these populations do not have, in the words of `where`.

        Raises:
            ValueError: a slice that goes beyond the population or downwards.
        """
        _numbers(f"{where}.pre", self.pre, n_pre)
        _numbers(f"{where}.post", self.post, n_post)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Wire the parts, then number their neurons as in the whole."""
        check_sizes(n_pre, n_post)
        rows = _numbers("pre", self.pre, n_pre)
        columns = _numbers("post", self.post, n_post)
        inner = self.wiring
        if hasattr(inner, "build"):
            inner = inner.build(rows.size, columns.size, rng)
        return self._numbered(inner, rows, columns, (n_pre, n_post))

    def build_columns(
        self, n_pre: int, n_post: int, rng: Seed, low: int, high: int
    ) -> Connectivity | None:
        """The synapses onto neurons low..high-1, where the wiring of the parts can draw them."""
        rows = _numbers("pre", self.pre, n_pre)
        columns = _numbers("post", self.post, n_post)
        inner = self.wiring
        if not hasattr(inner, "build_columns"):
            return None
        first, last = np.searchsorted(columns, [low, high]).tolist()
        inner = inner.build_columns(rows.size, columns.size, rng, first, last)
        shape = (n_pre, n_post)
        return None if inner is None else self._numbered(inner, rows, columns, shape)

    def _numbered(
        self, inner: Any, rows: Int64, columns: Int64, shape: tuple[int, int]
    ) -> Connectivity:
        """Give the neurons of the parts their numbers."""
        n_pre, n_post = shape
        if tuple(inner.shape) != (rows.size, columns.size):
            expected = f"a connectivity of the parts' shape [{rows.size}, {columns.size}]"
            raise bad_argument("wiring", Said(f"shape {tuple(inner.shape)}"), expected)
        counts = np.zeros(n_pre, np.int64)
        counts[rows] = np.diff(inner.indptr)
        indptr = np.concatenate([[0], np.cumsum(counts)])
        indices = columns.astype(np.int32)[inner.indices]
        return Connectivity(indptr, indices, n_post, inner.weight, inner.delay_steps)


def _numbers(name: str, part: slice, n: int) -> Int64:
    """The neurons of a part, ascending."""
    bounds: Array = np.array([b for b in (part.start, part.stop) if b is not None])
    if (np.abs(bounds) > n).any():
        raise bad_argument(name, part, f"a part of {n} neurons")
    if part.step is not None and part.step < 1:
        raise bad_argument(name, part, "a slice with a step of 1 or more")
    return np.arange(n)[part]
