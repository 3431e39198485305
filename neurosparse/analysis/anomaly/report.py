"""The files of an anomaly detection: scores as CSV, results as NAB stores them, one figure."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np

from neurosparse.analysis.anomaly.baselines import WindowedGaussian
from neurosparse.analysis.anomaly.judge import JudgedStream, judge_stream
from neurosparse.analysis.anomaly.nab import NabScore, nab_table, row_weights
from neurosparse.analysis.anomaly.stream import (
    STREAM_COLUMNS,
    RowWindow,
    Stream,
    TimeWindow,
    read_stream,
    window_rows,
)
from neurosparse.analysis.plots.stream import plot_stream
from neurosparse.analysis.plots.style import figure_of
from neurosparse.errors import bad_argument
from neurosparse.htm import DetectorSettings
from neurosparse.typing import Path

Writer = Callable[[FilePath], None]
ENDINGS = {"table": "anomaly.csv", "nab": "nab.csv", "plot": "anomaly.png"}
TABLE_HEAD = ("timestamp", "value", "raw_score", "likelihood", "anomaly_score")
NAB_HEAD = ("timestamp", "value", "anomaly_score", "label")


class AnomalyReport(NamedTuple):
    """The stream, its scores, first and last row of each window, and the files by kind.

    Kinds are "table", "nab" and "plot".
    """

    stream: Stream
    judged: JudgedStream
    windows: list[RowWindow]
    paths: dict[str, FilePath]

    def nab(self) -> dict[str, NabScore]:
        """Score against the windows as the Numenta benchmark does, each profile at its best."""
        return nab_table({"": (self.judged.score, self.windows)})

    def nab_of_gaussian(self) -> dict[str, NabScore]:
        """Score a windowed Gaussian on the same stream and windows: what a detector has to beat."""
        scores = WindowedGaussian()(self.stream.values)
        return nab_table({"": (scores, self.windows)})

    def worst(self, n: int = 3) -> list[int]:
        """Rows of the n highest scores, highest first."""
        return [int(row) for row in np.argsort(-self.judged.score, kind="stable")[:n]]


def anomaly_report(
    path: Path,
    out: Path,
    *,
    windows: Sequence[TimeWindow] = (),
    settings: DetectorSettings | None = None,
    columns: tuple[str, str] = STREAM_COLUMNS,
) -> AnomalyReport:
    """Judge every row of a CSV file and write the result, all or nothing, into a folder.

    - NAME_anomaly.csv: timestamp, value, raw_score, likelihood, anomaly_score;
    - NAME_nab.csv: timestamp, value, anomaly_score, label (1 inside `windows`), as in NAB;
    - NAME_anomaly.png: the stream, its score, and the windows.

    Args:
        path: the CSV file, see `read_stream`.
        out: the folder.
        windows: known anomalies, as (from, to) in ISO time.
        settings: of the detector.
        columns: names of those that hold time and value.

    Raises:
        ValueError: the file cannot be judged, or windows overlap or hold no row; nothing is
            written.
    """
    stream = read_stream(path, columns=columns)
    folder = FilePath(out)
    if folder.exists() and not folder.is_dir():
        remedy = "a file is there: choose another name"
        raise bad_argument("out", str(out), "a folder, there or not", remedy)
    rows = sorted(window_rows(stream, pair) for pair in windows)
    row_weights(
        len(stream.values), rows
    )  # refuses windows that overlap, before the long work
    judged = judge_stream(stream, settings)
    paths = {kind: folder / f"{FilePath(path).stem}_{end}" for kind, end in ENDINGS.items()}
    writers = _writers(stream, judged, rows)
    _write_together({paths[kind]: writers[kind] for kind in paths})
    return AnomalyReport(stream, judged, rows, paths)


def _writers(
    stream: Stream, judged: JudgedStream, rows: Sequence[RowWindow]
) -> dict[str, Writer]:
    """How each kind of file is written."""
    times = [str(time) for time in stream.times]
    _, window = row_weights(len(stream.values), rows)
    labels = (window >= 0).astype(int)
    spans = [(stream.times[first], stream.times[last]) for first, last in rows]
    figure = figure_of(plot_stream(stream, judged.score, spans))
    table = list(zip(times, stream.values, *judged, strict=True))
    nab = list(zip(times, stream.values, judged.score, labels, strict=True))
    return {
        "table": lambda target: _write_csv(target, TABLE_HEAD, table),
        "nab": lambda target: _write_csv(target, NAB_HEAD, nab),
        "plot": lambda target: figure.savefig(target, format="png", dpi=120),
    }


def _write_together(writers: dict[FilePath, Writer]) -> None:
    """Write all files under temporary names, and only then give each its own."""
    partial = {
        path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path in writers
    }
    try:
        for path, temporary in partial.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            writers[path](temporary)
        for path, temporary in partial.items():
            temporary.replace(path)
    finally:
        for temporary in partial.values():
            temporary.unlink(missing_ok=True)


def _write_csv(
    target: FilePath, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
