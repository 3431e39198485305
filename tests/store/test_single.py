"""Single files: whole or not there, and believed only in proportion."""

import pytest

from neurosparse.store.single import LONELY, new_file


def test_many_neurons_are_believed_where_the_edges_are_many(tmp_path):
    from neurosparse.store.single import believable

    assert believable("n", LONELY, 0) == LONELY
    assert believable("n", 2**31 - 1, 2**25) == 2**31 - 1
    with pytest.raises(ValueError, match="numbers from 0, not ids"):
        believable("n", LONELY + 1, 10)


def test_a_folder_in_the_way_is_named_before_anything_is_written(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with (
        pytest.raises(IsADirectoryError, match="a folder is there"),
        new_file(tmp_path / "a.csv"),
    ):
        pytest.fail("began to write")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
