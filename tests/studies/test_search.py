import pytest

from neurosparse.studies import Range, Study, read_study, search_study
from tests.studies.trials import double


def bowl(trial):
    x, kind = trial.configuration["x"], trial.configuration["kind"]
    return {"height": (x - 2.0) ** 2 + (kind == "b")}


def test_a_search_goes_on_to_so_many_trials_and_comes_near(tmp_path):
    space = {"x": Range(0.0, 5.0), "kind": ["a", "b"]}
    search_study(Study(bowl), space, tmp_path, trials=10, minimize="height")
    table = search_study(Study(bowl), space, tmp_path, trials=40, minimize="height")
    best = table["height"].argmin()
    assert abs(table["x"][best] - 2.0) < 0.3
    assert table["kind"][best] == "a"
    assert len(read_study(tmp_path)) == 40


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "minimize"),
        ({"minimize": "a", "maximize": "b"}, "minimize"),
        ({"minimize": "height"}, "'height', wants one of twice"),
        ({"minimize": "twice", "space": {"x": []}}, "a Range or a list"),
        ({"minimize": "twice", "trials": 0}, "trials"),
        ({"minimize": "twice", "study": Study(double, {"x": [1]})}, "without vary"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, settings, words):
    more = {"study": Study(double), "space": {"x": Range(1, 3)}, "trials": 1, **settings}
    with pytest.raises((ValueError, TypeError), match=words):
        search_study(path=tmp_path, **more)


def test_ranges_have_two_ends():
    with pytest.raises(ValueError, match="above low"):
        Range(2.0, 1.0)
    with pytest.raises(ValueError, match="above 0 where log"):
        Range(0.0, 1.0, log=True)
