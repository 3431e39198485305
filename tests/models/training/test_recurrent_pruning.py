"""What pruning leaves of a recurrent model spikes as the model does."""

import copy
from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.models import (
    GATE,
    Dynamics,
    SparseLinear,
    engine_spikes,
    from_recurrent,
    prune,
    to_lif_field,
    to_recurrent,
    to_spiking_network,
)
from neurosparse.pruning import (
    DropNeurons,
    FiringRate,
    KeepBest,
    Matched,
    MeasuredNoise,
    MembraneRollout,
    NoiseScore,
    Sampled,
)
from neurosparse.rewiring import Magnitude
from tests.models.spiking.networks import N, inputs, model


def test_what_is_left_of_a_pruned_model_spikes_as_if_the_rest_were_silenced() -> None:
    net = model()
    x = inputs(60)
    run = net.run(x)
    begin = to_recurrent(net)
    assert torch.equal(from_recurrent(net, begin).run(x).spikes, run.spikes)
    field = to_lif_field(net, x[:, 0])
    np.testing.assert_array_equal(
        field.activity(begin).spikes[1:], run.spikes[:-1, 0].detach().numpy()
    )
    left = KeepBest(Magnitude())(DropNeurons(FiringRate(field))(begin, 9), 12)
    made = from_recurrent(net, left)
    assert (made.cell.hidden_size, made.cell.synapses.nnz) == (9, 12)
    silenced = copy.deepcopy(net)
    gone = np.setdiff1d(np.arange(N), left.neurons)
    was = net.cell.synapses.support
    kept = np.zeros((N, N), bool)
    kept[np.ix_(left.neurons, left.neurons)] = left.connectivity.to_dense() != 0
    with torch.no_grad():
        silenced.cell.synapses.values[torch.from_numpy(~kept[was.edges()])] = 0
        silenced.readout.linear.weight[:, gone] = 0
    wanted, found = silenced.run(x), made.run(x)
    assert found.spikes.any()
    torch.testing.assert_close(
        found.spikes, wanted.spikes[:, :, left.neurons], rtol=0, atol=0
    )
    torch.testing.assert_close(found.outputs, wanted.outputs)
    made(x).sum().backward()
    assert made.cell.log_tau_mem.grad.shape == (9,)


def test_a_matched_diagonal_becomes_time_constants_of_the_model() -> None:
    net = model()
    x = inputs(60)
    score = NoiseScore(
        MeasuredNoise(MembraneRollout(to_lif_field(net, x[:, 0], burn_in=10)))
    )
    left = Sampled(score, cap=0.5, diagonal=Matched(floor=0.2))(to_recurrent(net), 30, 0)
    made = from_recurrent(net, left)
    np.testing.assert_allclose(made.cell.tau_mem.detach().numpy(), left.tau, rtol=1e-9)
    assert not np.allclose(left.tau, to_recurrent(net).tau)
    with pytest.raises(ValueError, match=r"net: got a leak of -1.*give Matched a floor"):
        from_recurrent(net, left._replace(leak=-np.ones(N)))
    with pytest.raises(ValueError, match=r"net: got neuron 16 of a model of 16"):
        from_recurrent(net, left._replace(neurons=left.neurons + 1))
    with pytest.raises(ValueError, match=r"wants SUBTRACT"):
        to_lif_field(model(cell=Dynamics(GATE)), x[:, 0])
    with pytest.raises(ValueError, match=r"one sample \[time, 4\]; take x\[:, k\]"):
        to_lif_field(net, x)


def test_a_model_pruned_in_all_its_layers_goes_everywhere_its_dense_twin_goes() -> None:
    small: Any = prune(model().float(), 0.3)
    small = small.double()
    assert isinstance(small.readout.linear, SparseLinear)
    twin = dense_twin_of_ends(small)
    x = (inputs(30) < 0.6).double()
    torch.testing.assert_close(small(x), twin(x), rtol=0, atol=1e-12)
    torch.testing.assert_close(small(x), small.run(x).outputs, rtol=0, atol=1e-12)
    spikes, simulator = engine_spikes(small, x[:, 0])
    torch.testing.assert_close(spikes.double(), small.run(x).spikes[:, 0], rtol=0, atol=0)
    np.testing.assert_allclose(
        simulator.state("out", "v"), small(x)[-1, 0].detach().numpy(), rtol=0, atol=1e-6
    )
    np.testing.assert_array_equal(
        to_spiking_network(small).readout_weight,
        twin.readout.linear.weight.detach().numpy(),
    )
    left = DropNeurons(FiringRate(to_lif_field(small, x[:, 0])))(to_recurrent(small), 9)
    torch.testing.assert_close(
        from_recurrent(small, left)(x), from_recurrent(twin, left)(x), rtol=0, atol=1e-12
    )
    assert small.out_features == 2


def dense_twin_of_ends(net: Any) -> Any:
    twin = copy.deepcopy(net)
    twin.input, twin.readout.linear = twin.input.to_dense(), twin.readout.linear.to_dense()
    return twin
