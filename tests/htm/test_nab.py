"""NAB's scoring on constructed cases, the anomaly job on small files, and refusals."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import (
    anomaly_report,
    read_nab_windows,
    read_stream,
    read_time_windows,
)
from neurosparse.analysis.anomaly import nab
from neurosparse.htm import Alarm, AnomalyDetector, DetectorSettings

SMALL = DetectorSettings(columns=128, cells_per_column=2, alarm=Alarm(period=20))


def test_weights_at_known_places() -> None:
    assert nab.detection_weight(-1) == pytest.approx(0.98661430)
    assert nab.detection_weight(-0.5) == pytest.approx(0.84828364)
    assert nab.detection_weight(0.5) == pytest.approx(-0.84828364)
    assert nab.detection_weight(3.01) == -1
    assert nab.detection_weight(0) == 0


def corpus(
    n: int = 100, windows: tuple[tuple[int, int], ...] = ((40, 49), (70, 79)), **alarms: float
):  # type: ignore[no-untyped-def]
    scores = np.zeros(n)
    for row, value in alarms.items():
        scores[int(row[1:])] = value
    return {"stream": (scores, list(windows))}


def standard(streams, **changes: float) -> nab.NabScore:  # type: ignore[no-untyped-def]
    return nab.nab_score(nab.judged_rows(streams), nab.NabProfile(**changes))


def test_perfect_null_and_half() -> None:
    assert standard(corpus(r40=1, r70=1)) == nab.NabScore(100.0, 1.0, 2, 0, 0)
    nothing = standard(corpus())
    assert nothing.score == 0
    assert nothing.hits == 0
    half = standard(corpus(r40=1))
    assert half.score == pytest.approx(50)
    assert (half.hits, half.misses, half.false_alarms) == (1, 1, 0)


def test_only_the_earliest_detection_of_a_window_counts() -> None:
    one = standard(corpus(r44=1, r70=1))
    assert one == standard(corpus(r44=1, r45=1, r49=1, r70=1))
    expected = (nab.detection_weight(-0.6) / nab.detection_weight(-1) + 1 + 2) / 4 * 100
    assert one.score == pytest.approx(expected)


def test_false_alarms_cost_by_their_distance() -> None:
    hits = {"r40": 1.0, "r70": 1.0}
    before, just_after, long_after = (
        standard(corpus(**hits, **{f"r{r}": 1.0})) for r in (20, 50, 69)
    )
    assert before.score == pytest.approx(100 - 100 * 0.11 / 4)
    assert just_after.score == pytest.approx(100 + 100 * 0.11 * nab.detection_weight(1 / 9) / 4)
    assert before.score < long_after.score + 1 < just_after.score + 1
    harsher = standard(corpus(**hits, r20=1.0), false_alarm=0.22)
    assert harsher.score == pytest.approx(100 - 100 * 0.22 / 4)


def test_missed_windows_weigh_by_profile() -> None:
    assert standard(corpus(r40=1), miss=2.0).score == pytest.approx(100 * (1 - 2 + 4) / (2 + 4))


def test_probation_is_not_judged() -> None:
    assert standard(corpus(r0=1, r14=1, r40=1, r70=1)).score == pytest.approx(100)
    assert nab.probation(100) == 15
    assert nab.probation(10**6) == 750


def test_threshold_is_the_best_of_the_whole_corpus() -> None:
    streams = corpus(r20=0.4, r40=0.9, r70=0.6)
    best = standard(streams)
    assert (best.threshold, best.score) == (0.6, pytest.approx(100))
    rows = nab.judged_rows(streams)
    low = nab.nab_score(rows, nab.NabProfile(), threshold=0.3)
    assert low.score == pytest.approx(100 - 100 * 0.11 / 4)
    assert low.false_alarms == 1
    assert nab.nab_score(rows, nab.NabProfile(), threshold=0.7).score == pytest.approx(50)
    assert nab.nab_score(rows, nab.NabProfile(), threshold=0.95).score == 0


def test_sweep_equals_the_best_fixed_threshold() -> None:
    rng = np.random.default_rng(0)
    streams = {name: (rng.random(200).round(2), [(50, 70), (120, 140)]) for name in "ab"}
    rows = nab.judged_rows(streams)
    for profile in nab.NAB_PROFILES.values():
        best = max(nab.nab_score(rows, profile, threshold=t).score for t in np.unique(rows.scores))
        assert nab.nab_score(rows, profile).score == pytest.approx(max(best, 0))


def write(path: Path, rows: list[tuple[str, str]], header: str = "timestamp,value") -> Path:
    path.write_text("\n".join([header, *(",".join(r) for r in rows)]) + "\n", encoding="utf-8")
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
    assert list(rows[0]) == ["timestamp", "value", "raw_score", "likelihood", "anomaly_score"]
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


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="columns"):
        read_stream(write(tmp_path / "x.csv", [("1", "2")], header="a,b"))
    with pytest.raises(ValueError, match="disjoint"):
        nab.row_weights(9, [(2, 5), (5, 6)])
    for bad in (lambda: Alarm(period=0), lambda: DetectorSettings(columns=0)):
        with pytest.raises(ValueError, match="at least 1"):
            bad()
    with pytest.raises(ValueError, match="scores"):
        nab.judged_rows({"a": (np.array([np.nan]), [])})


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
    (folder / "detector.npz").write_bytes((tmp_path / "detector" / "pooler.npz").read_bytes())
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
    with pytest.raises(TypeError, match="time: .* wants a datetime; step takes time, value"):
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
