"""Recording to disk: 10 million spikes arriving in 1,000 pieces, against the usual ways to write
them.

Every side writes the same two columns (step and index, int32) piece by piece, in a process of its
own, and must read back equal before any figure is shown. Growth is the largest resident memory
above that before the first piece. The long case streams ten minutes of 100,000 neurons at 5 Hz (300
million spikes).
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from harness import Gate, Report, arguments, interleave, median

NEURONS = 100_000
Pieces = Iterator[tuple[Any, Any]]


class Seen(NamedTuple):
    """What one writer took."""

    seconds: float
    growth_mb: float
    files: int
    megabytes: float
    equal: bool


def pieces(spikes: int, count: int) -> Pieces:
    """Sorted steps and random neurons, made again the same in every process."""
    rng = np.random.default_rng(7)
    size = spikes // count
    for piece in range(count):
        step = np.sort(rng.integers(100 * piece, 100 * (piece + 1), size))
        yield step, rng.integers(0, NEURONS, size, dtype=np.int32)


def ours(path: Path, stream: Pieces) -> None:
    """Whole shards through `RunStore`."""
    from neurosparse.recording import RunStore

    with RunStore.create(path, dt=0.1, seed=7) as run:
        sink = run.spikes("E", NEURONS)
        for step, index in stream:
            sink.append(step, index)


def read_ours(path: Path) -> tuple[Any, Any]:
    """Both columns."""
    from neurosparse.recording import open_run

    record = open_run(path).spikes["E"]
    return record.step, record.i


def zarr_append(path: Path, stream: Pieces, **how: Any) -> None:
    """`zarr.Array.append` for every piece."""
    import zarr

    group = zarr.create_group(str(path))
    arrays = [
        group.create_array(name, shape=(0,), dtype="i4", **how)
        for name in ("step", "index")
    ]
    for step, index in stream:
        arrays[0].append(step.astype(np.int32))
        arrays[1].append(index)


def zarr_chunks(path: Path, stream: Pieces) -> None:
    """Appending, one chunk a piece."""
    zarr_append(path, stream, chunks=(10_000,))


def zarr_shards(path: Path, stream: Pieces) -> None:
    """Appending into the same shards as ours."""
    from zarr.codecs import BloscCodec

    pack = BloscCodec(cname="lz4", clevel=3, shuffle="bitshuffle", typesize=4)
    zarr_append(path, stream, chunks=(250_000,), shards=(1_000_000,), compressors=[pack])


def read_zarr(path: Path) -> tuple[Any, Any]:
    """Both columns."""
    import zarr

    group = zarr.open_group(str(path), mode="r")
    return group["step"][:], group["index"][:]


def h5py_append(path: Path, stream: Pieces) -> None:
    """Resizing two chunked data sets for every piece."""
    import h5py

    with h5py.File(path, "w") as file:
        sets = [
            file.create_dataset(k, (0,), "i4", maxshape=(None,), chunks=(250_000,))
            for k in ("step", "index")
        ]
        for columns in stream:
            for data, column in zip(sets, columns, strict=True):
                data.resize(len(data) + len(column), 0)
                data[len(data) - len(column) :] = column


def read_h5py(path: Path) -> tuple[Any, Any]:
    """Both columns."""
    import h5py

    with h5py.File(path) as file:
        return file["step"][:], file["index"][:]


def save_at_end(path: Path, stream: Pieces) -> None:
    """All in memory, `np.save` at the end: nothing is left of a run that dies."""
    path.mkdir()
    kept = [(step.astype(np.int32), index.copy()) for step, index in stream]
    for name, columns in zip(("step", "index"), zip(*kept, strict=True), strict=True):
        np.save(path / name, np.concatenate(columns))


def read_npy(path: Path) -> tuple[Any, Any]:
    """Both columns."""
    return np.load(path / "step.npy"), np.load(path / "index.npy")


class Way(NamedTuple):
    """One way to write, and how to read it back."""

    write: Callable[[Path, Pieces], None]
    read: Callable[[Path], tuple[Any, Any]]


WAYS = {
    "ours": Way(ours, read_ours),
    "zarr append, chunk a piece": Way(zarr_chunks, read_zarr),
    "zarr append into shards": Way(zarr_shards, read_zarr),
    "h5py resize-append": Way(h5py_append, read_h5py),
    "np.save at end": Way(save_at_end, read_npy),
}


def one(name: str, spikes: int, count: int, check: bool) -> Seen:
    """Write once; the time is that of the writer without the making of the spikes."""
    import psutil

    way = WAYS[name]
    process = psutil.Process()
    folder = Path(tempfile.mkdtemp(prefix="recording-"))
    path = folder / "out"
    # what a library loads and builds once is no growth of the run
    way.write(folder / "warm", pieces(2000, 2))
    base = process.memory_info().rss
    peak = 0
    source_seconds = 0.0

    def watched() -> Pieces:
        nonlocal peak, source_seconds
        source = pieces(spikes, count)
        while True:
            start = time.perf_counter()
            piece = next(source, None)
            peak = max(peak, process.memory_info().rss)
            source_seconds += time.perf_counter() - start
            if piece is None:
                return
            yield piece

    try:
        start = time.perf_counter()
        way.write(path, watched())
        seconds = time.perf_counter() - start - source_seconds
        peak = max(peak, process.memory_info().rss)
        files = [
            Path(root, file) for root, _, names in os.walk(path) for file in names
        ] or [path]
        size = sum(file.stat().st_size for file in files) / 1e6
        equal = not check or _equal(way.read(path), pieces(spikes, count))
        return Seen(seconds, (peak - base) / 1e6, len(files), size, equal)
    finally:
        shutil.rmtree(folder)


def _equal(stored: tuple[Any, Any], stream: Pieces) -> bool:
    want = list(stream)
    return all(
        np.array_equal(g, np.concatenate([piece[k] for piece in want]))
        for k, g in enumerate(stored)
    )


def alone(name: str, spikes: int, count: int, check: bool = True) -> Seen:
    """`one` in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seen = pool.apply(one, (name, spikes, count, check))
        pool.close()
        pool.join()
    return seen


