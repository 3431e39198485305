"""`own_samples`: data of one's own for a comparison, checked, split and scaled once for all."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import ArrayLike

from neurosparse.analysis.comparison.sample_files import SampleArrays, read_samples
from neurosparse.checks import probability
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.models import Data
from neurosparse.store.one_file import load_file, save_file
from neurosparse.store.single import reading
from neurosparse.typing import Array, Path

Scaling = Literal["columns", "whole", "none"]
Source = Path | Data | Sequence[Any] | Mapping[str, Any] | Callable[[], Any]
KIND = "OwnSamples"


@dataclass(frozen=True)
class OwnSamples:
    """Samples of one's own, ready for `ComparisonSettings(dataset=…)`; `own_samples` makes them.

    Args:
        name: what the report calls them.
        about: how many, how scaled, and a checksum: runs of other samples are not mixed.
        kept: the arrays, or the file they lie in while trials run in processes of their own.
    """

    name: str
    about: str
    kept: SampleArrays | FilePath = field(repr=False, compare=False)

    def data(self, batch: int) -> Data:
        """Give the samples in batches of a size."""
        arrays = self.kept
        if not isinstance(arrays, SampleArrays):
            arrays = SampleArrays(**load_file(arrays, KIND)[1])
        x, y, test_x, test_y = map(torch.from_numpy, arrays)
        return Data(x, y, test_x, test_y, batch)

    @contextmanager
    def in_a_file(self, place: FilePath | None = None) -> Iterator["OwnSamples"]:
        """Lay the arrays down for other processes to read, as long as this lasts.

        Args:
            place: a folder that all of them see; by default one of this machine.
        """
        if not isinstance(self.kept, SampleArrays):
            yield self
            return
        if place is not None:
            place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".neurosparse-", dir=place) as folder:
            path = FilePath(folder).absolute() / "samples.npz"
            save_file(path, KIND, {}, self.kept._asdict())
            yield replace(self, kept=path)


def own_samples(
    source: Source,
    *,
    label: str | None = None,
    test_share: float | None = None,
    scaling: Scaling = "columns",
    name: str | None = None,
) -> OwnSamples:
    """Check samples of one's own, split them and scale them, for a comparison.

    Args:
        source: a `.npz` file of arrays x `[samples, …]`, y `[samples]`, test_x, test_y; a `.csv` or
            `.tsv` file with names in its first row; two or four such arrays, or a dictionary of
            them; a `Data` (its batch is not used); or a function that gives one of these. Nothing
            is unpickled. Classes are whole numbers or texts; they are numbered in ascending order.
        label: column of the table that holds the class.
        test_share: of the samples that are tested on, drawn at random, the same ones each time,
            where there are no test_x and test_y. Samples in an order, as in time, are better
            split by hand.
        scaling: inputs minus mean, over deviation, of the training samples: of each of the
            "columns" (a constant one becomes 0), of the "whole" (as for pictures); or "none".
        name: what the report calls them; the file's name by default.

    Raises:
        FileNotFoundError: there is no such file.
        TypeError: another source, or arrays that hold no numbers (of a file a ValueError).
        ValueError: inputs that are not finite, shapes that do not fit, labels that are neither
            whole numbers nor texts, or all one class, classes that are only tested on, a split that
            is missing or given twice, another scaling. It names the file.

    >>> x = np.arange(20.0).reshape(10, 2)
    >>> samples = own_samples((x, np.arange(10) % 2), test_share=0.2, name="stripes")
    >>> print(samples.about)
    8 + 2 of 2 numbers in 2 classes, columns scaled, SHA-256 d0ac609b
    """
    if scaling not in get_args(Scaling):
        raise unknown_name("scaling", scaling, get_args(Scaling))
    if callable(source) and not isinstance(source, type):
        source = source()
    if not isinstance(source, str | os.PathLike):
        return _checked(source, label, test_share, scaling, name or "arrays")
    path = FilePath(source)
    with reading(path, "samples and their classes", FileNotFoundError):
        return _checked(path, label, test_share, scaling, name or path.name)


def _checked(
    source: Any, label: str | None, test_share: float | None, scaling: Scaling, name: str
) -> OwnSamples:
    """Check, split and scale."""
    x, y, test_x, test_y = _given(source, label)
    x = _inputs("x", x)
    y = _labels("y", y, len(x))
    if (test_x is None) != (test_y is None):
        raise bad_argument(
            "test_y", Said("only one of test_x and test_y"), "both or neither"
        )
    if (test_x is None) == (test_share is None):
        both = Said("both test_x and test_share" if test_share is not None else "None")
        remedy = "" if test_share is not None else "0.2 draws a fifth"
        expected = "test_x and test_y, or a share to test on"
        raise bad_argument("test_share", both, expected, remedy)
    if test_share is None:
        test_x = _inputs("test_x", test_x)
        test_y = _labels("test_y", test_y, len(test_x))
    else:
        x, y, test_x, test_y = _split(x, y, test_share)
    if x.shape[1] != test_x.shape[1]:
        fault = Said(f"{test_x.shape[1]} numbers a sample")
        raise bad_argument("test_x", fault, f"{x.shape[1]}, as x has")
    classes = _classes(y, test_y)
    numbered = (np.searchsorted(classes, one) for one in (y, test_y))
    y, test_y = (one.astype(np.int64) for one in numbered)
    arrays = SampleArrays(x, y, test_x, test_y)
    how = "as they are" if scaling == "none" else f"{scaling} scaled"
    return OwnSamples(
        name,
        f"{len(x):,} + {len(test_x):,} of {x.shape[1]:,} numbers in {len(classes):,} classes, "
        f"{how}, SHA-256 {_checksum(arrays)}",
        _scaled(arrays, scaling),
    )


def _given(source: Any, label: str | None) -> SampleArrays:
    """Arrays as they come, from wherever they do."""
    if isinstance(source, FilePath):
        return read_samples(source, label)
    if label is not None:
        raise bad_argument("label", label, "None: only a CSV file has columns with names")
    if isinstance(source, Data):
        return SampleArrays(source.x, source.y, source.test_x, source.test_y)
    if isinstance(source, list | tuple) and len(source) in (2, 4):
        return SampleArrays(*source)
    names = set(source) if isinstance(source, Mapping) else set()
    if {"x", "y"} <= names <= set(SampleArrays._fields):
        return SampleArrays(**source)
    expected = (
        "a .npz, .csv or .tsv file, arrays (x, y) or (x, y, test_x, test_y), or a Data"
    )
    kind = Said(f"a {type(source).__name__}") if hasattr(source, "__len__") else source
    raise bad_type("source", kind, expected)


def _array(name: str, value: Any) -> Array:
    """An array of whatever it is."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    try:
        return np.asarray(value)
    except ValueError:  # lists of lists that differ in length
        raise bad_argument(name, Said("rows of different length"), "an array") from None


