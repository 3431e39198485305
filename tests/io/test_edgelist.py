"""Edge lists: read by pandas, bare ones, and those that cannot be meant."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.io import read_edgelist, write_edgelist


def same(a, b):
    assert a.shape == b.shape
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(a.weights_array("caller"), b.weights_array("caller"))
    np.testing.assert_array_equal(
        a.delay_steps_array("caller"), b.delay_steps_array("caller")
    )


def test_pandas_reads_our_csv_and_we_read_a_bare_one(tmp_path):
    import pandas as pd

    c = Connectivity.from_edges(
        [1, 0], [2, 1], n_pre=2, n_post=3, weight=[0.1, 2], delay_steps=[3, 4]
    )
    write_edgelist(tmp_path / "a.csv", c)
    same(
        Connectivity.from_pandas(
            pd.read_csv(tmp_path / "a.csv", comment="#"), n_pre=2, n_post=3
        ),
        c,
    )
    (tmp_path / "b.csv").write_text("post,pre\n2,0\n0,4\n")
    bare = read_edgelist(tmp_path / "b.csv")
    assert bare.shape == (5, 3)
    assert read_edgelist(tmp_path / "b.csv", n_pre=9).shape == (9, 3)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pre,weight\n0,1\n", "post"),
        ("pre,post\n0,a\n", "post"),
        ("pre,post\n0,0.5\n", "whole numbers"),
        ("pre,post\n0,\n", "post|whole"),
        ("pre,post,weight\n0,0,inf\n", "weight"),
        ("pre,post,delay\n0,0,-1\n", "delay"),
        ("# n_pre=1 n_post=1\npre,post\n0,3\n", "post"),
    ],
)
def test_bad_edge_lists_are_named(tmp_path, text, word):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_edgelist(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("pre,pre,post\n0,1,0\n", "only one column 'pre'"),
        ("pre,post\n-1,0\n", "pre: got -1 to -1"),
        ("pre,post\n2147483646,0\n", "n_pre: got 2147483647 neurons for 1 synapses"),
        ("# n_pre=2 n_post=2147483647\npre,post\n0,0\n", "n_post: got 2147483647 neurons"),
        ("# n_pre=999999999999 n_post=1\npre,post\n0,0\n", "n_pre: got 999999999999"),
    ],
)
def test_edge_lists_that_cannot_be_meant(tmp_path, text, word):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(ValueError, match=word):
        read_edgelist(tmp_path / "a.csv")


def test_comments_above_a_csv_are_left_out(tmp_path):
    (tmp_path / "a.csv").write_text("# n_pre=3 n_post=4\n# made by hand\n#\npre,post\n0,1\n")
    assert read_edgelist(tmp_path / "a.csv").shape == (3, 4)
    (tmp_path / "b.csv").write_text("# made by hand\npre,post\n0,1\n")
    assert read_edgelist(tmp_path / "b.csv").shape == (1, 2)
    (tmp_path / "c.csv").write_text("# nothing follows")
    with pytest.raises(ValueError, match="path"):
        read_edgelist(tmp_path / "c.csv")