def main() -> None:
    """Gate, measure, report."""
    args = arguments(__doc__)
    spikes, count = (2_000_000, 200) if args.quick else (10_000_000, 1000)
    case = f"{spikes // 10**6} M spikes in {count} appends"
    runs = {name: (lambda name=name: alone(name, spikes, count)) for name in WAYS}
    seen: dict[str, list[Seen]] = interleave(runs, args.repeats)
    gate = Gate()
    for name, results in seen.items():
        gate.true(f"{name} reads back equal", all(result.equal for result in results))
    gate.demand()

    report = Report("zarr", "h5py", "numpy", repeats=args.repeats)
    mine = seen["ours"]
    seconds = median([result.seconds for result in mine])
    report.add(
        case,
        "time",
        "s",
        seconds,
        goal=None if args.quick else 1.2,
        threads=os.cpu_count() or 1,
    )
    report.add(case, "largest growth", "MB", max(r.growth_mb for r in mine), goal=200)
    goals = {
        "zarr append, chunk a piece": 2.0,
        "zarr append into shards": 10.0,
        "h5py resize-append": 1.0,
    }
    for name, results in seen.items():
        if name == "ours":
            continue
        peer = median([result.seconds for result in results])
        report.add(case, "time", "s", seconds, peer, peer_name=name, goal=goals.get(name))
        report.add(case, "files", "", mine[0].files, results[0].files, peer_name=name)
        report.add(
            case, "on disk", "MB", mine[0].megabytes, results[0].megabytes, peer_name=name
        )
        growth = [median([r.growth_mb for r in of]) for of in (mine, results)]
        report.add(case, "growth", "MB", *growth, peer_name=name)
    many = 30_000_000 if args.quick else 300_000_000
    long = alone("ours", many, 6000, check=False)
    case = f"{many // 10**6} M spikes in 6000 appends"
    report.add(case, "largest growth", "MB", long.growth_mb, goal=200)
    report.add(case, "time", "s", long.seconds)
    report.add(case, "files", "", long.files)
    report.add(case, "on disk", "MB", long.megabytes)
    report.finish(args.json)


if __name__ == "__main__":
    main()
