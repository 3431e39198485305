"""Anomaly detection in files: read a CSV of (timestamp, value), judge every row, write and draw it."""

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

from neurosparse.analysis.nab import probation
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
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if not {"timestamp", "value"} <= set(reader.fieldnames or ()):
            raise bad_argument("path", Said(f"{path} with columns {reader.fieldnames}"), "timestamp and value")
        for row, line in enumerate(reader, start=2):
            times.append(_time(line["timestamp"], row))
            values.append(_value(line["value"], row))
            if ordered and len(times) > 1 and times[-1] < times[-2]:
                raise bad_argument(f"row {row}", Said(str(times[-1])), "times in order", "sort the file by timestamp")
    if len(values) < 2:
        raise bad_argument("path", Said(f"{path} with {len(values)} rows"), "at least 2 rows")
    return Stream(times, np.array(values))


def _time(text: str | None, row: int) -> datetime:
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise bad_argument(f"row {row}", text, "an ISO timestamp", "write 2020-01-31 12:00:00") from None


def _value(text: str | None, row: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise bad_argument(f"row {row}", text, "a finite number as value", "leave the row out or fill it in")
    return value


class Judged(NamedTuple):
    """Columns of a result, one entry a row."""

    raw: NDArray[np.float64]
    likelihood: NDArray[np.float64]
    score: NDArray[np.float64]


def judge_stream(stream: Stream, settings: DetectorSettings | None = None) -> Judged:
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
    return Judged(*(np.array(column) for column in zip(*rows, strict=True)))


def anomaly_job(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    windows: Sequence[tuple[str, str]] = (),
    settings: DetectorSettings | None = None,
) -> dict[str, Path]:
    """Judge every row of a CSV file and write, all or nothing, into folder `out`:

    - NAME_anomaly.csv: timestamp, value, raw_score, likelihood, anomaly_score;
    - NAME_nab.csv: timestamp, value, anomaly_score, label (1 inside `windows`), as NAB stores results;
    - NAME_anomaly.png: the stream, its score, and the windows.

    Returns the paths by kind: "table", "nab", "plot". Raises ValueError before anything is written when
    the file cannot be judged; see `read_stream`.
    """
    stream, folder, stem = read_stream(path), Path(out), Path(path).stem
    spans = [(_time(a, 0), _time(b, 0)) for a, b in windows]
    found = judge_stream(stream, settings)
    folder.mkdir(parents=True, exist_ok=True)
    target = {
        "table": folder / f"{stem}_anomaly.csv",
        "nab": folder / f"{stem}_nab.csv",
        "plot": folder / f"{stem}_anomaly.png",
    }
    label = [int(any(a <= t <= b for a, b in spans)) for t in stream.times]
    base = ([str(t) for t in stream.times], stream.values)
    _write_csv(
        target["table"],
        ("timestamp", "value", "raw_score", "likelihood", "anomaly_score"),
        zip(*base, *found, strict=True),
    )
    _write_csv(
        target["nab"], ("timestamp", "value", "anomaly_score", "label"), zip(*base, found.score, label, strict=True)
    )
    figure = plot_stream(stream, found.score, spans).figure
    _replace(target["plot"], lambda temporary: figure.savefig(temporary, format="png", dpi=120))
    return target


def plot_stream(stream: Stream, score: Any, windows: Iterable[tuple[datetime, datetime]] = (), ax: Any = None) -> Any:
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


def read_windows(path: str | os.PathLike[str], streams: dict[str, Stream]) -> dict[str, list[tuple[int, int]]]:
    """Read NAB's combined_windows.json: for each named stream its windows as (first, last) rows."""
    spans = json.loads(Path(path).read_text(encoding="utf-8"))
    out = {}
    for name, stream in streams.items():
        times = np.array([np.datetime64(t) for t in stream.times])
        ends = [(np.datetime64(a), np.datetime64(b)) for a, b in spans[name]]
        rows = [np.flatnonzero((times >= a) & (times <= b)) for a, b in ends]
        out[name] = [(int(r[0]), int(r[-1])) for r in rows]
    return out


def _replace(target: Path, write: Callable[[Path], None]) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        write(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _write_csv(target: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    def write(temporary: Path) -> None:
        with temporary.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])

    _replace(target, write)
