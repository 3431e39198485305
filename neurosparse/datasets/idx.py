"""The IDX format of the MNIST family: two zero bytes, type, dimensions, values; often gzipped."""

import gzip
import math
import zlib
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import numpy as np

from neurosparse import typing
from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import find
from neurosparse.typing import UInt8

_UNSIGNED_BYTE = 0x08


class ImageSet(NamedTuple):
    """Images and their classes, split as published.

    Attributes:
        train_x, test_x: grey values 0 to 255, uint8 [n, 28, 28].
        train_y, test_y: class 0 to 9, uint8 [n].
    """

    train_x: UInt8
    train_y: UInt8
    test_x: UInt8
    test_y: UInt8


def read_idx(path: typing.Path, shape: tuple[int, ...]) -> UInt8:
    """Read an IDX file of unsigned bytes, gzipped when its name ends in .gz, whose shape is known.

    Raises:
        ValueError: not such a file, another shape, truncated, or longer than it says.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "labels"
    ...     _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    ...     read_idx(file, (3,)).tolist()
    [7, 8, 9]
    """
    path = Path(path)
    header = bytes([0, 0, _UNSIGNED_BYTE, len(shape)])
    header += b"".join(n.to_bytes(4, "big") for n in shape)
    size = math.prod(shape)
    with _open(path) as stream:
        try:
            # one byte more than expected: a longer file is refused without unpacking it
            content = stream.read(len(header) + size + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"{path}: truncated or not gzip: {error}; fetch it again"
            ) from error
    if content[: len(header)] != header:
        raise ValueError(
            f"{path}: not an IDX file of unsigned bytes {list(shape)}; fetch it again"
        )
    excess = len(content) - len(header) - size
    if excess:
        fault = "truncated" if excess < 0 else "longer than its header says"
        raise ValueError(f"{path}: {fault}; fetch it again")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)


def image_files(address: str, contents: list[tuple[str, int]]) -> tuple[DataFile, ...]:
    """The four files of an MNIST-like set, by their checksums and lengths.

    >>> image_files("https://example.org", [("ab", 3)] * 4)[3].url
    'https://example.org/t10k-labels-idx1-ubyte.gz'
    """
    parts = (
        "train-images-idx3",
        "train-labels-idx1",
        "t10k-images-idx3",
        "t10k-labels-idx1",
    )
    names = [f"{part}-ubyte.gz" for part in parts]
    return tuple(
        DataFile(name, sha256, size, f"{address}/{name}")
        for name, (sha256, size) in zip(names, contents, strict=True)
    )


def load_images(card: Dataset) -> ImageSet:
    """Read the four files of an MNIST-like set: images and labels to train on, then to test on."""
    shapes = ((60_000, 28, 28), (60_000,), (10_000, 28, 28), (10_000,))
    paths = [find(card, file) for file in card.files]
    return ImageSet(
        *(read_idx(path, shape) for path, shape in zip(paths, shapes, strict=True))
    )


def _open(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))
