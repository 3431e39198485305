"""The detector: saved and loaded, fed from tables, refusals."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import (
    anomaly_report,
    read_stream,
    read_time_windows,
)
from neurosparse.htm import Alarm, AnomalyDetector, DetectorSettings

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


def test_detector_save_load_continue_equals_continue(tmp_path: Path) -> None:
    stream = read_stream(stream_file(tmp_path, 160))
    rows = list(zip(stream.times, stream.values.tolist(), strict=True))
    one = AnomalyDetector(0, 45, SMALL)
    for row in rows[:80]:
        one.step(*row)
    one.save(tmp_path / "detector")
    other = AnomalyDetector.load(tmp_path / "detector")
    told = [(one.step(*row), other.step(*row)) for row in rows[80:]]
    assert all(a == b for a, b in told)
    assert max(a.score for a, _ in told) == 1.0
    with pytest.raises(ValueError, match="AnomalyDetector"):
        AnomalyDetector.load(other_folder(tmp_path))


def other_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "detector.npz").write_bytes(
        (tmp_path / "detector" / "pooler.npz").read_bytes()
    )
    return folder


def test_a_detector_fed_from_a_table_is_saved(tmp_path: Path) -> None:
    values = np.array([3, 1, 4, 1, 5, 9, 2, 6] * 4)
    start = datetime(2026, 1, 1)
    detector = AnomalyDetector(values.min(), values.max(), SMALL)
    for hour, value in enumerate(values):
        detector.step(start + timedelta(hours=hour), value)
    detector.save(tmp_path / "detector")
    other = AnomalyDetector.load(tmp_path / "detector")
    later = start + timedelta(hours=99)
    assert detector.step(later, np.float32(7)) == other.step(later, 7.0)
    with pytest.raises(TypeError, match="time: .* wants a datetime; datetime.fromiso"):
        detector.step("2026-01-01", 3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="value: got None, wants one number"):
        detector.step(start, None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="columns: got 51, wants at least 52"):
        DetectorSettings(columns=51)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "taken").write_text("kept")
    for name in ("mine", "taken"):
        with pytest.raises(FileExistsError, match="holds no detector"):
            detector.save(tmp_path / name)
        with pytest.raises(
            FileNotFoundError, match="wants a folder that AnomalyDetector.save wrote"
        ):
            AnomalyDetector.load(tmp_path / name)
    assert (tmp_path / "mine" / "thesis.txt").read_text() + (
        tmp_path / "taken"
    ).read_text() == "years of workkept"
    detector.save(tmp_path / "detector")  # one of its own it replaces
    source = write(tmp_path / "x.csv", [("2026-01-01", "1"), ("2026-01-02", "2")])
    with pytest.raises(ValueError, match="out: .* wants a folder"):
        anomaly_report(source, tmp_path / "taken")
    (tmp_path / "no.json").write_text("nonsense")
    with pytest.raises(ValueError, match=r"windows: got .*no\.json"):
        read_time_windows(tmp_path / "no.json", source)
