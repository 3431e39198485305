"""HRSNN: a heterogeneous recurrent spiking network, input, recurrent population, readout."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import not_negative, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.recurrent_scan.parts import State
from neurosparse.models.layers.initial import ActiveFanIn
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.layers.support import as_rule
from neurosparse.models.spiking.hooks import has_hooks
from neurosparse.models.spiking.recurrent_lif import (
    Dynamics,
    RecurrentLIF,
    check_same_length,
    detached,
)
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.models.spiking.times import Clipped, Gamma, Values
from neurosparse.typing import Seed
from neurosparse.wiring import WattsStrogatz, Wiring
from neurosparse.wiring._rule import built


class LeakyReadout(nn.Module):
    """Neurons that never spike: y_t = kappa y_(t-1) + (1 - kappa) (W z_t + bias).

    kappa = e^(-dt/tau) is what is left after a step.

    Args:
        in_features, out_features: spiking neurons, outputs.
        tau: time constant in ms, trained as `log_tau`; 0 for no memory at all.
        dt: step in ms.

    >>> readout = LeakyReadout(1, 1, tau=0.0)
    >>> readout(torch.zeros(3, 2, 1))[0].shape
    torch.Size([3, 2, 1])
    """

    def __init__(
        self, in_features: int, out_features: int, tau: float = 20.0, dt: float = 1.0
    ) -> None:
        super().__init__()
        not_negative("tau", tau, "ms")
        self.linear = nn.Linear(in_features, out_features)
        self.dt = float(dt)
        self.log_tau = nn.Parameter(torch.tensor(float(np.log(tau)))) if tau else None

    @property
    def kappa(self) -> Tensor | None:
        """Share that is left after a step."""
        return (
            None if self.log_tau is None else torch.exp(-self.dt * torch.exp(-self.log_tau))
        )

    def forward(self, spikes: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return outputs `[time, batch, out_features]` and the last, the state to go on from."""
        return self.filtered(self.linear(spikes), y)

    def filtered(self, drive: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Do the same from W z + bias `[time, batch, out_features]`."""
        kappa = self.kappa
        y = drive.new_zeros(drive.shape[1:]) if y is None else y
        if kappa is None:
            return drive, drive[-1] if len(drive) else y
        outputs = []
        for step in ((1 - kappa) * drive).unbind(0):
            y = torch.addcmul(step, kappa, y)
            outputs.append(y)
        return torch.stack(outputs) if outputs else drive, y


class HRSNNRun(NamedTuple):
    """What a network did.

    Attributes:
        outputs: `[time, batch, out_features]`.
        spikes: 0 and 1, `[time, batch, hidden_size]`.
        state: to go on from.
    """

    outputs: Tensor
    spikes: Tensor
    state: "NetworkState"


class NetworkState(NamedTuple):
    """State of the population, and outputs `[batch, out_features]`."""

    cell: State
    readout: Tensor

    def detached(self) -> "NetworkState":
        """Return the state cut off from what made it: gradients of the next chunk stop here."""
        return NetworkState(detached(self.cell), self.readout.detach())


class HRSNN(nn.Module):
    """Inputs through a heterogeneous recurrent population of spiking neurons to outputs.

    The parts are `input` (any module on the last axis), `cell` (`RecurrentLIF`: `cell.synapses` are
    the sparse recurrent synapses, `cell.tau_mem` the time constants) and `readout`, a
    `LeakyReadout` of 20 ms. Each can be set anew: `LeakyReadout(..., tau=0.0)` is a plain linear
    readout, and `RecurrentLIF(model.cell.synapses, ..., threshold=LogNormal(median=1.0,
    sigma=0.2))` has thresholds other than 1.

    Source of the architecture: Chakraborty & Mukhopadhyay 2023, doi:10.3389/fnins.2023.994517.

    Args:
        in_features, hidden_size, out_features: inputs, spiking neurons, outputs.
        wiring: recurrent synapses: a rule (delays are those of the rule) or a `Connectivity` with
            its weights.
        tau_mem: membrane time constants in ms: a number, `[hidden_size]` or a distribution
            (`Gamma`, `LogNormal`, `Clusters` for the clustered network).
        tau_syn: synaptic ones, likewise; None for none.
        cell: reset, surrogate, memory and time step.
        rng: seed or generator of everything drawn; the same seed is the same network.

    Raises:
        ValueError: sizes below 1, or time constants that cannot be meant.

    >>> model = HRSNN(3, 20, 2, rng=0)
    >>> run = model.run(torch.ones(7, 4, 3))
    >>> run.outputs.shape, run.spikes.shape
    (torch.Size([7, 4, 2]), torch.Size([7, 4, 20]))
    """

    def __init__(
        self,
        in_features: int,
        hidden_size: int,
        out_features: int,
        *,
        wiring: Wiring | Connectivity | None = None,
        tau_mem: Values = Clipped(Gamma(20.0, 3.0), 2.0),  # noqa: B008 - a frozen value
        tau_syn: Values | None = 5.0,
        cell: Dynamics = Dynamics(),  # noqa: B008 - a frozen value
        rng: Seed = None,
    ) -> None:
        super().__init__()
        whole_number("in_features", in_features, 1)
        whole_number("hidden_size", hidden_size, 1)
        whole_number("out_features", out_features, 1)
        generator = np.random.default_rng(rng)
        self.input = nn.Linear(in_features, hidden_size)
        _draw_weights(self.input, generator)
        synapses = _recurrent(wiring, hidden_size, generator)
        self.cell = RecurrentLIF(synapses, tau_mem, tau_syn, dynamics=cell, rng=generator)
        self.readout = LeakyReadout(hidden_size, out_features, dt=cell.dt)
        _draw_weights(self.readout.linear, generator)

    @property
    def out_features(self) -> int:
        """Number of outputs."""
        return self.readout.linear.out_features

    def run(self, x: Tensor, state: NetworkState | None = None) -> HRSNNRun:
        """Run over `x [time, batch, in_features]` from a state (None: rest)."""
        self._check(x)
        spikes, cell = self._spike(x, None if state is None else state.cell)
        outputs, last = self.readout(spikes, None if state is None else state.readout)
        return HRSNNRun(outputs, spikes, NetworkState(cell, last))

    def forward(self, x: Tensor, state: NetworkState | None = None) -> Tensor:
        """Compute the outputs of `run`; spikes stay bits here, which saves their memory."""
        self._check(x)
        linear = self.readout.linear
        if self.cell.recorded or type(linear) is not nn.Linear:
            return self.run(x, state).outputs
        cell, readout = (None, None) if state is None else state
        products, _ = self._spike(x, cell, linear.weight.T)
        return self.readout.filtered(products + offset_of(linear), readout)[0]

    def _spike(
        self, x: Tensor, state: State | None, readout: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """Run the population; a checkpointed one never holds the currents of a plain input."""
        plain = type(self.input) is nn.Linear and not has_hooks(self.input)
        saves = self.cell.dynamics.checkpoint and x.device.type == "cpu"
        if plain and saves and not self.cell.recorded:
            return self.cell.run_streamed(x, self.input, state, readout)
        return self.cell(self.input(x), state, readout)  # type: ignore[no-any-return]

    def _check(self, x: Any) -> None:
        if not isinstance(x, Tensor):
            if isinstance(x, list | tuple):
                check_same_length(x)
            remedy = "torch.stack(sequences, 1) makes one of several"
            raise bad_type("x", x, "a tensor [time, batch, in_features]", remedy)
        shape = Said(f"shape {list(x.shape)}")
        if x.dim() != 3:
            remedy = "one sample is x[:, None]"
            raise bad_argument("x", shape, "[time, batch, in_features]", remedy)
        width = getattr(self.input, "in_features", x.shape[2])
        if x.shape[2] != width:
            raise bad_argument("x", shape, f"[time, batch, {width}]")
        if not x.is_floating_point():
            remedy = "x.float() makes them"
            raise bad_type("x", Said(str(x.dtype)), "floating point numbers", remedy)


def dense_input(model: HRSNN) -> nn.Linear:
    """Give the input layer of a model as a dense layer: itself, or a `SparseLinear` written out.

    Raises:
        TypeError: the input layer is another module, which the engine and NIR cannot take over.

    >>> dense_input(HRSNN(3, 20, 2, rng=0)).weight.shape
    torch.Size([20, 3])
    """
    if isinstance(model.input, SparseLinear):
        return model.input.to_dense()
    if not isinstance(model.input, nn.Linear):
        kind = Said(type(model.input).__name__)
        remedy = "run what comes before outside the model"
        raise bad_type("model.input", kind, "a Linear or SparseLinear", remedy)
    return model.input


def dense_readout(model: HRSNN) -> nn.Linear:
    """Give the linear part of a readout as a dense layer: itself, or a `SparseLinear` written out.

    >>> dense_readout(HRSNN(3, 20, 2, rng=0)).weight.shape
    torch.Size([2, 20])
    """
    linear = model.readout.linear
    return linear.to_dense() if isinstance(linear, SparseLinear) else linear


def offset_of(linear: nn.Linear | SparseLinear) -> Tensor:
    """Give the offsets `[out_features]` of a linear layer, zeros where it has none.

    >>> offset_of(nn.Linear(3, 2, bias=False)).tolist()
    [0.0, 0.0]
    """
    if linear.bias is not None:
        return linear.bias
    weights = linear.values if isinstance(linear, SparseLinear) else linear.weight
    return weights.new_zeros(linear.out_features)


def _recurrent(
    wiring: Wiring | Connectivity | None, n: int, rng: np.random.Generator
) -> RecurrentSynapses:
    if isinstance(wiring, Connectivity):
        if wiring.n_pre != n:
            raise bad_argument(
                "wiring", wiring, f"a connectivity of {n} neurons onto themselves"
            )
        return RecurrentSynapses(wiring)
    rule = WattsStrogatz(min(16, n - 1), 0.2) if wiring is None else wiring
    connectivity = built(as_rule(rule), n, n, rng)
    return RecurrentSynapses(connectivity, initial=ActiveFanIn(0.5), rng=rng)


def _draw_weights(layer: nn.Linear, rng: np.random.Generator) -> None:
    """Draw weights N(0, 1 / in_features) from `rng`, so that torch's generator plays no part."""
    weights = rng.standard_normal(tuple(layer.weight.shape), np.float32)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights / np.sqrt(layer.in_features)))
        layer.bias.zero_()


