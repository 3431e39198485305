"""Streams in files: what is read, and what is refused by the row it stands in."""

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import Stream, read_nab_windows, read_stream, read_time_windows
from neurosparse.analysis.anomaly.stream import window_rows

DAYS = Stream([datetime(2020, 1, day) for day in range(1, 6)], np.arange(5.0))
SPAN = ["2020-01-02", "2020-01-03"]


def test_a_table_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("timestamp,value,note\n2020-01-01,1.5,a\n2020-01-02 12:00,-2,b\n")
    stream = read_stream(path)
    assert stream.times == [datetime(2020, 1, 1), datetime(2020, 1, 2, 12)]
    assert stream.values.tolist() == [1.5, -2.0]


def test_columns_of_other_names_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="columns"):
        read_stream(path)


def test_columns_may_have_names_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("load,when,value\n3,2020-01-01,7\n4,2020-01-02,8\n")
    stream = read_stream(path, columns=("when", "load"))
    assert stream.values.tolist() == [3.0, 4.0]
    with pytest.raises(ValueError, match="columns load, when, value, wants t and load"):
        read_stream(path, columns=("t", "load"))
    for wrong in ("when", ("when", "when"), ("when",)):
        with pytest.raises(ValueError, match="columns: got .* wants two names"):
            read_stream(path, columns=wrong)


def test_times_may_go_back_only_where_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("timestamp,value\n2020-01-02,1\n2020-01-01,2\n")
    with pytest.raises(ValueError, match="row 3.*times in order"):
        read_stream(path)
    assert len(read_stream(path, ordered=False).values) == 2


def test_a_window_holds_both_ends() -> None:
    assert window_rows(DAYS, ("2020-01-02", "2020-01-03")) == (1, 2)
    with pytest.raises(ValueError, match="a window that holds rows"):
        window_rows(DAYS, ("2021-01-02", "2021-01-03"))
    with pytest.raises(ValueError, match="without a zone"):
        window_rows(DAYS, ("2020-01-02T00:00+00:00", "2020-01-03T00:00+00:00"))


@pytest.mark.parametrize("content", [[SPAN], {"folder/a.csv": [SPAN], "b.csv": []}])
def test_windows_are_read_as_a_list_or_by_the_name_of_the_file(
    content: object, tmp_path: Path
) -> None:
    path = tmp_path / "windows.json"
    path.write_text(json.dumps(content))
    assert read_time_windows(path, "elsewhere/a.csv") == [tuple(SPAN)]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "a JSON file"),
        ('{"x/a.csv": [], "y/a.csv": []}', "2 entries"),
        ("{}", "0 entries"),
        ("[[1, 2]]", "a list of"),
        ('"soon"', "a list of"),
    ],
)
def test_windows_of_another_form_are_refused(text: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "windows.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=word):
        read_time_windows(path, "a.csv")


def test_windows_of_several_streams(tmp_path: Path) -> None:
    path = tmp_path / "combined_windows.json"
    path.write_text(json.dumps({"a": [SPAN], "b": []}))
    assert read_nab_windows(path, {"a": DAYS, "b": DAYS}) == {"a": [(1, 2)], "b": []}


def test_windows_of_the_published_labels(data_folder) -> None:  # type: ignore[no-untyped-def]
    root = data_folder("nab")
    name = "realKnownCause/nyc_taxi.csv"
    stream = read_stream(root / "data" / name)
    (windows,) = read_nab_windows(
        root / "labels" / "combined_windows.json", {name: stream}
    ).values()
    assert len(stream.values) == 10320
    assert len(windows) == 5
    assert all(a < b for a, b in windows)
    assert 100 < np.mean([b - a + 1 for a, b in windows]) < 300


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("timestamp,value\n2020-01-01 00:00:00,3,5\n", "row 2: got 3 cells, wants 2"),
        (
            "timestamp,value,value\n2020-01-01,1,2\n2020-01-02,1,2\n",
            "path: got columns timestamp, value, ",
        ),
        ("timestamp,value\n2020-01-01,1\n\n\n2020-01-02,x\n", "row 5: got 'x'"),
        (
            "timestamp,value\n1512120300000,1\n1512120400000,2\n",
            "row 2: got '1512120300000'",
        ),
        (
            "timestamp,value\n2020-01-01,1e308\n2020-01-02,-1e308\n",
            "value: got values from -1e",
        ),
        ("timestamp,value\n2020-01-01,1_5\n2020-01-02,2\n", "row 2: got '1_5'"),
        ("timestamp,value\n2020-01-01,1\n", "path: got 1 rows"),
        ("", r"path: got columns \(none\)"),
    ],
)
def test_streams_that_cannot_be_meant_are_refused_by_line(
    tmp_path: Path, text: str, word: str
) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=rf"^a\.csv: {word}"):
        read_stream(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_told_with_the_file(tmp_path: Path, encoding: str) -> None:
    text = "timestamp,value,place\n2020-01-01,1,Köln\n2020-01-02,2,Köln\n"
    (tmp_path / "a.csv").write_text(text, encoding=encoding)
    with pytest.raises(
        ValueError, match=r"path: got a\.csv: .* wants a CSV of UTF"
    ) as raised:
        read_stream(tmp_path / "a.csv")
    assert "2020" not in str(raised.value)  # the file itself is not printed
    with pytest.raises(FileNotFoundError, match="path: got .*wants a CSV file that exists"):
        read_stream(tmp_path / "b.csv")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "JSON"),
        ("[]", "a map of names"),
        ("{}", "None for a"),
        ('{"a": [["2020-01-01"]]}', "list of"),
        ('{"a": [["2030-01-01", "2030-01-02"]]}', "a window that holds rows"),
        ('{"a": [["noon", "2030-01-02"]]}', "an ISO timestamp"),
    ],
)
def test_windows_that_fit_no_stream_are_refused(text, word, tmp_path) -> None:
    (tmp_path / "w.json").write_text(text)
    with pytest.raises(ValueError, match=f"windows: got .*{word}"):
        read_nab_windows(tmp_path / "w.json", {"a": DAYS})
