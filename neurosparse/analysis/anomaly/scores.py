"""Anomaly detection in files: read a CSV of (timestamp, value), judge every row, write and draw
it.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.analysis.anomaly.nab import NabScore, nab_table, probation, row_weights
from neurosparse.errors import Said, bad_argument
from neurosparse.htm import AnomalyDetector, DetectorSettings

Judge = Callable[["Stream"], NDArray[np.float64]]


class Stream(NamedTuple):
    """One stream of numbers."""

    times: list[datetime]
    values: NDArray[np.float64]


def read_stream(path: str | os.PathLike[str], *, ordered: bool = True) -> Stream:
    """Read a CSV with the columns timestamp (ISO) and value.

    Raises ValueError naming the row that has no timestamp, no finite number, or goes back in time
    (the last only when `ordered`: one published benchmark stream does).
    """
    times: list[datetime] = []
    values: list[float] = []
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
            raise bad_argument(
                "path", Said(f"{path} with columns {reader.fieldnames}"), "timestamp and value"
            )
        for row, line in enumerate(reader, start=2):
            times.append(
                _as_aware(
                    _time(line["timestamp"], f"row {row}"),
                    times[0] if times else None,
                    f"row {row}",
                )
            )
            values.append(_value(line["value"], row))
            if ordered and len(times) > 1 and times[-1] < times[-2]:
                raise bad_argument(
                    f"row {row}",
                    Said(str(times[-1])),
                    "times in order",
                    "sort the file by timestamp",
                )
    if len(values) < 2:
        raise bad_argument("path", Said(f"{path} with {len(values)} rows"), "at least 2 rows")
    return Stream(times, np.array(values))


def _time(text: str | None, where: str) -> datetime:
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise bad_argument(where, text, "an ISO timestamp", "write 2020-01-31 12:00:00") from None


def _as_aware(time: datetime, like: datetime | None, where: str = "windows") -> datetime:
    """Refuse a time with a zone among times without, or the other way round: they have no order."""
    if like is not None and (time.tzinfo is None) != (like.tzinfo is None):
        wants = f"a time {'without' if like.tzinfo is None else 'with'} a zone, as the first row"
        raise bad_argument(where, Said(str(time)), wants)
    return time


def _value(text: str | None, row: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise bad_argument(
            f"row {row}", text, "a finite number as value", "leave the row out or fill it in"
        )
    return value


class JudgedStream(NamedTuple):
    """Columns of a result, one entry a row."""

    raw: NDArray[np.float64]
    likelihood: NDArray[np.float64]
    score: NDArray[np.float64]


def judge_stream(stream: Stream, settings: DetectorSettings | None = None) -> JudgedStream:
    """Run a fresh detector over a stream, scaled by the range of its numbers.

    >>> from datetime import timedelta
    >>> times = [datetime(2020, 1, 1) + timedelta(hours=h) for h in range(60)]
    >>> stream = Stream(times, np.tile([1.0, 2.0, 3.0], 20))
    >>> small = DetectorSettings(columns=128, cells_per_column=2)
    >>> judge_stream(stream, small).raw.shape
    (60,)
    """
    settings = settings or DetectorSettings()
    detector = AnomalyDetector(float(stream.values.min()), float(stream.values.max()), settings)
    rows = [detector.step(t, float(v)) for t, v in zip(stream.times, stream.values, strict=True)]
    return JudgedStream(*(np.array(column) for column in zip(*rows, strict=True)))


class AnomalyReport(NamedTuple):
    """What `anomaly_job` found, and where it wrote it."""

    stream: Stream
    judged: JudgedStream
    windows: list[tuple[int, int]]  # first and last row of each
    paths: dict[str, Path]  # "table", "nab", "plot"

    def nab(self) -> dict[str, NabScore]:
        """Score against the windows as the Numenta benchmark does, each profile at its best threshold."""
        return nab_table({"": (self.judged.score, self.windows)})

    def worst(self, n: int = 3) -> list[int]:
        """Rows of the n highest scores, highest first."""
        return [int(row) for row in np.argsort(-self.judged.score, kind="stable")[:n]]


def anomaly_job(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    windows: Sequence[tuple[str, str]] = (),
    settings: DetectorSettings | None = None,
) -> AnomalyReport:
    """Judge every row of a CSV file and write, all or nothing, into folder `out`:

    - NAME_anomaly.csv: timestamp, value, raw_score, likelihood, anomaly_score;
    - NAME_nab.csv: timestamp, value, anomaly_score, label (1 inside `windows`), as NAB stores
      results;
    - NAME_anomaly.png: the stream, its score, and the windows.

    Raises ValueError before anything is written when the file cannot be judged (see `read_stream`),
    or windows overlap or hold no row.
    """
    stream = read_stream(path)
    folder = Path(out)
    stem = Path(path).stem
    if folder.exists() and not folder.is_dir():
        raise bad_argument(
            "out", str(out), "a folder, there or not", "a file is there: choose another name"
        )
    rows = sorted(window_rows(stream, pair) for pair in windows)
    weigh = row_weights(len(stream.values), rows)[1]  # refuses windows that overlap
    found = judge_stream(stream, settings)
    paths = {kind: folder / f"{stem}_{end}" for kind, end in _ENDS.items()}
    base = ([str(t) for t in stream.times], stream.values)
    spans = [(stream.times[a], stream.times[b]) for a, b in rows]
    figure = plot_stream(stream, found.score, spans).figure
    write: dict[str, Callable[[Path], None]] = {
        "table": lambda to: _write_csv(to, _TABLE, zip(*base, *found, strict=True)),
        "nab": lambda to: _write_csv(
            to, _NAB, zip(*base, found.score, (weigh >= 0).astype(int), strict=True)
        ),
        "plot": lambda to: figure.savefig(to, format="png", dpi=120),
    }
    _write_together({paths[kind]: write[kind] for kind in paths})
    return AnomalyReport(stream, found, rows, paths)


_ENDS = {"table": "anomaly.csv", "nab": "nab.csv", "plot": "anomaly.png"}
_TABLE = ("timestamp", "value", "raw_score", "likelihood", "anomaly_score")
_NAB = ("timestamp", "value", "anomaly_score", "label")


def window_rows(stream: Stream, window: tuple[str, str]) -> tuple[int, int]:
    """First and last row of a stream inside a window (from, to) in ISO time, both ends included.

    >>> window_rows(Stream([datetime(2020, 1, d) for d in (1, 2, 3)], np.arange(3.0)), ("2020-01-02", "2020-01-09"))
    (1, 2)
    """
    times = stream.times
    first, last = (_as_aware(_time(end, "windows"), times[0]) for end in window)
    rows = [i for i, t in enumerate(times) if first <= t <= last]
    if not rows:
        raise bad_argument(
            "windows", window, f"a window that holds rows, from {times[0]} to {times[-1]}"
        )
    return rows[0], rows[-1]


def load_windows(
    path: str | os.PathLike[str], stream: str | os.PathLike[str]
) -> list[tuple[str, str]]:
    """Read windows for a CSV file from JSON: a list of [from, to], or NAB's combined_windows.json.

    The latter maps names to lists; the entry whose last part is the name of the CSV file counts.
    Raises ValueError when there is no such entry, or the content is something else.
    """
    try:
        held = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise bad_argument(
            "windows", Said(f"{path}: {error}"), "a JSON file with a list of [from, to]"
        ) from error
    if isinstance(held, dict):
        name = Path(stream).name
        keys = [key for key in held if key.rsplit("/", 1)[-1] == name]
        if len(keys) != 1:
            raise bad_argument(
                "windows", Said(f"{path} with {len(keys)} entries for {name}"), "exactly one"
            )
        held = held[keys[0]]
    pairs = held if isinstance(held, list) else [held]
    if not all(
        isinstance(p, list) and len(p) == 2 and all(isinstance(t, str) for t in p) for p in pairs
    ):
        raise bad_argument("windows", Said(str(path)), "a list of [from, to] in ISO time")
    return [(a, b) for a, b in pairs]


def plot_stream(
    stream: Stream, score: Any, windows: Iterable[tuple[datetime, datetime]] = (), ax: Any = None
) -> Any:
    """Draw a stream with its anomaly score below, windows shaded, probation hatched; returns Axes.

    >>> times = [datetime(2020, 1, d) for d in (1, 2, 3)]
    >>> len(plot_stream(Stream(times, np.arange(3.0)), np.zeros(3)).lines)
    1
    """
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(9, 4), layout="constrained").subplots()
    ax.plot(stream.times, stream.values, lw=0.8, color="tab:blue")
    ax.set(ylabel="value", xlabel="time")
    below = ax.twinx()
    below.fill_between(stream.times, np.asarray(score), color="tab:red", alpha=0.6, lw=0)
    below.set(ylim=(0, 3), ylabel="anomaly score", yticks=(0, 0.5, 1))
    for first, last in windows:
        ax.axvspan(first, last, color="tab:orange", alpha=0.25)
    ax.axvspan(stream.times[0], stream.times[probation(len(stream.times))], color="0.5", alpha=0.15)
    return ax


def read_windows(
    path: str | os.PathLike[str], streams: dict[str, Stream]
) -> dict[str, list[tuple[int, int]]]:
    """Read NAB's combined_windows.json: for each named stream its windows as (first, last) rows."""
    spans = json.loads(Path(path).read_text(encoding="utf-8"))
    out = {}
    for name, stream in streams.items():
        times = np.array([np.datetime64(t) for t in stream.times])
        ends = [(np.datetime64(a), np.datetime64(b)) for a, b in spans[name]]
        rows = [np.flatnonzero((times >= a) & (times <= b)) for a, b in ends]
        out[name] = [(int(r[0]), int(r[-1])) for r in rows]
    return out


def _write_together(write: dict[Path, Callable[[Path], None]]) -> None:
    """Write all files under temporary names, and only then give each its own."""
    part = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path in write}
    try:
        for path, temporary in part.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write[path](temporary)
        for path, temporary in part.items():
            temporary.replace(path)
    finally:
        for temporary in part.values():
            temporary.unlink(missing_ok=True)


def _write_csv(target: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
