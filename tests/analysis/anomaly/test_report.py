"""The anomaly job on small files, and refusals."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from neurosparse.analysis import (
    anomaly_report,
)
from neurosparse.htm import Alarm, DetectorSettings

SMALL = DetectorSettings(columns=128, cells_per_column=2, alarm=Alarm(period=20))


def write(path: Path, rows: list[tuple[str, str]], header: str = "timestamp,value") -> Path:
    path.write_text(
        "\n".join([header, *(",".join(r) for r in rows)]) + "\n", encoding="utf-8"
    )
    return path


def stream_file(tmp_path: Path, n: int = 120) -> Path:
    times = [datetime(2021, 3, 1) + timedelta(minutes=10 * i) for i in range(n)]
    return write(
        tmp_path / "load.csv",
        [(str(t), str(float(i % 4) + 40 * (i == 90))) for i, t in enumerate(times)],
    )


def test_job_writes_table_result_and_plot(tmp_path: Path) -> None:
    source = stream_file(tmp_path)
    window = ("2021-03-01 14:40:00", "2021-03-01 15:20:00")
    found = anomaly_report(source, tmp_path / "out", windows=[window], settings=SMALL)
    with found.paths["table"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120
    assert list(rows[0]) == [
        "timestamp",
        "value",
        "raw_score",
        "likelihood",
        "anomaly_score",
    ]
    assert float(rows[90]["anomaly_score"]) == 1.0
    with found.paths["nab"].open(newline="") as file:
        labels = [int(row["label"]) for row in csv.DictReader(file)]
    assert [i for i, on in enumerate(labels) if on] == [88, 89, 90, 91, 92]
    assert found.paths["plot"].read_bytes()[:4] == b"\x89PNG"
    assert len(list((tmp_path / "out").iterdir())) == 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("2021-01-01", "1"), ("", "2")], "row 3: got ''"),
        ([("2021-01-01", "1"), ("soon", "2")], "row 3: got 'soon'"),
        ([("2021-01-02", "1"), ("2021-01-01", "2")], "row 3.*times in order"),
        ([("2021-01-01", "1"), ("2021-01-02", "nan")], "row 3.*finite"),
        ([("2021-01-01", "x")], "row 2.*finite"),
        ([("2021-01-01", "1")], "at least 2 rows"),
    ],
)
def test_job_refuses_and_writes_nothing(
    rows: list[tuple[str, str]], words: str, tmp_path: Path
) -> None:
    source = write(tmp_path / "bad.csv", rows)
    with pytest.raises(ValueError, match=words):
        anomaly_report(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()
