"""Event-camera recordings in `.bs2` files: five bytes an event.

A byte for x, a byte for y, then 24 bits, most significant first: the top bit is the polarity, the
low 23 bits the time in microseconds.
"""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neurosparse import typing
from neurosparse.datasets.locate import members
from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file
from neurosparse.typing import Int64, Structured

BYTES = 5
LONGEST = 1 << 23  # microseconds that 23 bits can tell
EVENT = np.dtype([("x", np.uint16), ("y", np.uint16), ("t", np.int64), ("p", np.uint8)])


class EventSet(NamedTuple):
    """Recordings of one sensor.

    Attributes:
        events: one structured array a recording: x, y (pixels), t (microseconds, ascending), p (0
            or 1).
        label: class of each recording, int64 [n]; empty where the source states none.
        width, height: sensor size in pixels.
    """

    events: tuple[Structured, ...]
    label: Int64
    width: int
    height: int


def decode_bs2(
    data: bytes, *, width: int = 256, height: int = 256, name: str = "data"
) -> Structured:
    """Turn the content of a `.bs2` file into events, fields x, y, t (microseconds) and p [n].

    Raises:
        ValueError: a truncated file, an event outside the sensor, or time that runs backwards.

    >>> decode_bs2(bytes([3, 4, 0x80, 0, 7])).tolist()
    [(3, 4, 7, 1)]
    """
    if len(data) % BYTES:
        raise ValueError(
            f"{name}: {len(data)} bytes are no whole number of events (5 bytes each); "
            "it is truncated"
        )
    raw = np.frombuffer(data, np.uint8).reshape(-1, BYTES)
    events = np.empty(len(raw), EVENT)
    events["x"] = raw[:, 0]
    events["y"] = raw[:, 1]
    events["p"] = raw[:, 2] >> 7
    high, middle, low = raw[:, 2:].astype(np.int64).T
    events["t"] = (high & 0x7F) << 16 | middle << 8 | low
    if np.any(events["x"] >= width) or np.any(events["y"] >= height):
        raise ValueError(
            f"{name}: events outside the sensor of {width} x {height} pixels; not such a recording"
        )
    if np.any(np.diff(events["t"]) < 0):
        raise ValueError(f"{name}: time runs backwards; not a .bs2 recording")
    return events


def decode_numbered(
    archive: zipfile.ZipFile, recordings: int, side: int
) -> tuple[Structured, ...]:
    """Decode the members 1.bs2, 2.bs2, … of an archive, all from a square sensor.

    Raises:
        KeyError: a recording that is not in there.
        ValueError: one that is damaged, as in `decode_bs2`.
    """
    named = members(archive)
    files = [f"{i}.bs2" for i in range(1, recordings + 1)]
    return tuple(
        decode_bs2(
            archive.read(named[file]),
            width=side,
            height=side,
            name=f"{archive.filename}: {file}",
        )
        for file in files
    )


def encode_bs2(events: Structured) -> bytes:
    """Turn events into the content of a `.bs2` file; the inverse of `decode_bs2`.

    Raises:
        ValueError: fields other than x, y, t, p, or values that the format cannot hold.

    >>> encode_bs2(decode_bs2(bytes([3, 4, 0x80, 0, 7]))).hex()
    '0304800007'
    """
    if set(events.dtype.names or ()) != {"x", "y", "t", "p"} or events.ndim != 1:
        fault = Said(f"dtype {events.dtype} {list(events.shape)}")
        raise bad_argument("events", fault, "fields x, y, t and p, [n]")
    for field, limit in (("x", 256), ("y", 256), ("p", 2), ("t", LONGEST)):
        if events.size and (events[field].min() < 0 or events[field].max() >= limit):
            fault = Said(f"up to {events[field].max()}")
            raise bad_argument(f"events[{field!r}]", fault, f"0 to {limit - 1}")
    if np.any(np.diff(events["t"].astype(np.int64)) < 0):
        fault = Said("time that runs backwards")
        raise bad_argument("events['t']", fault, "ascending microseconds")
    time = events["t"].astype(np.int64)
    raw = np.empty((events.size, BYTES), np.uint8)
    raw[:, 0] = events["x"]
    raw[:, 1] = events["y"]
    raw[:, 2] = events["p"].astype(np.int64) << 7 | time >> 16
    raw[:, 3] = time >> 8 & 0xFF
    raw[:, 4] = time & 0xFF
    return raw.tobytes()


def read_bs2(path: typing.Path, *, width: int = 256, height: int = 256) -> Structured:
    """Read a `.bs2` file; events, arguments and errors as in `decode_bs2`."""
    return decode_bs2(Path(path).read_bytes(), width=width, height=height, name=str(path))


def write_bs2(path: typing.Path, events: Structured) -> None:
    """Write events as a `.bs2` file, whole or not at all.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a.bs2"
    ...     write_bs2(file, np.array([(1, 2, 30, 1)], EVENT))
    ...     read_bs2(file).tolist()
    [(1, 2, 30, 1)]
    """
    data = encode_bs2(events)
    with new_file(path) as temporary:
        temporary.write_bytes(data)
