import pytest

from neurosparse.studies import SlurmArray, Study, run_study
from neurosparse.studies.arrays import _answers
from tests.studies.trials import double


def test_the_jobs_of_an_array_share_the_trials(tmp_path):
    study = Study(double, {"x": [1, 2, 3, 4, 5]})
    table = run_study(study, tmp_path, SlurmArray(2, kind="local"))
    assert table["twice"].tolist() == [2, 4, 6, 8, 10]
    assert len(list((tmp_path / "jobs").glob("*_submitted.pkl"))) == 2


def test_a_job_that_dies_is_noted_for_each_of_its_trials():
    class Job:
        def result(self):
            raise TimeoutError("walltime")

    share = Study(double, {"x": [1, 2]}).trials()
    answers = _answers(Job(), share)
    assert [answers[trial.key]["error"] for trial in share] == [
        "the job ended: TimeoutError: walltime"
    ] * 2


@pytest.mark.parametrize("settings", [{"jobs": 0}, {"jobs": 2, "walltime": "soon"}])
def test_settings_that_cannot_be_meant_are_refused(settings):
    with pytest.raises(ValueError, match="SlurmArray"):
        SlurmArray(**settings)
