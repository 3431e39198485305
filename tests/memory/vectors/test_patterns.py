"""What may be stored and asked."""

import numpy as np
import pytest

from neurosparse.memory.vectors import patterns
from neurosparse.memory.vectors.patterns import as_indices, as_patterns, as_queries


def test_one_vector_is_one_row():
    assert as_patterns("x", [1, 2], None, np.float32).shape == (1, 2)
    assert as_queries("q", [0, 0], 2, np.float64).tolist() == [[0.0, 0.0]]


def test_a_query_is_a_copy():
    x = np.ones((2, 3), np.float32)
    as_queries("q", x, 3, np.float32)[:] = 0
    assert x.all()


def test_mapped_arrays_stay_where_they_are(tmp_path):
    np.save(tmp_path / "x.npy", np.ones((4, 2), np.float32))
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert isinstance(as_patterns("x", mapped, 2, np.float32), np.memmap)


def test_a_bad_row_is_named_by_its_number_in_the_file(monkeypatch):
    monkeypatch.setattr(patterns, "ROWS", 3)
    x = np.ones((10, 2))
    x[7] = 0
    with pytest.raises(ValueError, match="only zeros in row 107"):
        as_patterns("x", x, 2, np.float64, at=100)
    x[8, 1] = np.inf
    with pytest.raises(ValueError, match="NaN or infinity in row 108"):
        as_patterns("x", x, 2, np.float64, at=100)


@pytest.mark.parametrize(
    ("indices", "said"),
    [
        ([[0]], "whole numbers"),
        ([0.5], "whole numbers"),
        ([-1], "-1..-1"),
        ([2, 2], "twice"),
    ],
)
def test_bad_places(indices, said):
    with pytest.raises(ValueError, match=said):
        as_indices("indices", indices, 5)
    assert as_indices("indices", [], 5).size == 0
