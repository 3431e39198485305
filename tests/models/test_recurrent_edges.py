"""A recurrent model under rewiring and pruning, with odd input layers, and given what does not
fit.
"""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import Layer, streamed_scan
from neurosparse.kernels.layers.recurrent_scan.parts import GATE, Neurons, State
from neurosparse.models import (
    HRSNN,
    BatchFirst,
    Data,
    Dynamics,
    EProp,
    LeakyReadout,
    NetworkState,
    Recorder,
    RecurrentLIF,
    SparseLinear,
    TrainingPlan,
    as_recurrent,
    engine_spikes,
    fit,
    prune,
    pruned,
)
from neurosparse.models.spiking.exchange.nir import arrays
from neurosparse.models.spiking.hrsnn import dense_input
from neurosparse.models.training._prune_recurrent import field_of
from neurosparse.models.training._rewire import rewire
from neurosparse.pruning import (
    DropNeurons,
    FiringRate,
    KeepBest,
    Matched,
    Measured,
    MembraneRollout,
    NoiseScore,
    Sampled,
    Weight,
    noise_prune,
)
from neurosparse.rewiring import Sampling, rigl, set_
from neurosparse.wiring import LogNormal, WattsStrogatz
from neurosparse.wiring import values as draws

N = 16


def model(delay: Any = 0, **more: Any) -> HRSNN:
    made = HRSNN(4, N, 2, wiring=WattsStrogatz(4, 0.3, delay_steps=delay), rng=0, **more)
    cell = made.cell
    made.cell = RecurrentLIF(
        cell.synapses, 15.0, 5.0, LogNormal(median=0.8, sigma=0.2), dynamics=cell.dynamics, rng=1
    )
    return made.double()


def inputs(steps: int = 20, batch: int = 3, seed: int = 0) -> torch.Tensor:
    return (
        torch.rand(
            steps, batch, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
        )
        * 1.5
    )


def with_all_pairs(net: HRSNN) -> HRSNN:
    """The same model with a synapse of weight 0 and delay 0 wherever it has none."""
    weight = np.zeros((N, N))
    delay = np.zeros((N, N), np.int64)
    old = net.cell.synapses.connectivity
    pre, post = old.edges()
    weight[pre, post], delay[pre, post] = old.weights_array(), old.delay_steps_array()
    every = np.indices((N, N)).reshape(2, -1)
    full = Connectivity.from_edges(
        *every, n_pre=N, n_post=N, weight=weight.ravel(), delay_steps=delay.ravel()
    )
    state = net.state_dict() | {
        "cell.synapses." + name: torch.tensor(part)
        for name, part in (
            ("indptr", full.indptr),
            ("indices", full.indices),
            ("delay_steps", full.delay_steps_array().astype(np.int32)),
            ("values", full.weights_array().astype(np.float64)),
        )
    }
    twin = copy.deepcopy(net)
    twin.load_state_dict(state)
    return twin


@pytest.mark.parametrize("checkpoint", [False, True])
@pytest.mark.parametrize("begun", [False, True])
def test_what_is_recorded_gives_the_gradient_of_every_absent_synapse(
    begun: bool, checkpoint: bool
) -> None:
    net = model(draws.Uniform(-0.5, 2.5), cell=Dynamics(checkpoint=checkpoint))
    x = inputs()
    full = with_all_pairs(net)
    with torch.no_grad():
        state = net.run(inputs(7, seed=1)).state if begun else None
    plain = net(x, state)
    with Recorder(net, Sampling(1)) as seen:
        said = net(x, state)
        said.square().sum().backward()
        window = seen.window(net.cell.synapses)
    torch.testing.assert_close(said, plain)
    full(x, state).square().sum().backward()
    exact = full.cell.synapses.values.grad.numpy().reshape(N, N)
    absent = net.cell.synapses.connectivity.to_dense() == 0
    found = window.inputs.T @ window.slopes
    np.testing.assert_allclose(found[absent], exact[absent], rtol=1e-9, atol=1e-12)
    assert np.abs(exact[absent]).max() > 1e-6
    torch.testing.assert_close(
        net(x, state), plain, rtol=0, atol=0
    )  # and afterwards nobody listens


