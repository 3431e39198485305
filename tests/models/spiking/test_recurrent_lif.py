"""A population: what is recorded of it, and given what does not fit."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import (
    InputLayer,
    streamed_scan,
)
from neurosparse.kernels.layers.recurrent_scan.parts import Neurons, State
from neurosparse.models import (
    HRSNN,
    ActivityRecorder,
    Dynamics,
    EProp,
    NetworkState,
    RecurrentLIF,
    engine_spikes,
    prune,
    rewire,
    to_recurrent,
)
from neurosparse.pruning import noise_prune
from neurosparse.rewiring import Sampling, rigl
from neurosparse.wiring import values as draws
from tests.models.spiking.networks import N, inputs, model, with_all_pairs


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
    with ActivityRecorder(net, Sampling(1)) as seen:
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


def test_a_listened_population_with_a_frozen_input_still_hears_its_slopes() -> None:
    net = model()
    net.input.requires_grad_(False)
    with ActivityRecorder(net, Sampling(1)) as seen:
        net.run(inputs()).outputs.sum().backward()
        assert np.abs(seen.window(net.cell.synapses).slopes).max() > 0


@pytest.mark.parametrize("checkpoint", [False, True])
def test_under_autocast_it_learns_and_is_recorded(checkpoint: bool) -> None:
    net = model(cell=Dynamics(checkpoint=checkpoint)).float()
    x = inputs().float()
    for rule in (None, rigl(every=1)):
        with (
            torch.autocast("cpu", dtype=torch.bfloat16),
            ActivityRecorder(net, Sampling(1 if rule else 0)) as seen,
        ):
            outputs = net(x)
            outputs.float().square().mean().backward()
        assert outputs.shape == (20, 3, 2)
        assert all(
            p.grad.dtype == torch.float32 for p in net.parameters() if p.grad is not None
        )
    assert rewire(net, rigl(), 0.0, recorder=seen, rng=0) >= 0
    assert net.cell.synapses.nnz == 64


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
    r"readout: got shape \[3, 1\]": lambda: CELL.run_streamed(
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
        InputLayer(NET.input.weight),
        CELL.synapses.values,
        Neurons(*(torch.ones(2).double(),) * 3),
        CELL.synapses.groups,
    ),
    r"x: got shape \[20, 3, 5\], wants \[time, batch, 4\]": lambda: NET.run(
        torch.ones(20, 3, 5)
    ),
    r"tau_mem: got 'slow', wants one number": lambda: HRSNN(2, 3, 1, tau_mem="slow"),  # type: ignore[arg-type]
    r"tau_mem: got at most 0.02 ms, .*20 ms is 20.0": lambda: HRSNN(2, 3, 1, tau_mem=0.02),
    r"tau_syn: got at most 0.005 ms": lambda: HRSNN(2, 3, 1, tau_syn=0.005),
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
        (
            r"hidden_size: got 'a', wants a whole number",
            lambda: HRSNN(2, "a", 1),  # type: ignore[arg-type]
        ),
        (r"wiring: got 0.1, wants a wiring rule", lambda: HRSNN(2, 3, 1, wiring=0.1)),  # type: ignore[arg-type]
        (r"connectivity: got an array .*from_dense", lambda: RecurrentLIF(np.eye(3))),  # type: ignore[arg-type]
        (
            r"connectivity: got RecurrentNet, .*net.connectivity",
            lambda: noise_prune(to_recurrent(NET)),
        ),  # type: ignore[arg-type]
        (
            r"model.readout.linear: got SparseLinear",
            lambda: EProp(prune(model(), 0.2, keep_dense="input")),
        ),  # type: ignore[arg-type]
        (
            r"x: got torch.int64, wants floating",
            lambda: NET.run(torch.ones(2, 1, 4).long()),
        ),
        (r"reset: got 'zero', wants SUBTRACT, ZERO", lambda: Dynamics(reset="zero")),  # type: ignore[arg-type]
        (r"surrogate: got 'atan', wants an object", lambda: Dynamics(surrogate="atan")),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=says):
            use()
    cell = RecurrentLIF(Connectivity.empty(3, 3))
    cell.bias = nn.Parameter(torch.ones(3))
    with pytest.raises(
        ValueError, match=r"x: got shape \[5, 1, 1\], wants \[time, batch, 3\]"
    ):
        cell(torch.ones(5, 1, 1))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_refused_by_name_on_the_cpu(dtype: torch.dtype) -> None:
    model = HRSNN(3, 8, 2, rng=0).to(dtype)
    with pytest.raises(ValueError, match=f"x: got {dtype}, wants float32 or float64"):
        model(torch.zeros(4, 2, 3, dtype=dtype))
