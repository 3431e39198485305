"""A population is the same network in snnTorch, spike for spike."""

from typing import Any

import numpy as np
import pytest
import snntorch as snn
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    GATE,
    NONE,
    SUBTRACT,
    ZERO,
    ATan,
    Clipped,
    Dynamics,
    FastSigmoid,
    Gamma,
    LogisticSigmoid,
    RecurrentLIF,
    Triangle,
    from_snntorch,
    to_snntorch,
)
from neurosparse.wiring import Bernoulli
from neurosparse.wiring import values as draws

STEPS = 40


BATCH = 5


N = 24


def drive(dtype: Any = torch.float64) -> torch.Tensor:
    return torch.from_numpy(
        np.random.default_rng(0).uniform(-0.2, 0.7, (STEPS, BATCH, N))
    ).to(dtype)


def peer(layer: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Run an snnTorch layer over x from rest: spikes and the last membrane."""
    found = []
    zero = torch.zeros_like(x[0])
    recurrent = isinstance(layer, (snn.RLeaky, snn.RSynaptic))
    syn = isinstance(layer, (snn.Synaptic, snn.RSynaptic))
    state = [zero] * (1 + recurrent + syn)
    for step in x:
        out = [
            part.to(x.dtype) for part in layer(step, *state)
        ]  # its spikes are float32 always
        found.append(out[0])
        state = list(out) if recurrent else list(out[1:])
    return torch.stack(found), state[-1]


def layers() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    beta = torch.linspace(0.5, 1.0, N, dtype=torch.float64)
    made = {
        "Leaky subtract": snn.Leaky(beta=beta),
        "Leaky zero": snn.Leaky(beta=beta, reset_mechanism="zero"),
        "Leaky zero at once": snn.Leaky(
            beta=beta, reset_mechanism="zero", reset_delay=False
        ),
        "Leaky none": snn.Leaky(
            beta=beta * 0.7,
            reset_mechanism="none",
            threshold=torch.full((N,), 0.8).double(),
        ),
        "RLeaky": snn.RLeaky(beta=beta, linear_features=N),
        "RLeaky zero": snn.RLeaky(beta=beta, linear_features=N, reset_mechanism="zero"),
        "RLeaky one to one": snn.RLeaky(
            beta=beta, all_to_all=False, V=torch.linspace(-0.4, 0.4, N).double()
        ),
        "Synaptic": snn.Synaptic(alpha=0.6, beta=beta * 0.9),
        "RSynaptic": snn.RSynaptic(alpha=0.5, beta=beta * 0.9, linear_features=N),
        "RSynaptic zero": snn.RSynaptic(
            alpha=0.5, beta=beta * 0.9, linear_features=N, reset_mechanism="zero"
        ),
        "Synaptic zero": snn.Synaptic(alpha=0.6, beta=beta * 0.9, reset_mechanism="zero"),
        "Synaptic zero at once": snn.Synaptic(
            alpha=0.6, beta=beta * 0.9, reset_mechanism="zero", reset_delay=False
        ),
        "RLeaky zero at once": snn.RLeaky(
            beta=beta, linear_features=N, reset_mechanism="zero", reset_delay=False
        ),
        # its reset at once does nothing
        "RSynaptic zero, no delay": snn.RSynaptic(
            alpha=0.5,
            beta=beta * 0.9,
            linear_features=N,
            reset_mechanism="zero",
            reset_delay=False,
        ),
        "RSynaptic subtract, no delay": snn.RSynaptic(
            alpha=0.5, beta=beta * 0.9, linear_features=N, reset_delay=False
        ),
    }
    for layer in made.values():
        layer.double()
    return made


@pytest.mark.parametrize("name", layers())
def test_from_snntorch_spikes_alike(name: str) -> None:
    layer = layers()[name]
    x = drive() * (0.5 if "Synaptic" in name else 1.0)
    with torch.no_grad():
        theirs, membrane = peer(layer, x)
        spikes, state = from_snntorch(layer, N)(x)
    assert 0.01 < float(theirs.mean()) < 0.9
    torch.testing.assert_close(spikes, theirs, rtol=0, atol=0)
    left = state.v * (1 - spikes[-1]) if name.endswith("at once") else state.v
    torch.testing.assert_close(left, membrane, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "reset", [SUBTRACT, GATE, ZERO, NONE], ids=["subtract", "gate", "zero", "none"]
)
@pytest.mark.parametrize("tau_syn", [None, 3.0])
@pytest.mark.parametrize(
    "surrogate",
    [FastSigmoid(25.0), ATan(2.0), LogisticSigmoid(25.0), Triangle(1.0)],
    ids=str,
)
def test_to_snntorch_spikes_and_learns_alike(
    reset: Any, tau_syn: Any, surrogate: Any
) -> None:
    made = Bernoulli(0.2, weight=draws.Normal(0.0, 0.5)).build(N, N, 0)
    cell = RecurrentLIF(
        made,
        Clipped(Gamma(8.0), 1.0),
        tau_syn,
        0.9,
        dynamics=Dynamics(reset, surrogate),
        rng=1,
    ).double()
    if reset == ZERO and tau_syn is not None:
        with pytest.raises(ValueError, match="ZERO without tau_syn"):
            to_snntorch(cell)
        return
    layer = to_snntorch(cell)
    x = drive() * (1.0 if tau_syn is None else 0.4)
    weigh = torch.linspace(-1, 1, x.numel(), dtype=x.dtype).reshape(x.shape)
    spikes, _ = cell(x)
    theirs, _ = peer(layer, x)
    torch.testing.assert_close(spikes.detach(), theirs.detach(), rtol=0, atol=0)
    assert 0.01 < float(spikes.detach().mean()) < 0.9
    (spikes * weigh).sum().backward()
    (theirs * weigh).sum().backward()
    pre, post = (torch.from_numpy(k.astype(np.int64)) for k in made.edges())
    ours = cell.synapses.values.grad
    peers = layer.recurrent.weight.grad[post, pre]
    # with reset_delay=False its gradients pass the reset; its sigmoid gives NaN far above the
    # threshold
    if reset != ZERO and bool(torch.isfinite(peers).all()):
        torch.testing.assert_close(
            ours, peers, rtol=1e-3, atol=1e-3 * float(peers.abs().max())
        )
    assert isinstance(surrogate, LogisticSigmoid) or bool(torch.isfinite(peers).all())


def test_there_and_back_is_the_same_layer() -> None:
    layer = layers()["RSynaptic"]
    again = to_snntorch(from_snntorch(layer))
    for name in ("beta", "alpha", "threshold"):
        ours, theirs = (
            torch.as_tensor(getattr(k, name)).detach().double().expand(N)
            for k in (again, layer)
        )
        torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(again.recurrent.weight, layer.recurrent.weight)
    torch.testing.assert_close(again.recurrent.bias, layer.recurrent.bias)


def test_what_has_no_counterpart_is_named_at_once() -> None:
    odd = snn.Leaky(beta=0.9, reset_delay=False, inhibition=False)
    odd.state_quant = lambda x: x
    with pytest.raises(ValueError, match="reset_delay=False; state_quant"):
        from_snntorch(odd, 3)
    with pytest.raises(ValueError, match="hidden_size: got None"):
        from_snntorch(snn.Leaky(beta=0.9))
    with pytest.raises(TypeError, match="layer: got 'Lapicque'"):
        from_snntorch(snn.Lapicque(beta=0.9), 3)
    late = Connectivity.from_edges([0], [1], n_pre=2, n_post=2, delay_steps=2)
    with pytest.raises(ValueError, match="delays up to 2 steps"):
        to_snntorch(RecurrentLIF(late))


def test_what_a_layer_does_not_learn_is_not_learnt_here_nor_back_there() -> None:
    fixed = from_snntorch(
        snn.RSynaptic(alpha=0.5, beta=0.9, linear_features=3, learn_recurrent=False)
    )
    assert not any(part.requires_grad for part in fixed.parameters())
    learnt = from_snntorch(
        snn.RSynaptic(
            alpha=0.5,
            beta=0.9,
            linear_features=3,
            learn_alpha=True,
            learn_beta=True,
            learn_threshold=True,
        )
    )
    assert all(part.requires_grad for part in learnt.parameters())
    assert len(list(learnt.parameters())) == 5
    for cell in (fixed, learnt):
        again = to_snntorch(cell)
        asks = {name: part.requires_grad for name, part in again.named_parameters()}
        # what is not learnt is a buffer there, recurrent weights are always parameters
        own = {"beta", "alpha", "threshold"} & set(asks)
        assert own == ({"beta", "alpha", "threshold"} if cell is learnt else set())
        assert set(asks.values()) == {cell is learnt}
    cell.bias = None
    assert not to_snntorch(cell).recurrent.bias.requires_grad  # type: ignore[union-attr]


def test_sizes_that_do_not_fit_are_named() -> None:
    for layer, n, says in (
        (
            snn.Leaky(beta=torch.rand(4), threshold=torch.rand(5) + 0.5),
            None,
            "threshold for 5, wants .* 4 neurons",
        ),
        (snn.Leaky(beta=torch.rand(4)), 7, "beta for 4, wants .* 7 neurons"),
        (
            snn.RLeaky(beta=torch.rand(3), linear_features=5),
            7,
            "beta for 3, recurrent for 5",
        ),
        (snn.Synaptic(alpha=torch.rand(2), beta=0.5), 3, "alpha for 2"),
    ):
        with pytest.raises(ValueError, match=f"layer: got {says}"):
            from_snntorch(layer, n)