def _inputs(name: str, value: Any) -> Array:
    """Inputs as rows of finite numbers."""
    if hasattr(value, "toarray"):
        kind = Said(f"a {type(value).__name__}")
        raise bad_type(name, kind, "a dense array", "toarray() fills in the zeros")
    array = _array(name, value)
    if array.dtype.kind not in "biuf":
        raise bad_type(name, array, "numbers")
    wrong = np.argwhere(~np.isfinite(array))
    if len(wrong):
        fault = Said(f"{array[tuple(wrong[0])]} in sample {wrong[0][0]}")
        raise bad_argument(
            name, fault, "finite numbers", "leave the sample out or fill it in"
        )
    if array.ndim < 2 or array.size == 0:
        raise bad_argument(name, array, "an array [samples, …], neither side empty")
    return array.reshape(len(array), -1)


def _labels(name: str, value: Any, samples: int) -> Array:
    """Classes as whole numbers or texts."""
    array = _array(name, value)
    if array.dtype.kind == "O" and all(isinstance(one, str) for one in array.flat):
        array = array.astype(str)
    if array.shape != (samples,):
        expected = f"one class for each of {samples} samples, shape [{samples}]"
        table = array.ndim == 2 and len(array) == samples
        column = table and array.shape[1] == 1
        remedy = f"{name}.argmax(axis=1) of zeros and a one" if table else ""
        raise bad_argument(name, array, expected, f"{name}[:, 0]" if column else remedy)
    if array.dtype.kind in "US":
        return array.astype(str)
    remedy = "numpy.digitize makes classes of what is continuous"
    if array.dtype.kind not in "biuf":
        raise bad_type(name, array, "whole numbers or texts")
    wide = np.abs(array.astype(np.float64)) > 2**53
    broken = array[~np.isfinite(array) | wide | (array != np.floor(array))]
    if len(broken):
        fault = Said(f"a label of {broken[0]}")
        raise bad_argument(name, fault, "whole numbers or texts", remedy)
    return array.astype(np.int64)


def _split(x: Array, y: Array, share: float) -> tuple[Array, Array, Array, Array]:
    """Draw what is tested on, always the same."""
    tested = round(len(x) * probability("test_share", share))
    if not 0 < tested < len(x):
        expected = f"a share that leaves some of {len(x)} samples on either side"
        raise bad_argument("test_share", share, expected)
    order = np.random.default_rng(0).permutation(len(x))
    chosen = order[:tested]
    rest = order[tested:]
    return x[rest], y[rest], x[chosen], y[chosen]


def _classes(y: Array, test_y: Array) -> Array:
    """The classes to train on, ascending; refuse one alone, and others to test on."""
    classes = np.unique(y)
    if len(classes) < 2:
        raise bad_argument("y", Said(f"class {classes[0]} alone"), "at least two classes")
    if (y.dtype.kind == "U") != (test_y.dtype.kind == "U"):
        raise bad_argument("test_y", test_y, "numbers or texts, as y is")
    unknown = np.setdiff1d(test_y, classes)
    if len(unknown):
        fault = Said(f"class {unknown[0]}, which is not among the training samples")
        names = ", ".join(map(str, classes[:8])) + (", …" if len(classes) > 8 else "")
        raise bad_argument("test_y", fault, f"one of {names}")
    return classes


def _checksum(arrays: SampleArrays) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:8]


def _scaled(arrays: SampleArrays, scaling: Scaling) -> SampleArrays:
    """Inputs as float32, scaled by what the training samples are."""
    scaled = {}
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = _moments(arrays.x, scaling)
        for name in ("x", "test_x"):
            values = ((getattr(arrays, name) - mean) / deviation).astype(np.float32)
            if not np.isfinite(values).all() or not np.isfinite(deviation).all():
                fault = Said("values beyond the range of float32")
                raise bad_argument(name, fault, "finite numbers", "divide them")
            scaled[name] = values
    return arrays._replace(**scaled)


def _moments(x: Array, scaling: Scaling) -> tuple[ArrayLike, ArrayLike]:
    """What is taken off the inputs, and what they are divided by."""
    if scaling == "none":
        return 0.0, 1.0
    axis = 0 if scaling == "columns" else None
    varies = np.max(x, axis) > np.min(x, axis)
    deviation = np.std(x, axis, dtype=np.float64)
    return np.mean(x, axis, dtype=np.float64), np.where(varies, deviation, 1.0)
