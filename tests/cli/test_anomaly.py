"""`neurosparse anomaly` from the shell: what it writes, says and refuses."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from neurosparse.analysis.anomaly import report as job
from neurosparse.cli import status
from neurosparse.htm import Alarm, DetectorSettings

Captured = pytest.CaptureFixture[str]
SMALL = DetectorSettings(columns=128, cells_per_column=2, alarm=Alarm(period=20))


def stream_file(folder: Path, n: int = 120, zone: str = "") -> Path:
    start = datetime(2021, 3, 1)
    rows = [
        f"{start + timedelta(minutes=10 * i)}{zone},{float(i % 4) + 40 * (i == 90)}"
        for i in range(n)
    ]
    path = folder / "load.csv"
    path.write_text("timestamp,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = job.judge_stream
    monkeypatch.setattr(
        job, "judge_stream", lambda stream, settings=None: whole(stream, SMALL)
    )


@pytest.mark.usefixtures("small")
def test_it_writes_three_files_and_tells_the_score(
    tmp_path: Path, capsys: Captured
) -> None:
    source = stream_file(tmp_path)
    out = tmp_path / "out"
    span = ("2021-03-01T14:40", "2021-03-01T15:20")
    assert (
        status(["anomaly", str(source), "--out", str(out), "--window", "/".join(span)]) == 0
    )
    said = capsys.readouterr().out
    assert "1.000 at 2021-03-01 15:00:00, value 42" in said
    assert "standard: 90" in said or "standard: 9" in said
    # what a detector has to beat stands beside it
    assert said.count("; a windowed Gaussian ") == 3
    assert {p.name for p in out.iterdir()} == {
        "load_anomaly.csv",
        "load_nab.csv",
        "load_anomaly.png",
    }
    named = tmp_path / "named.csv"
    named.write_text(source.read_text().replace("timestamp,value", "when,load"))
    command = ["anomaly", str(named), "--out", str(out), "--columns", "when,load"]
    assert status(command) == 0
    assert (out / "named_anomaly.csv").read_bytes() == (
        out / "load_anomaly.csv"
    ).read_bytes()
    for path in out.glob("named_*"):
        path.unlink()
    listed = tmp_path / "windows.json"
    listed.write_text(json.dumps({"folder/load.csv": [span]}))
    assert (
        status(
            [
                "anomaly",
                str(source),
                "--out",
                str(tmp_path / "again"),
                "--windows",
                str(listed),
            ]
        )
        == 0
    )
    for name in ("load_anomaly.csv", "load_nab.csv"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    with (out / "load_nab.csv").open(newline="") as file:
        assert [i for i, row in enumerate(csv.DictReader(file)) if row["label"] == "1"] == [
            88,
            89,
            90,
            91,
            92,
        ]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--window", "yesterday"], "FROM/TO"),
        (["--window", "soon/later"], "windows: got 'soon'"),
        (["--window", "2031-01-01/2031-01-02"], "a window that holds rows"),
        (
            [
                "--window",
                "2021-03-01T14/2021-03-01T15",
                "--window",
                "2021-03-01T14:30/2021-03-01T16",
            ],
            "disjoint",
        ),
        (["--window", "2021-03-01T14:00+01:00/2021-03-01T15:00+01:00"], "without a zone"),
    ],
)
def test_windows_that_cannot_be_meant(
    more: list[str], says: str, tmp_path: Path, capsys: Captured
) -> None:
    assert (
        status(
            ["anomaly", str(stream_file(tmp_path)), "--out", str(tmp_path / "out"), *more]
        )
        == 2
    )
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "held",
    ['{"other.csv": []}', '{"load.csv": [["2021-03-01"]]}', '"soon"', "[1, 2]", "nonsense"],
)
def test_window_files_of_another_form(held: str, tmp_path: Path, capsys: Captured) -> None:
    listed = tmp_path / "windows.json"
    listed.write_text(held)
    told = ["--out", str(tmp_path / "out"), "--windows", str(listed)]
    assert status(["anomaly", str(stream_file(tmp_path)), *told]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_bad_row_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: Captured
) -> None:
    source = stream_file(tmp_path)
    lines = source.read_text().splitlines()
    for row, text, says in [
        (7, "2021-03-01 00:30:00,much", "row 7: got 'much', wants a finite number"),
        (9, ",3", "row 9: got ''"),
        (5, "2020-01-01,3", "row 5: got 2020-01-01 00:00:00, wants times in order"),
        (
            5,
            "2021-03-01 00:30:00+00:00,3",
            "row 5: got 2021-03-01 00:30:00+00:00, wants a time without a zone",
        ),
    ]:
        source.write_text("\n".join([*lines[: row - 1], text, *lines[row:]]))
        assert status(["anomaly", str(source), "--out", str(tmp_path / "out")]) == 2
        assert says in capsys.readouterr().err
        assert not (tmp_path / "out").exists()
    assert status(["anomaly", str(tmp_path / "nowhere.csv")]) == 2


@pytest.mark.usefixtures("small")
def test_a_failure_while_drawing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.figure import Figure

    def fail(*args: object, **options: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", fail)
    assert (
        status(
            [
                "anomaly",
                str(stream_file(tmp_path, zone="+01:00")),
                "--out",
                str(tmp_path / "out"),
            ]
        )
        == 2
    )
    assert list((tmp_path / "out").iterdir()) == []
