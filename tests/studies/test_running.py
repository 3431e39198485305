import pytest

from neurosparse.studies import Address, Study, read_study, run_study
from tests.studies.trials import begun, double, eventful, failing, slow


def test_what_failed_is_tried_again_and_what_is_there_is_not(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    study = Study(eventful, {"x": [1, 3]}, base={"marks": str(marks)})
    assert len(run_study(study, tmp_path / "study")) == 1
    table = run_study(study, tmp_path / "study")
    assert len(table.failures) == 1
    assert begun(marks) == {"1": 1, "3": 2}
    assert "1 failed" in repr(table)


def test_a_study_whose_trials_fail_ends_early(tmp_path):
    study = Study(failing, {"x": list(range(50))})
    with pytest.raises(
        RuntimeError, match=r"(?s)11 of the first 11 trials failed.*as always"
    ):
        run_study(study, tmp_path)
    assert len(read_study(tmp_path).failures) == 11


def test_a_folder_of_something_else_stays_as_it_is(tmp_path):
    (tmp_path / "text").write_text("mine")
    with pytest.raises(ValueError, match="the folder of a study"):
        run_study(Study(double, {"x": [1]}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["text"]
    run_study(Study(double, {"x": [1]}), tmp_path / "a")
    with pytest.raises(ValueError, match="a study whose function is"):
        run_study(Study(slow, {"x": [1]}), tmp_path / "a")
    with pytest.raises(ValueError, match="a study whose seed is 0"):
        run_study(Study(double, {"x": [1]}, seed=1), tmp_path / "a")


def test_places_that_cannot_be_meant_are_refused(tmp_path):
    study = Study(double, {"x": [1]})
    with pytest.raises(TypeError, match="Here"):
        run_study(study, tmp_path / "a", 3)
    with pytest.raises(ValueError, match="nobody answered"):
        run_study(study, tmp_path / "a", Address("tcp://127.0.0.1:9", seconds=0.5))
    with pytest.raises(TypeError, match="a Study"):
        run_study(double, tmp_path / "a")