def test_rigl_grows_recurrent_synapses_by_gradient_while_it_trains() -> None:
    net = model().float()
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(24, 15, 4, generator=generator) * 2
    y = torch.randint(0, 2, (24,), generator=generator)
    before = net.cell.synapses.support
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    fit(
        BatchFirst(net),
        Data(x, y, batch=8),
        optimizer,
        TrainingPlan(epochs=3),
        rewiring=rigl(0.3, every=2),
    )
    after = net.cell.synapses.support
    assert after.nnz == before.nnz
    assert after != before


def test_a_listened_population_with_a_frozen_input_still_hears_its_slopes() -> None:
    net = model()
    net.input.requires_grad_(False)
    with Recorder(net, Sampling(1)) as seen:
        net.run(inputs()).outputs.sum().backward()
        assert np.abs(seen.window(net.cell.synapses).slopes).max() > 0


def test_e_prop_refuses_traces_of_synapses_that_moved() -> None:
    net, x = model(), inputs()
    rule = EProp(net)
    state = rule.rest(3)
    assert rewire(net, set_(0.3), 0.0, rng=0) > 3
    with pytest.raises(ValueError, match=r"state: got traces of synapses .* begin again from rest"):
        rule.step(x[0], torch.zeros(3, 2), state)
    with torch.no_grad():
        net.cell.synapses.values.zero_()  # then it is exact
    state = rule.rest(3)
    zero = torch.zeros(3, 2, dtype=torch.float64)
    for step in x:
        _, state = rule.step(step, zero, state)
    online = net.cell.synapses.values.grad.clone()
    net.zero_grad()
    (0.5 * net.run(x).outputs.square()).sum().backward()
    torch.testing.assert_close(online, net.cell.synapses.values.grad, rtol=1e-8, atol=1e-10)


def test_a_state_of_other_synapses_is_loaded_over_gradients() -> None:
    net = model()
    other = with_all_pairs(model())
    x = inputs()
    net(x).sum().backward()
    net.load_state_dict(other.state_dict())
    net(x).sum().backward()
    other(x).sum().backward()
    torch.testing.assert_close(net.cell.synapses.values.grad, other.cell.synapses.values.grad)


def test_an_offset_of_the_population_is_saved_and_loaded() -> None:
    net = model()
    other = HRSNN(4, N, 2, rng=9).double()
    net.cell.bias = nn.Parameter(torch.linspace(0, 0.3, N, dtype=torch.float64))
    other.load_state_dict(net.state_dict())
    torch.testing.assert_close(other(inputs()), net(inputs()), rtol=0, atol=0)


@pytest.mark.parametrize("layer", ["no offset", "sparse"])
def test_other_input_layers_go_into_the_engine_and_to_nir(layer: str) -> None:
    torch.manual_seed(0)
    net = model().float()
    x = (inputs(30)[:, 0] < 0.6).double()
    sparse = SparseLinear(Connectivity.from_dense(np.eye(4, N) + np.eye(4, N, 5)), rng=0)
    net.input = nn.Linear(4, N, bias=False) if layer == "no offset" else sparse
    with torch.no_grad():
        for part in net.input.parameters():
            part.copy_(part.abs() + 0.2)
    net = net.double()
    spikes, _ = engine_spikes(net, x)
    assert spikes.any()
    torch.testing.assert_close(spikes.double(), net.run(x[:, None]).spikes[:, 0], rtol=0, atol=0)
    said = arrays(net)
    weight = dense_input(net).weight.detach().numpy()
    np.testing.assert_array_equal(said.input_weight, weight)
    assert said.input_bias.any() == (layer == "sparse")
    if layer == "no offset":
        rule = EProp(net)
        rule.step(x[:3], torch.ones(3, 2), rule.rest(3))
        assert net.input.weight.grad.any()
    else:
        with pytest.raises(TypeError, match=r"model.input: got SparseLinear, wants a Linear"):
            EProp(net)
    net.input = nn.Sequential(nn.Linear(4, N))
    for use in (lambda: engine_spikes(net, x), lambda: arrays(net), lambda: EProp(net)):
        with pytest.raises(TypeError, match="model.input: got Sequential"):
            use()


