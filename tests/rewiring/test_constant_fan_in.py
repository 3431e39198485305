"""SRigL over many updates: neurons come and go, synapses are not lost on the way."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.rewiring import (
    ActivityWindow,
    ConstantFanIn,
    LayerSynapses,
    srigl,
)
from tests.rewiring.helpers import a_layer as with_activity
from tests.rewiring.helpers import applied

N_PRE = 40

N_POST = 30

FAN_IN = 6


def a_layer(rng):
    pre = np.concatenate([rng.permutation(N_PRE)[:FAN_IN] for _ in range(N_POST)])
    support = Connectivity.from_edges(
        pre, np.repeat(np.arange(N_POST), FAN_IN), n_pre=N_PRE, n_post=N_POST
    )
    return LayerSynapses(support, rng.standard_normal(support.nnz), window(rng))


def window(rng, silent=()):
    found = ActivityWindow(
        *(rng.standard_normal((16, n)).astype(np.float32) for n in (N_PRE, N_POST, N_POST))
    )
    found.slopes[:, silent] = 0
    return found


def test_srigl_holds_fan_in_constant_and_ablates():
    rng = np.random.default_rng(0)
    pre = np.concatenate([rng.permutation(40)[:6] for _ in range(30)])
    support = Connectivity.from_edges(pre, np.repeat(np.arange(30), 6), n_pre=40, n_post=30)
    layer = with_activity(40, 30)._replace(
        support=support, values=rng.standard_normal(support.nnz)
    )
    weak = np.isin(support.indices, [3, 7])
    layer.values[weak] = 1e-6
    layer.window.slopes[:, [3, 7]] = 0
    [change] = srigl().step([layer], 0.0)
    degrees = applied(layer, change).connectivity.in_degree
    assert degrees[3] == degrees[7] == 0
    assert set(degrees[degrees > 0].tolist()) == {180 // (degrees > 0).sum()}
    assert len(change.pre) > 10
    [never] = srigl(least_salient=0).step([layer], 0.0)
    assert set(applied(layer, never).connectivity.in_degree.tolist()) == {6}


def test_synapses_of_ablated_neurons_go_to_the_others_however_often_they_change():
    rng = np.random.default_rng(0)
    layer = a_layer(rng)
    fewest = N_POST
    for update in range(40):
        # a few more neurons fall silent each time, and from time to time all are back
        silent = np.arange(update % 25)
        weak = np.isin(layer.support.indices, silent)
        layer = layer._replace(
            values=np.where(weak, 1e-6, layer.values), window=window(rng, silent)
        )
        [change] = srigl().step([layer], 0.0)
        edit = layer.support.edit(change.drop, change.pre, change.post)
        layer = layer._replace(
            support=edit.connectivity, values=rng.standard_normal(edit.connectivity.nnz)
        )
        degrees = layer.support.in_degree
        active = int((degrees > 0).sum())
        fewest = min(fewest, active)
        assert set(degrees[degrees > 0].tolist()) == {N_POST * FAN_IN // active}
        assert N_POST * FAN_IN - active < layer.support.nnz <= N_POST * FAN_IN
    assert fewest < N_POST // 3


def test_the_bar_is_a_share_of_the_fan_in_before_any_ablation():
    active = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        # half of the neurons are gone, twice the fan-in for the others
        pre = np.concatenate(
            [rng.permutation(N_PRE)[: 2 * FAN_IN] for _ in range(N_POST // 2)]
        )
        post = np.repeat(np.arange(N_POST // 2), 2 * FAN_IN)
        half = Connectivity.from_edges(pre, post, n_pre=N_PRE, n_post=N_POST)
        layer = LayerSynapses(half, rng.standard_normal(half.nnz), window(rng))
        [change] = ConstantFanIn(least_salient=0.5).step([layer], 0.0)
        active += (
            half.edit(change.drop, change.pre, change.post).connectivity.in_degree > 0
        ).sum()
    # by the fan-in of now, twice as much, hardly any would come back: 77 in all
    assert active > 5 * 17


def test_the_output_layer_is_never_ablated():
    rng = np.random.default_rng(2)
    layer = a_layer(rng)
    weak = np.isin(layer.support.indices, [3, 7])
    layer = layer._replace(
        values=np.where(weak, 1e-6, layer.values), window=window(rng, [3, 7])
    )
    hidden, output = srigl().step([layer, layer._replace(is_output=True)], 0.0)
    degrees = [
        layer.support.edit(c.drop, c.pre, c.post).connectivity.in_degree
        for c in (hidden, output)
    ]
    assert degrees[0][3] == degrees[0][7] == 0
    assert set(degrees[1].tolist()) == {FAN_IN}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"every": -1}, "every"),
        ({"least_salient": 1.0}, "least_salient"),
        ({"factor": 0.0}, "factor"),
    ],
)
def test_numbers_that_cannot_be_meant(given, words):
    with pytest.raises(ValueError, match=f"{words}: got"):
        ConstantFanIn(**given)


def test_neurons_that_differ_in_their_inputs_are_refused():
    support = Connectivity.from_dense([[1, 1, 0], [0, 1, 0]])
    words = r"layers: got neurons with 1 to 2 inputs.*FixedInDegree"
    with pytest.raises(ValueError, match=words):
        srigl().step([LayerSynapses(support, np.ones(3))], 0)
    with pytest.raises(ValueError, match=words):
        srigl().check([support])
