"""Exactly so many weights stay, over all layers or in each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.pruning import (
    to_density,
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=4),
    st.floats(0.01, 1),
    st.sampled_from(["global", "layer"]),
)
def test_exactly_so_many_of_the_best_stay(rows, density, scope):
    scores = [np.array(row, float) for row in rows]
    places = [len(row) + 3 for row in rows]
    masks = to_density(scores, density, scope, places)
    assert [mask.shape for mask in masks] == [score.shape for score in scores]
    if scope == "layer":
        groups = [
            ([score], [mask], room)
            for score, mask, room in zip(scores, masks, places, strict=True)
        ]
    else:
        groups = [(scores, masks, sum(places))]
    for some, chosen, room in groups:
        flat = np.concatenate(some)
        mask = np.concatenate(chosen)
        assert mask.sum() == min(round(density * room), len(flat))
        if 0 < mask.sum() < len(flat):
            assert flat[mask].min() >= flat[~mask].max()


BAD = {
    "density: got 0.0, .*1 - sparsity": lambda: to_density(
        [np.ones(3)], 0.0, "global", [3]
    ),
    "density: got 1.5": lambda: to_density([np.ones(3)], 1.5, "layer", [3]),
    "scope: got 'all', wants one of": lambda: to_density([np.ones(3)], 0.5, "all", [3]),
    "NaN": lambda: to_density([np.array([np.nan])], 0.5, "global", [2]),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