def test_thresholds_and_a_linear_readout_are_as_asked_for() -> None:
    net = HRSNN(4, 500, 2, rng=0)
    net.cell = RecurrentLIF(
        net.cell.synapses, 20.0, 5.0, threshold=LogNormal(median=2.0, sigma=0.3), rng=0
    )
    net.readout = LeakyReadout(500, 2, tau=0.0)
    assert abs(net.cell.threshold.median().item() - 2.0) < 0.1
    assert net.cell.threshold.requires_grad
    run = net.run(inputs().float() * 3)
    torch.testing.assert_close(run.outputs, net.readout.linear(run.spikes))
    torch.testing.assert_close(net(inputs().float() * 3), run.outputs)


def test_what_is_left_of_a_pruned_model_spikes_as_if_the_rest_were_silenced() -> None:
    net = model()
    x = inputs(60)
    run = net.run(x)
    begin = as_recurrent(net)
    assert torch.equal(pruned(net, begin).run(x).spikes, run.spikes)
    field = field_of(net, x[:, 0])
    np.testing.assert_array_equal(
        field.activity(begin).spikes[1:], run.spikes[:-1, 0].detach().numpy()
    )
    left = KeepBest(Weight())(DropNeurons(FiringRate(field))(begin, 9), 12)
    made = pruned(net, left)
    assert (made.cell.n, made.cell.synapses.nnz) == (9, 12)
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
    torch.testing.assert_close(found.spikes, wanted.spikes[:, :, left.neurons], rtol=0, atol=0)
    torch.testing.assert_close(found.outputs, wanted.outputs)
    made(x).sum().backward()
    assert made.cell.log_tau_mem.grad.shape == (9,)


def test_a_matched_diagonal_becomes_time_constants_of_the_model() -> None:
    net = model()
    x = inputs(60)
    score = NoiseScore(Measured(MembraneRollout(field_of(net, x[:, 0], burn_in=10))))
    left = Sampled(score, cap=0.5, diagonal=Matched(floor=0.2))(as_recurrent(net), 30, 0)
    made = pruned(net, left)
    np.testing.assert_allclose(made.cell.tau_mem.detach().numpy(), left.tau, rtol=1e-9)
    assert not np.allclose(left.tau, as_recurrent(net).tau)
    with pytest.raises(ValueError, match=r"net: got a leak of -1.*give Matched a floor"):
        pruned(net, left._replace(leak=-np.ones(N)))
    with pytest.raises(ValueError, match=r"net: got neuron 16 of a model of 16"):
        pruned(net, left._replace(neurons=left.neurons + 1))
    with pytest.raises(ValueError, match=r"wants SUBTRACT"):
        field_of(model(cell=Dynamics(GATE)), x[:, 0])
    with pytest.raises(ValueError, match=r"one sample \[time, 4\]; take x\[:, k\]"):
        field_of(net, x)