def mean_output(outputs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Average `outputs [time, batch, out_features]` over time, each sample up to its length.

    Args:
        outputs: what `HRSNN.forward` gave.
        lengths: steps of each sample, `[batch]`; None takes all.

    Returns:
        `[batch, out_features]`.

    Raises:
        ValueError: lengths that are not one a sample, or not within the outputs.

    >>> mean_output(torch.tensor([[[1.0], [1.0]], [[3.0], [9.0]]]), torch.tensor([2, 1])).tolist()
    [[2.0], [1.0]]
    """
    if lengths is None:
        return outputs.mean(0)
    lengths = torch.as_tensor(lengths)
    shortest = int(lengths.min())
    longest = int(lengths.max())
    if lengths.shape != outputs.shape[1:2] or shortest < 1 or longest > len(outputs):
        spread = Said(f"{list(lengths.shape)} of {shortest} to {longest}")
        raise bad_argument(
            "lengths", spread, f"[{outputs.shape[1]}] of 1 to {len(outputs)} steps"
        )
    counted = (torch.arange(len(outputs))[:, None] < lengths)[..., None].to(outputs)
    return (outputs * counted).sum(0) / counted.sum(0)


class BatchFirst(nn.Module):
    """A network as `fit` takes it: `[batch, time, in_features]` to the mean output of each sample.

    >>> BatchFirst(HRSNN(3, 20, 2, rng=0))(torch.ones(4, 7, 3)).shape
    torch.Size([4, 2])
    """

    def __init__(self, model: HRSNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """Compute the mean outputs `[batch, out_features]` of `x [batch, time, in_features]`."""
        return mean_output(self.model(x.transpose(0, 1)))
