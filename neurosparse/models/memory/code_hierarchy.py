"""A hierarchy of code-selection memories: macs over fields of an image, and one above that sees
their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.models.memory.code_selection import (
    PUBLISHED,
    Chosen,
    CodeSelectionMemory,
    Expansivity,
    codes_as_csr,
)
from neurosparse.sdr import SDR, dense_batch


class Fields(NamedTuple):
    """Square fields of `size` cells a side, one every `stride` cells, on an image of `shape`.

    A field with fewer active cells than `least`, or more than `most`, is silent.
    """

    shape: tuple[int, int]
    size: int
    stride: int
    least: int = 1
    most: int | None = None

    def heard(self, active: Any) -> Any:
        """Whether fields with so many active cells give a code, elementwise.

        >>> Fields((4, 4), 2, 2, least=2, most=3).heard(np.arange(5)).tolist()
        [False, False, True, True, False]
        """
        return (active >= self.least) & (
            active <= (self.size**2 if self.most is None else self.most)
        )

    def cells(self) -> list[NDArray[np.int64]]:
        """Flat cells of each field, row by row.

        >>> [f.tolist() for f in Fields((2, 3), 2, 1).cells()]
        [[0, 1, 3, 4], [1, 2, 4, 5]]
        """
        if not 1 <= self.size <= min(self.shape) or self.stride < 1:
            got = (self.size, self.stride)
            wants = f"a field within {self.shape} and a stride of at least 1"
            raise bad_argument("field, stride", got, wants)
        grid = np.arange(self.shape[0] * self.shape[1]).reshape(self.shape)
        rows, columns = (range(0, n - self.size + 1, self.stride) for n in self.shape)
        return [grid[r : r + self.size, c : c + self.size].ravel() for r in rows for c in columns]


class CodeHierarchy:
    """Macs over overlapping fields of an image; `above`, when given (Q, K), one that sees all their codes.

    Attributes: `macs` (one a field), `top` (the mac above, or None), `size` (units of all macs
    below).

    >>> net = CodeHierarchy(Fields((8, 8), 4, 4), modules=5, units=6, above=(9, 7), rng=0)
    >>> image = SDR(range(64), (8, 8))
    >>> net.size, len(net.step(image)), net.recognise(image).code.shape
    (120, 20, (9, 7))
    """

    def __init__(
        self,
        fields: Fields,
        *,
        modules: int = 20,
        units: int = 20,
        above: Sequence[int] | None = None,
        expansivity: Expansivity = PUBLISHED,
        saturation: float = 0.5,
        rng: Any = None,
    ) -> None:
        rng = np.random.default_rng(rng)
        self.fields, self._cells = fields, fields.cells()
        rule: dict[str, Any] = {"expansivity": expansivity, "saturation": saturation, "rng": rng}
        self.macs = [
            CodeSelectionMemory(fields.size**2, modules, units, **rule) for _ in self._cells
        ]
        self.size = modules * units * len(self.macs)
        self.top = CodeSelectionMemory(self.size, *above, **rule) if above else None

    def step(self, sdr: SDR, learn: bool = True) -> SDR:
        """Return the codes of all macs below, side by side [size]; silent fields give none."""
        pixels = sdr.dense.ravel()
        parts = [np.empty(0, np.int64)]
        offset = 0
        if pixels.size != np.prod(self.fields.shape):
            raise bad_argument("sdr", sdr.shape, f"an image of shape {self.fields.shape}")
        for cells, mac in zip(self._cells, self.macs, strict=True):
            seen = SDR.from_dense(pixels[cells])
            if self.fields.heard(len(seen)):
                parts.append(mac.step(seen, learn).code.indices.astype(np.int64) + offset)
            offset += mac.modules * mac.units
        return SDR(np.concatenate(parts), offset)

    def recognise(self, sdr: SDR, learn: bool = True) -> Chosen:
        """Return what the mac above chooses for the codes below it."""
        if self.top is None:
            raise bad_argument(
                "above", None, "a mac above the others", "build with above=(modules, units)"
            )
        return self.top.step(self.step(sdr, learn), learn)

    def partial_fit(self, X: Any, y: None = None) -> Self:
        """Store the images of X in order: SDRs or dense rows [n, height·width]."""
        for row in dense_batch(X, int(np.prod(self.fields.shape))):
            image = SDR.from_dense(row)
            self.step(image) if self.top is None else self.recognise(image)
        return self

    def transform(self, X: Any) -> Any:
        """Retrieve the codes below for the images of X as a SciPy CSR array uint8 [n, size].

        >>> CodeHierarchy(Fields((4, 4), 2, 2), modules=3, units=5, rng=0).transform(np.eye(2, 16)).shape
        (2, 60)
        """
        rows = dense_batch(X, int(np.prod(self.fields.shape)))
        parts = []
        offset = 0
        for cells, mac in zip(self._cells, self.macs, strict=True):
            seen = rows[:, cells]
            won = [mac.retrieve(seen[a : a + 1000]) + offset for a in range(0, len(seen), 1000)]
            silent = ~self.fields.heard(seen.sum(axis=1))
            parts.append(
                np.where(
                    silent[:, None],
                    -1,
                    np.concatenate([np.empty((0, mac.modules), np.int64), *won]),
                )
            )
            offset += mac.modules * mac.units
        return codes_as_csr(np.concatenate(parts, axis=1), self.size)