NET = model()
CELL: Any = NET.cell
BEGUN = NET.run(inputs(3)).state
X = NET.input(inputs()).detach()
WRONG: dict[str, Any] = {
    r"state.v: got torch.float32 on cpu, wants torch.float64": lambda: NET.run(
        inputs(), NetworkState(State(*(part.float() for part in BEGUN.cell)), BEGUN.readout)
    ),
    r"readout: got shape \[7, 2\], wants \[16, n_out\]": lambda: CELL(
        X, None, torch.zeros(7, 2).double()
    ),
    r"readout: got shape \[16\]": lambda: CELL(X, None, torch.zeros(N).double()),
    r"readout: got torch.float32": lambda: CELL(X, None, torch.zeros(N, 2)),
    r"readout: got shape \[3, 1\]": lambda: CELL.fed(
        inputs(), NET.input, None, torch.zeros(3, 1).double()
    ),
    r"values: got shape \[3\], wants \[64\]": lambda: recurrent_scan(
        X, torch.zeros(3).double(), CELL.neurons, CELL.synapses.groups
    ),
    r"beta: got shape \[1\], wants \[16\]": lambda: recurrent_scan(
        X,
        CELL.synapses.values,
        Neurons(*CELL.neurons)._replace(beta=torch.ones(1)),
        CELL.synapses.groups,
    ),
    r"alpha: got shape \[2\]": lambda: streamed_scan(
        inputs(),
        Layer(NET.input.weight),
        CELL.synapses.values,
        Neurons(*(torch.ones(2).double(),) * 3),
        CELL.synapses.groups,
    ),
    r"x: got shape \[20, 3, 5\], wants \[time, batch, 4\]": lambda: NET.run(torch.ones(20, 3, 5)),
    r"tau_mem: got 'slow', wants one number": lambda: HRSNN(2, 3, 1, tau_mem="slow"),  # type: ignore[arg-type]
    r"tau_mem: got at most 0.02 ms, .*20 ms is 20.0": lambda: HRSNN(2, 3, 1, tau_mem=0.02),
    r"tau_syn: got at most 0.005 ms": lambda: HRSNN(2, 3, 1, tau_syn=0.005),
    r"n: got 'a', wants a whole number": lambda: HRSNN(2, "a", 1),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("says", WRONG)
def test_what_does_not_fit_is_refused_before_compiled_code_reads_it(says: str) -> None:
    with pytest.raises(ValueError, match=says):
        WRONG[says]()


def test_what_is_of_another_kind_is_refused() -> None:
    for says, use in (
        (r"x: got None, wants a tensor", lambda: NET.run(None)),  # type: ignore[arg-type]
        (r"x: got ndarray, wants a tensor", lambda: CELL(X.numpy())),
        (
            r"x: got an array .* wants a tensor of 0 and 1",
            lambda: engine_spikes(NET, np.ones((5, 4))),
        ),
        (r"wiring: got 0.1, wants a wiring rule", lambda: HRSNN(2, 3, 1, wiring=0.1)),  # type: ignore[arg-type]
        (r"connectivity: got an array .*from_dense", lambda: RecurrentLIF(np.eye(3))),  # type: ignore[arg-type]
        (
            r"connectivity: got Recurrent, .*net.connectivity",
            lambda: noise_prune(as_recurrent(NET)),
        ),  # type: ignore[arg-type]
        (
            r"model.readout.linear: got SparseLinear",
            lambda: EProp(prune(model(), 0.2, keep_dense="input")),
        ),  # type: ignore[arg-type]
        (r"x: got torch.int64, wants floating", lambda: NET.run(torch.ones(2, 1, 4).long())),
        (r"reset: got 'zero', wants SUBTRACT, ZERO", lambda: Dynamics(reset="zero")),  # type: ignore[arg-type]
        (r"surrogate: got 'atan', wants an object", lambda: Dynamics(surrogate="atan")),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=says):
            use()
    cell = RecurrentLIF(Connectivity.empty(3, 3))
    cell.bias = nn.Parameter(torch.ones(3))
    with pytest.raises(ValueError, match=r"x: got shape \[5, 1, 1\], wants \[time, batch, 3\]"):
        cell(torch.ones(5, 1, 1))


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
        arrays(small).readout_weight, twin.readout.linear.weight.detach().numpy()
    )
    left = DropNeurons(FiringRate(field_of(small, x[:, 0])))(as_recurrent(small), 9)
    torch.testing.assert_close(pruned(small, left)(x), pruned(twin, left)(x), rtol=0, atol=1e-12)
    assert small.readout_size == 2


def dense_twin_of_ends(net: Any) -> Any:
    twin = copy.deepcopy(net)
    twin.input, twin.readout.linear = twin.input.to_dense(), twin.readout.linear.to_dense()
    return twin


@pytest.mark.parametrize("checkpoint", [False, True])
def test_under_autocast_it_learns_and_is_recorded(checkpoint: bool) -> None:
    net = model(cell=Dynamics(checkpoint=checkpoint)).float()
    x = inputs().float()
    for rule in (None, rigl(every=1)):
        with (
            torch.autocast("cpu", dtype=torch.bfloat16),
            Recorder(net, Sampling(1 if rule else 0)) as seen,
        ):
            outputs = net(x)
            outputs.float().square().mean().backward()
        assert outputs.shape == (20, 3, 2)
        assert all(p.grad.dtype == torch.float32 for p in net.parameters() if p.grad is not None)
    assert rewire(net, rigl(), 0.0, recorder=seen, rng=0) >= 0
    assert net.cell.synapses.nnz == 64
