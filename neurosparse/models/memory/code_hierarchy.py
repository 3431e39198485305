"""A hierarchy of code-selection memories: one a field of an image, one that sees their codes."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.memory.code_selection import (
    ChosenCode,
    CodeSelectionMemory,
    codes_as_csr,
)
from neurosparse.models.memory.expansivity import PUBLISHED_EXPANSIVITY, Expansivity
from neurosparse.sdr import SDR, dense_batch
from neurosparse.sdr.batch import one_sdr
from neurosparse.store.one_file import (
    generator_state,
    load_file,
    loaded_generator,
    save_file,
    storable_generator,
)
from neurosparse.typing import Bool, Int64, Path, Seed

BLOCK = 1000


class ImageFields(NamedTuple):
    """Square fields on an image.

    Attributes:
        shape: of the image, in cells.
        size: cells of a side of a field.
        stride: cells from one field to the next.
        least: a field with fewer active cells is silent.
        most: so is one with more; None for no such limit.
    """

    shape: tuple[int, int]
    size: int
    stride: int
    least: int = 1
    most: int | None = None

    def heard(self, active: Any) -> Any:
        """Whether fields with so many active cells give a code, elementwise.

        >>> ImageFields((4, 4), 2, 2, least=2, most=3).heard(np.arange(5)).tolist()
        [False, False, True, True, False]
        """
        most = self.size**2 if self.most is None else self.most
        return (active >= self.least) & (active <= most)

    def cells(self) -> list[Int64]:
        """Flat cells of each field, row by row.

        >>> [f.tolist() for f in ImageFields((2, 3), 2, 1).cells()]
        [[0, 1, 3, 4], [1, 2, 4, 5]]
        """
        if not 1 <= self.size <= min(self.shape) or self.stride < 1:
            received = (self.size, self.stride)
            expected = f"a field within {self.shape} and a stride of at least 1"
            raise bad_argument("field, stride", received, expected)
        height = (self.shape[0] - self.size) // self.stride + 1
        width = (self.shape[1] - self.size) // self.stride + 1
        n_cells = self.shape[0] * self.shape[1] + height * width * self.size**2
        fields = f"{height * width:,} fields of {self.size**2:,} cells"
        refuse_beyond_memory("fields", 16.0 * n_cells, fields)
        grid = np.arange(self.shape[0] * self.shape[1]).reshape(self.shape)
        rows = range(0, self.shape[0] - self.size + 1, self.stride)
        columns = range(0, self.shape[1] - self.size + 1, self.stride)
        return [
            grid[r : r + self.size, c : c + self.size].ravel()
            for r in rows
            for c in columns
        ]


class CodeHierarchy:
    """Macs over overlapping fields of an image, and one above them that sees all their codes.

    Args:
        fields: where the macs look.
        modules: of each mac.
        units: of each module.
        above: modules and units of the mac above; None for no such mac.
        expansivity: of all macs.
        saturation: of all macs.
        rng: draws winners (SPEC 7).

    Attributes:
        macs: one a field.
        top: the mac above, or None.
        rng: the one generator that all macs draw from.
        size: units of all macs below.

    >>> net = CodeHierarchy(ImageFields((8, 8), 4, 4), modules=5, units=6, above=(9, 7), rng=0)
    >>> image = SDR(range(64), (8, 8))
    >>> net.size, len(net.step(image)), net.recognise(image).code.shape
    (120, 20, (9, 7))
    """

    def __init__(
        self,
        fields: ImageFields,
        *,
        modules: int = 20,
        units: int = 20,
        above: Sequence[int] | None = None,
        expansivity: Expansivity = PUBLISHED_EXPANSIVITY,
        saturation: float = 0.5,
        rng: Seed = None,
    ) -> None:
        generator = storable_generator(np.random.default_rng(rng))

        def mac(in_features: int, modules: int, units: int) -> CodeSelectionMemory:
            return CodeSelectionMemory(
                in_features,
                modules,
                units,
                expansivity=expansivity,
                saturation=saturation,
                rng=generator,
            )

        self.rng = generator
        self.fields = fields = _checked(fields)
        self._cells = fields.cells()
        self.macs = [mac(fields.size**2, modules, units) for _ in self._cells]
        self.size = sum(mac.modules * mac.units for mac in self.macs)
        self.top = None
        if above is not None:
            if np.shape(above) != (2,):
                raise bad_argument("above", above, "modules and units of the mac above")
            self.top = mac(self.size, *above)

    def step(self, sdr: SDR, learn: bool = True) -> SDR:
        """Return the codes of all macs below, side by side `[size]`; silent fields give none."""
        pixels = one_sdr("sdr", sdr).dense.ravel()
        parts = [np.empty(0, np.int64)]
        offset = 0
        if pixels.size != np.prod(self.fields.shape):
            raise bad_argument("sdr", sdr.shape, f"an image of shape {self.fields.shape}")
        for cells, mac in zip(self._cells, self.macs, strict=True):
            field = SDR.from_dense(pixels[cells])
            if self.fields.heard(len(field)):
                parts.append(mac.step(field, learn).code.indices.astype(np.int64) + offset)
            offset += mac.modules * mac.units
        return SDR(np.concatenate(parts), offset)

    def recognise(self, sdr: SDR, learn: bool = True) -> ChosenCode:
        """Return what the mac above chooses for the codes below it."""
        if self.top is None:
            remedy = "build with above=(modules, units)"
            raise bad_argument("above", None, "a mac above the others", remedy)
        return self.top.step(self.step(sdr, learn), learn)

    def partial_fit(self, X: Any, y: None = None) -> Self:
        """Store the images of X in order: SDRs or dense rows `[n, height·width]`."""
        for row in dense_batch(X, int(np.prod(self.fields.shape))):
            image = SDR.from_dense(row)
            self.step(image) if self.top is None else self.recognise(image)
        return self

    def transform(self, X: Any) -> Any:
        """Retrieve the codes below for the images of X.

        Returns:
            A SciPy CSR array uint8 `[n, size]`.

        >>> net = CodeHierarchy(ImageFields((4, 4), 2, 2), modules=3, units=5, rng=0)
        >>> net.transform(np.eye(2, 16)).shape
        (2, 60)
        """
        rows = dense_batch(X, int(np.prod(self.fields.shape)))
        parts = []
        offset = 0
        for cells, mac in zip(self._cells, self.macs, strict=True):
            field = rows[:, cells]
            winners = _in_blocks(mac, field) + offset
            winners[~self.fields.heard(field.sum(axis=1))] = -1
            parts.append(winners)
            offset += mac.modules * mac.units
        return codes_as_csr(np.concatenate(parts, axis=1), self.size)

    def save(self, path: Path) -> None:
        """Write all macs and the state of their one generator to an .npz file, whole or not at all.

        Raises:
            ValueError: an expansivity of one's own, which could not be read back.
        """
        macs = [*self.macs, self.top] if self.top else self.macs
        contents = [mac.content() for mac in macs]
        config = {
            "fields": self.fields._asdict(),
            "top": self.top is not None,
            "macs": [numbers for numbers, _ in contents],
            "generator": generator_state(self.rng),
        }
        arrays = {
            f"mac{number}_{name}": array
            for number, (_, parts) in enumerate(contents)
            for name, array in parts.items()
        }
        save_file(path, "CodeHierarchy", config, arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a hierarchy that `save` wrote; it continues to the bit as the saved one would.

        >>> import tempfile
        >>> net = CodeHierarchy(ImageFields((4, 4), 2, 2), modules=3, units=5, above=(4, 3), rng=0)
        >>> image = SDR(range(16), (4, 4))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     net.save(f"{folder}/net.npz")
        ...     again = CodeHierarchy.load(f"{folder}/net.npz")
        >>> again.recognise(image) == net.recognise(image)
        True
        """
        config, arrays = load_file(path, "CodeHierarchy")
        rng = loaded_generator(config["generator"])
        shape = tuple(config["fields"]["shape"])
        fields = _checked(ImageFields(**(config["fields"] | {"shape": shape})))
        macs = []
        for number, numbers in enumerate(config["macs"]):
            prefix = f"mac{number}_"
            parts = {
                name.removeprefix(prefix): array
                for name, array in arrays.items()
                if name.startswith(prefix)
            }
            macs.append(CodeSelectionMemory.from_content(numbers, parts, rng))
        top = macs.pop() if config["top"] else None
        out = cls.__new__(cls)
        out.rng = rng
        out.fields = fields
        out._cells = fields.cells()
        out.macs = macs
        out.size = sum(mac.modules * mac.units for mac in macs)
        out.top = top
        if not out._fits():
            received = Said("macs that do not fit the fields")
            raise bad_argument("path", received, "a file that CodeHierarchy.save wrote")
        return out

    def _fits(self) -> bool:
        """Whether there is a mac for each field, and one above that sees all their units."""
        below = [mac.in_features for mac in self.macs]
        alike = below == [self.fields.size**2] * len(self._cells)
        return alike and (self.top is None or self.top.in_features == self.size)


def _checked(fields: ImageFields) -> ImageFields:
    """Fields with whole numbers of Python."""
    if not isinstance(fields, ImageFields):
        raise bad_type("fields", fields, "ImageFields(...)")
    if np.shape(fields.shape) != (2,):
        raise bad_argument("fields.shape", fields.shape, "height and width of an image")
    height, width = (whole_number("fields.shape", side, 1) for side in fields.shape)
    most = None if fields.most is None else whole_number("fields.most", fields.most)
    return ImageFields(
        (height, width),
        whole_number("fields.size", fields.size, 1),
        whole_number("fields.stride", fields.stride, 1),
        whole_number("fields.least", fields.least),
        most,
    )


def _in_blocks(mac: CodeSelectionMemory, rows: Bool) -> Int64:
    """Winners of each module for rows, some at a time so that sums stay small."""
    blocks = [mac.retrieve(rows[a : a + BLOCK]) for a in range(0, len(rows), BLOCK)]
    return np.concatenate([np.empty((0, mac.modules), np.int64), *blocks])
