"""What recorders fill between steps: columns as asked for, weights that follow their synapses."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, States, Weights
from neurosparse.engine.buffers import FollowedWeights, StateBuffer
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.recording import open_run


def test_recorded_weights_follow_their_synapses_through_rewiring(tmp_path):
    """Of four synapses the first is removed and one comes in before the others; the rest keep their
    columns.
    """
    start = Connectivity.from_edges(
        [0, 1, 2, 2], [1, 2, 0, 1], n_pre=3, n_post=3, weight=[1.0, 2.0, 3.0, 4.0]
    )
    network = Network(Population("A", 3, LIF()), Projection("A", "A", start, delay=0.1))
    wanted = [Weights("A->A", every=1.0), Weights("A->A", every=1.0, positions=[3, 0])]

    def go(sim):
        sim.rewire("A->A", drop=[0], pre=[0], post=[0], weight=9.0)
        sim.run(1.0)
        sim.rewire("A->A", drop=[2])
        return sim

    for request in wanted:
        sim = Simulator(network, record=[request])
        sim.run(1.0)
        go(sim).save(tmp_path / "half")
        for each in (sim, Simulator(network, record=[request])):
            each.restore(tmp_path / "half")
            each.run(1.0)
            found = each.recorded(request).values
            whole = np.array([[1, 2, 3, 4], [np.nan, 2, 3, 4], [np.nan, 2, np.nan, 4]])
            np.testing.assert_array_equal(
                found, whole if request.positions is None else whole[:, [3, 0]]
            )
        assert sim.connectivity("A->A").nnz == 3


@pytest.mark.parametrize("threads", [1, 3])
def test_columns_stand_in_the_order_of_the_request(threads, tmp_path):
    n = 200
    start = np.linspace(-64.0, -60.0, 200)
    network = Network(Population("E", n, LIF(), initial={"v": start}))
    asked = [150, 3, 199, 64]
    every = Simulator(network, record=[States("E", "v")], threads=threads)
    some = Simulator(network, record=[States("E", "v", indices=asked)], threads=threads)
    kept = Simulator(
        network,
        record=[States("E", "v", indices=asked)],
        threads=threads,
        store=tmp_path / "run.zarr",
    )
    for sim in (every, some, kept):
        sim.run(3.0)
    kept.close()
    wanted = every.recorded(States("E", "v")).values[:, asked]
    for record in (
        some.recorded(States("E", "v")),
        open_run(tmp_path / "run.zarr").states["E", "v"],
    ):
        assert record.i.tolist() == asked
        np.testing.assert_array_equal(record.values, wanted)
    assert wanted[0, 0] > wanted[0, 1]


def test_followed_synapses_move_and_those_removed_are_nan():
    followed = FollowedWeights("A->A", 10, np.array([4, 0, 2]), None)
    weights = np.arange(5, dtype=np.float32) / 2
    assert followed.values(weights).tolist() == [2.0, 0.0, 1.0]
    # synapse 0 is removed, two new ones come in before the others
    followed.move(np.array([-1, 2, 3, 4, 5]))
    np.testing.assert_array_equal(followed.values(np.arange(6)), [5, np.nan, 3])
    followed.move(np.full(6, -1))
    assert np.isnan(followed.values(weights)).all()
    followed.move(np.zeros(0, np.int64))
    assert followed.where.tolist() == [-1, -1, -1]


@pytest.mark.parametrize("every", [1, 3, 10])
def test_lines_are_those_of_the_steps_that_are_recorded(every):
    group = Simulator(Network(Population("E", 3, LIF()))).plan.groups["E"]
    buffer = StateBuffer(group, "v", np.array([2, 0]), every, None)
    assert buffer.chosen.tolist() == [0, 2]
    expected = [k for k in range(7, 29) if k % every == 0]
    assert buffer.lines_of(7, 22).tolist() == expected
    buffer.out[0] = 1.0, 2.0
    assert buffer.as_asked(buffer.out[:1]).tolist() == [[2.0, 1.0]]
