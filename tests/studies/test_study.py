import numpy as np
import pytest

from neurosparse.studies import Study
from tests.studies.trials import double


def test_every_combination_is_run_and_values_that_belong_together_stay_so():
    study = Study(double, {"x": [1, 2]}, {"a": [5, 6], "b": [7, 8]}, repeats=2)
    points = [tuple(trial.point.values()) for trial in study.trials() if trial.repeat == 1]
    assert points == [(1, 5, 7), (1, 6, 8), (2, 5, 7), (2, 6, 8)]
    assert len({trial.key for trial in study.trials()}) == 8
    assert len({trial.seed for trial in study.trials()}) == 8


def test_more_values_change_no_other_trial():
    before = Study(double, {"x": [1.0, 2.0]}).trials()
    after = Study(double, {"x": np.array([0.5, 2.0, 1.0])}, repeats=2).trials()
    known = {trial.key: (trial.point, trial.seed) for trial in after}
    assert [known[trial.key] for trial in before] == [(t.point, t.seed) for t in before]
    others = Study(double, {"x": [1.0, 2.0]}, seed=1).trials()
    assert others[0].key == before[0].key
    assert others[0].seed != before[0].seed


def test_a_resolved_configuration_makes_the_key():
    study = Study(double, {"x": [1, 2]}, resolve=lambda point: {"x": point["x"] > 0})
    assert len(study.trials()) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"vary": {"x": []}}, "at least one"),
        ({"vary": {"x": [1, 1]}}, "none of them twice"),
        ({"vary": {"x": "abc"}}, "a list of values"),
        ({"vary": {"x": [float("nan")]}}, "without NaN"),
        ({"vary": {"x": [object()]}}, "object is not written as JSON"),
        ({"vary": {"key": [1]}}, "other names"),
        ({"vary": {"x": [1]}, "together": {"x": [2]}}, "in vary too"),
        ({"together": {"x": [2], "y": [1, 2]}}, "equal length"),
        ({"vary": [1]}, "a dictionary of lists"),
        ({"repeats": 0}, "repeats"),
        ({"seed": -1}, "seed"),
        ({"function": 3}, "function"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(settings, words):
    with pytest.raises((ValueError, TypeError), match=words):
        Study(**{"function": double, **settings})
