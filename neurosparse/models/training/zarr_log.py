"""The history of a training run as a Zarr v3 group, one array a figure."""

import pathlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.models.training.plan import Row
from neurosparse.store.atomic import new_folder
from neurosparse.store.zarr_store import (
    OtherVersionError,
    check_dtype,
    check_name,
    create_array,
    create_root,
    library_versions,
    open_root,
    tile_rows,
)
from neurosparse.typing import Array, Path

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-history"
VERSION = 1


@dataclass(frozen=True)
class ZarrLog:
    """Keep the history as a Zarr group at `path`, whole after every epoch, also over a resume.

    Figures are arrays `[epochs]`, NaN where an epoch has none; lists, such as degree distributions,
    are `[epochs, longest]`, filled up with 0.

    >>> import tempfile
    >>> rows = [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ZarrLog(folder + "/run.zarr")(rows)
    ...     read_history(folder + "/run.zarr")["loss"].tolist()
    [0.5, 0.4]
    """

    path: Path

    def __call__(self, history: Sequence[Row]) -> None:
        """Write all rows under a temporary name, then exchange it for what was there.

        Raises:
            ValueError: something else is at the path.
        """
        path = pathlib.Path(self.path)
        if path.exists():
            _ours(path)
        names = list(dict.fromkeys(name for row in history for name in row))
        with new_folder(path) as temporary:
            shutil.rmtree(temporary)
            about = {
                "format": FORMAT,
                "format_version": VERSION,
                "versions": library_versions(),
            }
            root = create_root(temporary, about)
            for name in names:
                column = _column([row.get(name) for row in history])
                check_name(name, "history")
                tiling = tile_rows(column.shape[1] if column.ndim > 1 else 1)
                if column.ndim == 1:
                    tiling = type(tiling)(tiling.shard[:1], tiling.chunk[:1])
                axes = ("epoch", "bin")[: column.ndim]
                array = create_array(root, name, column.dtype, column.shape, tiling, axes)
                array[...] = column


def read_history(path: Path) -> dict[str, Array]:
    """Read what `ZarrLog` wrote: arrays by name, one entry an epoch.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: it is something else, or damaged.
    """
    root = _ours(pathlib.Path(path))
    return {name: _checked(array, name) for name, array in sorted(root.arrays())}


def _ours(path: pathlib.Path) -> "zarr.Group":
    try:
        return open_root(path, FORMAT, VERSION)
    except OtherVersionError:
        raise
    except ValueError as error:
        expected = "the history of a training run"
        raise bad_argument(
            "path", Said(str(error)), expected, "choose another name"
        ) from error


def _checked(array: "zarr.Array[Any]", name: str) -> Array:
    check_dtype(np.dtype(array.dtype), name)
    return np.asarray(array[...])


def _column(values: Sequence[Any]) -> Array:
    if any(isinstance(value, list) for value in values):
        lists = [value or [] for value in values]
        filled = np.zeros((len(lists), max(map(len, lists))), np.int64)
        for row, value in zip(filled, lists, strict=True):
            row[: len(value)] = value
        return filled
    if all(type(value) is int for value in values):
        return np.array(values, np.int64)
    return np.array([np.nan if value is None else value for value in values], np.float64)
