"""Arrays in one file of the safetensors layout: a length, a header in JSON, then the numbers.

The layout is that of https://github.com/huggingface/safetensors, version 0.4: 8 bytes with the
length of the header, a JSON object from each name to `dtype`, `shape` and `data_offsets`, and the
bytes of all arrays without gaps.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse import typing
from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file, old_file
from neurosparse.typing import Array

KINDS = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "U8": np.uint8,
    "BOOL": np.bool_,
}
NAMES = {np.dtype(kind): name for name, kind in KINDS.items()}
LONGEST_HEADER = 100_000_000


def write_tensors(path: typing.Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name, under a temporary name first.

    Raises:
        ValueError: an array of a kind that the layout has no name for.

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.safetensors"
    >>> write_tensors(path, {"w": np.ones((2, 3), np.float32)})
    >>> read_tensors(path)["w"].shape
    (2, 3)
    """
    header: dict[str, Any] = {}
    start = 0
    for name, array in arrays.items():
        if array.dtype not in NAMES:
            raise bad_argument(name, array, f"one of {', '.join(map(str, NAMES))}")
        end = start + array.nbytes
        kind = NAMES[array.dtype]
        shape = list(array.shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with new_file(path) as temporary, open(temporary, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())


def read_tensors(path: typing.Path) -> dict[str, Array]:
    """Read all arrays of a file; those of bfloat16 as float32.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, or holds kinds of numbers that NumPy has not.
    """
    whole = old_file(path, "a safetensors file").read_bytes()
    header = _header(path, whole)
    first = 8 + int.from_bytes(whole[:8], "little")
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            arrays[name] = _array(path, name, entry, memoryview(whole)[first:])
    return arrays


def _header(path: typing.Path, whole: bytes) -> dict[str, Any]:
    length = int.from_bytes(whole[:8], "little")
    if len(whole) < 8 or length > min(len(whole) - 8, LONGEST_HEADER):
        raise _damaged(path, "a header longer than the file")
    try:
        header = json.loads(whole[8 : 8 + length])
    except ValueError as error:
        raise _damaged(path, "a header that is no JSON") from error
    if not isinstance(header, dict):
        raise _damaged(path, "a header that is no object")
    return header


def _array(path: typing.Path, name: str, entry: Any, data: memoryview) -> Array:
    try:
        kind = entry["dtype"]
        shape = [int(n) for n in entry["shape"]]
        start, end = (int(n) for n in entry["data_offsets"])
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(path, f"{name} without dtype, shape and data_offsets") from error
    if kind not in KINDS and kind != "BF16":
        received = Said(f"{name} of {kind} in {path}")
        raise bad_argument("path", received, f"one of {', '.join([*KINDS, 'BF16'])}")
    size = 2 if kind == "BF16" else np.dtype(KINDS[kind]).itemsize
    inside = 0 <= start <= end <= len(data) and min(shape, default=0) >= 0
    if not inside or end - start != math.prod(shape) * size:
        raise _damaged(path, f"{name} {shape} in bytes {start} to {end}")
    if kind == "BF16":
        halves = np.frombuffer(data[start:end], np.uint16).astype(np.uint32) << 16
        return halves.view(np.float32).reshape(shape)
    return np.frombuffer(data[start:end], KINDS[kind]).reshape(shape).copy()


def _damaged(path: typing.Path, what: str) -> ValueError:
    return bad_argument("path", Said(f"{what} in {path}"), "a whole safetensors file")
