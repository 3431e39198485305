"""Edges between groups beside chance."""

from functools import partial

import numpy as np
import pytest

from neurosparse.analysis import (
    block_matrix,
    compare_blocks,
    degree_preserving_null,
    matched_null,
    random_graph,
)
from neurosparse.analysis.topology.table import compared
from tests.analysis.connectome.test_matched import GROUPS, signed_graph
from tests.analysis.graphs import planted


def test_planted_groups_stand_out_and_random_ones_do_not():
    c, member = planted()
    blocks = compare_blocks(c, member, nulls=12, rng=0)
    inside = np.eye(6, dtype=bool)
    assert (blocks.z[inside] > 4).all()
    assert (blocks.value[inside] > blocks.high[inside]).all()
    shuffled = np.random.default_rng(0).permutation(member)
    assert np.abs(compare_blocks(c, shuffled, nulls=12, rng=0).z).max() < 4.5


def test_figures_are_those_of_the_table_of_measures():
    c = signed_graph()
    blocks = compare_blocks(c, GROUPS, nulls=5, rng=3, null=random_graph)
    seeds = [int(s) for s in np.random.default_rng(3).integers(2**63 - 1, size=5)]
    nulls = [block_matrix(random_graph(c, seed), GROUPS).edges[0, 1] for seed in seeds]
    row = compared("one", blocks.value[0, 1], nulls)
    ours = [
        getattr(blocks, key)[0, 1] for key in ("null_mean", "null_sd", "z", "low", "high")
    ]
    assert ours == pytest.approx([row.null_mean, row.null_sd, row.z, row.low, row.high])


def test_weights_and_controls_that_keep_blocks():
    c = signed_graph()
    steps = []
    kept = compare_blocks(
        c,
        GROUPS,
        nulls=3,
        rng=0,
        null=partial(matched_null, groups=GROUPS),
        weighted=True,
        progress=lambda done, of: steps.append((done, of)),
    )
    assert steps == [(1, 3), (2, 3), (3, 3)]
    np.testing.assert_allclose(kept.null_mean, kept.value, atol=1e-4)
    assert np.isnan(kept.z).all()
    loose = compare_blocks(
        c, GROUPS, nulls=3, rng=0, null=degree_preserving_null, weighted=True
    )
    assert (loose.null_sd > 0).all()
    with pytest.raises(ValueError, match="nulls: got 1"):
        compare_blocks(c, GROUPS, nulls=1)
    with pytest.raises(TypeError, match="null"):
        compare_blocks(c, GROUPS, null="degrees")
