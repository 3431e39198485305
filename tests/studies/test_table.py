import pytest

from neurosparse.studies import Study, read_study, run_study
from tests.studies.trials import double


def test_rows_come_by_their_values(tmp_path):
    run_study(Study(double, {"x": [10, 2]}), tmp_path)
    run_study(Study(double, {"x": [2, 1.5, 10]}), tmp_path)
    table = read_study(tmp_path)
    assert table["x"].tolist() == [1.5, 2, 10]
    assert table.to_pandas().shape == (3, 6)
    table.save(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text().splitlines()[1].split(",")[1] == "1.5"
    with pytest.raises(ValueError, match="did you mean 'twice'"):
        table["twise"]


def test_lists_are_values_too(tmp_path):
    study = Study(lambda trial: {"n": len(trial.configuration["x"])}, {"x": [[1], [1, 2]]})
    table = run_study(study, tmp_path)
    assert table["x"].tolist() == [[1], [1, 2]]
    assert table["n"].tolist() == [1, 2]


def test_a_damaged_trial_is_named(tmp_path):
    table = run_study(Study(double, {"x": [1]}), tmp_path)
    file = tmp_path / "trials" / str(table["key"][0]) / "zarr.json"
    file.write_text("{")
    with pytest.raises(ValueError, match="a whole trial; remove that folder"):
        read_study(tmp_path)
