"""The NAB study: folders that had no part in a choice, and events told once."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import NAB_PROFILES
from neurosparse.htm import Alarm, AnomalyDetector, DetectorSettings

WINDOWS = {"a/1": [(40, 49)], "b/1": [(60, 69)], "c/1": []}


@pytest.fixture
def study(monkeypatch):
    folder = Path(__file__).parents[2] / "benchmarks"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("nab_study", folder / "nab.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def scores(**alarms):
    """100 rows of 0 for each stream, with a level where an alarm is."""
    out = {name: np.zeros(100) for name in WINDOWS}
    for name, (row, level) in alarms.items():
        out[f"{name}/1"][row] = level
    return out


def test_a_folder_is_judged_by_what_the_others_choose(study):
    profile = NAB_PROFILES["standard"]
    same = scores(a=(40, 0.9), b=(60, 0.9))
    assert study.left_out({"": same}, WINDOWS, profile)[0] == pytest.approx(100)
    # each is alone on its level: the threshold of a misses b, that of b misses nothing of a
    apart = scores(a=(40, 0.9), b=(60, 0.5))
    assert study.left_out({"": apart}, WINDOWS, profile)[0] == pytest.approx(50)
    # a folder without windows costs its false alarms
    wrong = scores(a=(40, 0.9), b=(60, 0.9), c=(50, 0.95))
    assert study.left_out({"": wrong}, WINDOWS, profile)[0] == pytest.approx(
        100 - 100 * 0.11 / 4
    )
    # a sees only that the other candidate is better on b
    candidates = {"x": scores(a=(40, 0.9)), "y": scores(b=(60, 0.9))}
    score, chosen = study.left_out(candidates, WINDOWS, profile)
    assert (chosen["a"], chosen["b"], score) == ("y", "x", pytest.approx(0))


def test_an_event_is_told_once_as_the_detector_does(study):
    alarm = Alarm(period=1, short=1, hold=4, level=50.0)
    raw = np.random.default_rng(0).integers(0, 4, 60) / 3
    settings = DetectorSettings(columns=64, cells_per_column=1, alarm=alarm)
    one = AnomalyDetector(0, 1, settings)
    without = DetectorSettings(
        columns=64, cells_per_column=1, alarm=Alarm(1, 1, hold=0, level=50.0)
    )
    all_of_them = AnomalyDetector(0, 1, without)
    plain = np.array([all_of_them.judge(r, 0.5).score for r in raw.tolist()])
    told = [one.judge(r, 0.5).score for r in raw.tolist()]
    np.testing.assert_array_equal(study.told_once(plain, 4), told)
