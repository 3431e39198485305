"""Streams of numbers in files: a CSV of (timestamp, value), and the windows of its anomalies."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from pathlib import Path as FilePath
from typing import Any, NamedTuple, TextIO

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import old_file, reading
from neurosparse.typing import Float64, Path

TimeWindow = tuple[str, str]
RowWindow = tuple[int, int]
STREAM_COLUMNS = ("timestamp", "value")


class Stream(NamedTuple):
    """One stream of numbers: when each came, and its value `[n]`."""

    times: list[datetime]
    values: Float64


def read_stream(
    path: Path, *, ordered: bool = True, columns: tuple[str, str] = STREAM_COLUMNS
) -> Stream:
    """Read a CSV with a column of times (ISO) and one of values.

    Args:
        path: the file.
        ordered: refuse times that go back; one published benchmark stream has such.
        columns: their names, which the file has once each.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: no such columns, or a column twice; a row of another length, without a timestamp
            or a finite number, or that goes back in time; its line is named.
    """
    path = old_file(path, "a CSV file")
    if isinstance(columns, str) or len(columns) != 2 or columns[0] == columns[1]:
        raise bad_argument("columns", columns, "two names, of times and of values")
    expected = f"a CSV of UTF-8 text with the columns {columns[0]} and {columns[1]}"
    with reading(path, expected), path.open(newline="", encoding="utf-8-sig") as file:
        return _stream(file, ordered, columns)


def _stream(file: TextIO, ordered: bool, columns: tuple[str, str]) -> Stream:
    """The rows of an open file; errors number them by lines of the file."""
    times: list[datetime] = []
    values: list[float] = []
    reader = csv.reader(file, strict=True)
    head = next(reader, [])
    if any(head.count(name) != 1 for name in columns):
        names = Said(f"columns {', '.join(head)[:100] or '(none)'}")
        raise bad_argument("path", names, f"{' and '.join(columns)}, each once")
    for cells in reader:
        if not cells:
            continue
        row = f"row {reader.line_num}"
        if len(cells) > len(head):
            fault = Said(f"{len(cells)} cells")
            remedy = "write numbers with a point, and texts with commas in quotes"
            raise bad_argument(row, fault, f"{len(head)}, as the head has", remedy)
        named = dict(zip(head, cells, strict=False))
        first = times[0] if times else None
        times.append(_same_zone(_time(named.get(columns[0]), row), first, row))
        values.append(_value(named.get(columns[1]), row))
        if ordered and len(times) > 1 and times[-1] < times[-2]:
            remedy = "sort the file by timestamp, or write times with their zone"
            raise bad_argument(row, Said(str(times[-1])), "times in order", remedy)
    if len(values) < 2:
        raise bad_argument("path", Said(f"{len(values)} rows"), "at least 2 rows")
    if not isfinite(max(values) - min(values)):
        span = Said(f"values from {min(values):g} to {max(values):g}")
        raise bad_argument("value", span, "a range that is a number", "divide the values")
    return Stream(times, np.array(values))


def read_time_windows(path: Path, stream: Path) -> list[TimeWindow]:
    """Read windows for a CSV file from JSON: a list of [from, to], or NAB's combined_windows.json.

    The latter maps names to lists; the entry whose last part is the name of the CSV file counts.

    Raises:
        ValueError: there is no such entry, or the content is something else.
    """
    content = _json(path)
    if isinstance(content, dict):
        name = FilePath(stream).name
        keys = [key for key in content if key.rsplit("/", 1)[-1] == name]
        if len(keys) != 1:
            entries = Said(f"{path} with {len(keys)} entries for {name}")
            raise bad_argument("windows", entries, "exactly one")
        content = content[keys[0]]
    pairs = content if isinstance(content, list) else [content]
    if not all(_is_window(pair) for pair in pairs):
        raise bad_argument("windows", Said(str(path)), "a list of [from, to] in ISO time")
    return [(first, last) for first, last in pairs]


def read_nab_windows(
    path: Path, streams: Mapping[str, Stream]
) -> dict[str, list[RowWindow]]:
    """Read NAB's combined_windows.json: for each named stream its windows as (first, last) rows.

    Raises:
        ValueError: no JSON, a stream without an entry, or a window that holds no row.
    """
    windows = _json(path)
    if not isinstance(windows, dict):
        raise bad_argument("windows", Said(str(path)), "a map of names to windows")
    rows: dict[str, list[RowWindow]] = {}
    for name, stream in streams.items():
        pairs = windows.get(name)
        if not (isinstance(pairs, list) and all(_is_window(pair) for pair in pairs)):
            entry = Said(f"{path} with {pairs!r} for {name}")
            raise bad_argument("windows", entry, "a list of [from, to] in ISO time")
        rows[name] = [window_rows(stream, (first, last)) for first, last in pairs]
    return rows


def window_rows(stream: Stream, window: TimeWindow) -> RowWindow:
    """First and last row of a stream inside a window (from, to) in ISO time, both ends included.

    >>> days = Stream([datetime(2020, 1, day) for day in (1, 2, 3)], np.arange(3.0))
    >>> window_rows(days, ("2020-01-02", "2020-01-09"))
    (1, 2)
    """
    times = stream.times
    first = _same_zone(_time(window[0], "windows"), times[0], "windows")
    last = _same_zone(_time(window[1], "windows"), times[0], "windows")
    rows = [row for row, time in enumerate(times) if first <= time <= last]
    if not rows:
        expected = f"a window that holds rows, from {times[0]} to {times[-1]}"
        raise bad_argument("windows", window, expected)
    return rows[0], rows[-1]


def _json(path: Path) -> Any:
    try:
        return json.loads(FilePath(path).read_text(encoding="utf-8"))
    except ValueError as error:
        problem = Said(f"{path}: {error}")
        expected = "a JSON file with a list of [from, to]"
        raise bad_argument("windows", problem, expected) from error


def _is_window(pair: Any) -> bool:
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and all(isinstance(end, str) for end in pair)
    )


def _time(text: str | None, place: str) -> datetime:
    stripped = (text or "").strip()
    # 1512120300000 would be read as the year 1512
    if stripped.isdigit() and len(stripped) > 8:
        remedy = (
            "write 2020-01-31 12:00:00; datetime.fromtimestamp reads seconds since 1970"
        )
        raise bad_argument(place, text, "an ISO timestamp", remedy)
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise bad_argument(
            place, text, "an ISO timestamp", "write 2020-01-31 12:00:00"
        ) from None


def _same_zone(time: datetime, first: datetime | None, place: str) -> datetime:
    """Refuse a time with a zone among times without, or the other way round: they have no order."""
    if first is not None and (time.tzinfo is None) != (first.tzinfo is None):
        zone = "without" if first.tzinfo is None else "with"
        raise bad_argument(
            place, Said(str(time)), f"a time {zone} a zone, as the first row"
        )
    return time


def _value(text: str | None, row: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value) or "_" in (text or ""):  # Python reads 1_5 as 15
        remedy = "leave the row out or fill it in"
        raise bad_argument(row, text, "a finite number as value", remedy)
    return value
