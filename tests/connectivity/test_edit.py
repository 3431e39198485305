"""Edits of a connectivity against a rebuild."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from neurosparse.connectivity import Connectivity
from tests.connectivity.tables import table
from tests.strategies import SEEDS, connectivities


@given(connectivities(), st.data())
def test_edit_equals_rebuild(c, data):
    """Dropping and adding at once is what building from the remaining and the new edges gives."""
    dropped = np.array(
        data.draw(st.lists(st.booleans(), min_size=c.nnz, max_size=c.nnz)), bool
    )
    new = data.draw(connectivities())
    inside = (new.edges()[0] < c.n_pre) & (new.indices < c.n_post)
    order = np.random.default_rng(data.draw(SEEDS)).permutation(int(inside.sum()))
    added = [
        part[inside][order]
        for part in (*new.edges(), new.weights_array(), new.delay_steps_array())
    ]
    edit = c.edit(np.flatnonzero(dropped), *added)
    old = [
        part[~dropped] for part in (*c.edges(), c.weights_array(), c.delay_steps_array())
    ]
    pre, post, weight, delay = (
        np.concatenate(pair) for pair in zip(old, added, strict=True)
    )
    sizes = {"n_pre": c.n_pre, "n_post": c.n_post, "duplicates": "keep"}
    assert edit.connectivity == Connectivity.from_edges(
        pre, post, weight=weight, delay_steps=delay, **sizes
    )
    edit.connectivity.validate()
    assert np.all((edit.moved == -1) == dropped)
    rows = table(edit.connectivity)
    assert [rows[at] for at in edit.moved[~dropped]] == [
        r for r, gone in zip(table(c), dropped, strict=True) if not gone
    ]
    assert [rows[at][:2] for at in edit.added] == list(
        zip(added[0].tolist(), added[1].tolist(), strict=True)
    )
    carried = edit.carry(np.arange(c.nnz), new=-1)
    np.testing.assert_array_equal(carried[edit.moved[~dropped]], np.flatnonzero(~dropped))
    assert np.all(carried[edit.added] == -1)


@given(connectivities())
def test_dropping_all_and_adding_again(c):
    bare = c.without(np.ones(c.nnz, bool))
    assert bare.nnz == 0
    assert bare.with_edges(*c.edges(), c.weights_array(), c.delay_steps_array()) == c
    assert c.without([]) == c


def test_a_common_weight_stays_one_number_through_edits():
    c = Connectivity.from_dense(np.eye(3)).with_weight(0.5).with_delay_steps(7)
    grown = c.edit(drop=[0], pre=[2, 0], post=[0, 1]).connectivity
    assert isinstance(grown.weight, np.float32)
    assert grown.delay_steps == 7
    mixed = c.with_edges([0], [2], weight=2.0, delay_steps=8)
    assert mixed.weights_array().tolist() == [0.5, 2.0, 0.5, 0.5]
    assert mixed.delay_steps_array().tolist() == [7, 8, 7, 7]
