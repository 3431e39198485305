"""HRSNN: a heterogeneous recurrent spiking network, input, recurrent population, readout."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.recurrent_scan.parts import State
from neurosparse.models.layers.initial import ActiveFanIn
from neurosparse.models.layers.sparse_linear import SparseLinear, as_rule
from neurosparse.models.spiking.recurrent_lif import (
    Dynamics,
    RecurrentLIF,
    check_same_length,
    detached,
)
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.models.spiking.times import Clipped, Gamma, Values
from neurosparse.wiring import WattsStrogatz, Wiring


class LeakyReadout(nn.Module):
    """Neurons that never spike: y_t = kappa y_(t-1) + (1 - kappa) (W z_t + bias),  kappa =
    e^(-dt/tau).

    Args:
        n, n_out: spiking neurons, outputs.
        tau: time constant in ms, trained as `log_tau`; 0 for no memory at all.
        dt: step in ms.

    >>> readout = LeakyReadout(1, 1, tau=0.0)
    >>> readout(torch.zeros(3, 2, 1))[0].shape
    torch.Size([3, 2, 1])
    """

    def __init__(self, n: int, n_out: int, tau: float = 20.0, dt: float = 1.0) -> None:
        super().__init__()
        if not (np.isfinite(tau) and tau >= 0):
            raise bad_argument("tau", tau, "a time in ms, 0 or more")
        self.linear, self.dt = nn.Linear(n, n_out), float(dt)
        self.log_tau = nn.Parameter(torch.tensor(float(np.log(tau)))) if tau else None

    @property
    def kappa(self) -> Tensor | None:
        """Share that is left after a step."""
        return None if self.log_tau is None else torch.exp(-self.dt * torch.exp(-self.log_tau))

    def forward(self, spikes: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return outputs `[time, batch, n_out]` and the last of them, the state to go on from."""
        return self.filtered(self.linear(spikes), y)

    def filtered(self, drive: Tensor, y: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Do the same from W z + bias `[time, batch, n_out]`."""
        kappa = self.kappa
        y = drive.new_zeros(drive.shape[1:]) if y is None else y
        if kappa is None:
            return drive, drive[-1] if len(drive) else y
        trace = []
        for step in ((1 - kappa) * drive).unbind(0):
            y = torch.addcmul(step, kappa, y)
            trace.append(y)
        return torch.stack(trace) if trace else drive, y


class HRSNNRun(NamedTuple):
    """What a network did: outputs `[time, batch, n_out]`, spikes `[time, batch, n]`, the state to go on from."""

    outputs: Tensor
    spikes: Tensor
    state: "NetworkState"


class NetworkState(NamedTuple):
    """State of the population, and outputs `[batch, n_out]`."""

    cell: State
    readout: Tensor

    def detached(self) -> "NetworkState":
        """The same state cut off from what made it: gradients of the next chunk stop here (truncated BPTT)."""
        return NetworkState(detached(self.cell), self.readout.detach())


class HRSNN(nn.Module):
    """Inputs `[time, batch, n_in]` through a recurrent population of n neurons to outputs `[time, batch, n_out]`.

    The parts are `input` (any module on the last axis), `cell` (`RecurrentLIF`: `cell.synapses` are
    the sparse recurrent synapses, `cell.tau_mem` the time constants) and `readout`, a
    `LeakyReadout` of 20 ms;
    `model.readout = LeakyReadout(n, n_out, tau=0.0)` makes it a plain linear one, and
    `model.cell = RecurrentLIF(model.cell.synapses, tau_mem, tau_syn, threshold=LogNormal(median=1.0,
    sigma=0.2))` gives thresholds other than 1. Source of the architecture: Chakraborty & Mukhopadhyay
    2023, doi:10.3389/fnins.2023.994517.

    Args:
        n_in, n, n_out: sizes.
        wiring: recurrent synapses: a rule (delays are those of the rule) or a `Connectivity` with
            its weights.
        tau_mem: membrane time constants in ms: a number, `[n]` or a distribution (`Gamma`,
            `LogNormal`,
            `Clusters` for the clustered network).
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
        n_in: int,
        n: int,
        n_out: int,
        *,
        wiring: Wiring | Connectivity | None = None,
        tau_mem: Values = Clipped(Gamma(20.0, 3.0), 2.0),  # noqa: B008 - a frozen value
        tau_syn: Values | None = 5.0,
        cell: Dynamics = Dynamics(),  # noqa: B008 - a frozen value
        rng: Any = None,
    ) -> None:
        super().__init__()
        for name, size in (("n_in", n_in), ("n", n), ("n_out", n_out)):
            if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
                raise bad_argument(name, size, "a whole number, 1 or more")
        rng = np.random.default_rng(rng)
        self.input = _drawn_linear(n_in, n, 1.0, rng)
        self.cell = RecurrentLIF(
            _recurrent(wiring, n, rng), tau_mem, tau_syn, dynamics=cell, rng=rng
        )
        self.readout = LeakyReadout(n, n_out, dt=cell.dt)
        _draw(self.readout.linear, 1.0, rng)

    @property
    def readout_size(self) -> int:
        """Number of outputs."""
        return len(offset_of(self.readout.linear))

    def run(self, x: Tensor, state: NetworkState | None = None) -> HRSNNRun:
        """HRSNNRun over `x [time, batch, n_in]` from a state (None: rest)."""
        self._check(x)
        spikes, cell = self._spike(x, None if state is None else state.cell)
        outputs, last = self.readout(spikes, None if state is None else state.readout)
        return HRSNNRun(outputs, spikes, NetworkState(cell, last))

    def forward(self, x: Tensor, state: NetworkState | None = None) -> Tensor:
        """Outputs `[time, batch, n_out]` of `run`; spikes stay bits here, which saves their memory."""
        self._check(x)
        linear = self.readout.linear
        if self.cell.listened or type(linear) is not nn.Linear:
            return self.run(x, state).outputs
        said, _ = self._spike(x, None if state is None else state.cell, linear.weight.T)
        return self.readout.filtered(
            said + offset_of(linear), None if state is None else state.readout
        )[0]

    def _spike(
        self, x: Tensor, state: State | None, readout: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """HRSNNRun the population; a checkpointed one takes a plain input layer in, so that its currents are never held."""
        plain = type(self.input) is nn.Linear and not (
            self.input._forward_hooks or self.input._forward_pre_hooks
        )
        if (
            plain
            and self.cell.dynamics.checkpoint
            and x.device.type == "cpu"
            and not self.cell.listened
        ):
            return self.cell.fed(x, self.input, state, readout)
        return self.cell(self.input(x), state, readout)  # type: ignore[no-any-return]

    def _check(self, x: Any) -> None:
        if not isinstance(x, Tensor):
            if isinstance(x, list | tuple):
                check_same_length(x)
            raise bad_type(
                "x",
                x,
                "a tensor [time, batch, n_in]",
                "torch.stack(sequences, 1) makes one of several",
            )
        if x.dim() != 3:
            raise bad_argument(
                "x",
                Said(f"shape {list(x.shape)}"),
                "[time, batch, n_in]",
                "one sample is x[:, None]",
            )
        width = getattr(self.input, "in_features", getattr(self.input, "n_pre", x.shape[2]))
        if x.shape[2] != width:
            raise bad_argument("x", Said(f"shape {list(x.shape)}"), f"[time, batch, {width}]")
        if not x.is_floating_point():
            raise bad_type(
                "x", Said(str(x.dtype)), "floating point numbers", "x.float() makes them"
            )


def dense_input(model: HRSNN) -> nn.Linear:
    """Give the input layer of a model as a matrix: itself, or what a `SparseLinear` is when written out.

    Raises:
        TypeError: the input layer is another module, which the engine, NIR and e-prop cannot take
            over.

    >>> dense_input(HRSNN(3, 20, 2, rng=0)).weight.shape
    torch.Size([20, 3])
    """
    if isinstance(model.input, SparseLinear):
        return model.input.to_dense()
    if not isinstance(model.input, nn.Linear):
        remedy = "run what comes before outside the model"
        raise bad_type(
            "model.input", Said(type(model.input).__name__), "a Linear or SparseLinear", remedy
        )
    return model.input


def dense_readout(model: HRSNN) -> nn.Linear:
    """Give the linear part of a readout as a matrix: itself, or what a `SparseLinear` is when written out.

    >>> dense_readout(HRSNN(3, 20, 2, rng=0)).weight.shape
    torch.Size([2, 20])
    """
    linear = model.readout.linear
    return linear.to_dense() if isinstance(linear, SparseLinear) else linear


def offset_of(linear: nn.Linear | SparseLinear) -> Tensor:
    """Offsets `[n_out]` of a linear layer, zeros where it has none.

    >>> offset_of(nn.Linear(3, 2, bias=False)).tolist()
    [0.0, 0.0]
    """
    if linear.bias is not None:
        return linear.bias
    if isinstance(linear, SparseLinear):
        return linear.values.new_zeros(linear.n_post)
    return linear.weight.new_zeros(linear.out_features)


def _recurrent(
    wiring: Wiring | Connectivity | None, n: int, rng: np.random.Generator
) -> RecurrentSynapses:
    if isinstance(wiring, Connectivity):
        if wiring.n_pre != n:
            raise bad_argument("wiring", wiring, f"a connectivity of {n} neurons onto themselves")
        return RecurrentSynapses(wiring)
    rule = WattsStrogatz(min(16, n - 1), 0.2) if wiring is None else wiring
    return RecurrentSynapses(as_rule(rule).build(n, n, rng), initial=ActiveFanIn(0.5), rng=rng)


def _drawn_linear(n_in: int, n_out: int, gain: float, rng: np.random.Generator) -> nn.Linear:
    return _draw(nn.Linear(n_in, n_out), gain, rng)


def _draw(layer: nn.Linear, gain: float, rng: np.random.Generator) -> nn.Linear:
    """Draw weights N(0, gain² / n_in) from `rng`, so that torch's own generator plays no part."""
    shape = tuple(layer.weight.shape)
    n_in = layer.in_features
    with torch.no_grad():
        layer.weight.copy_(
            torch.from_numpy(rng.standard_normal(shape, np.float32) * gain / np.sqrt(n_in))
        )
        layer.bias.zero_()
    return layer


def padded(sequences: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Fill sequences `[steps, n]` up with zeros to one tensor `[time, batch, n]`, and tell their lengths `[batch]`.

    Raises:
        ValueError: no sequence, or widths that differ.

    >>> x, lengths = padded([torch.ones(2, 1), torch.ones(3, 1)])
    >>> x[:, :, 0].tolist(), lengths.tolist()
    ([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]], [2, 3])
    """
    widths = {tuple(sequence.shape[1:]) for sequence in sequences}
    if len(widths) != 1:
        raise bad_argument(
            "sequences", Said(f"widths {sorted(widths)}"), "at least one, all [steps, n] of one n"
        )
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    return nn.utils.rnn.pad_sequence(list(sequences)), lengths


def mean_output(outputs: Tensor, lengths: Tensor | None = None) -> Tensor:
    """Mean over time of `outputs [time, batch, n_out]`, of each sample up to its length: `[batch, n_out]`.

    >>> mean_output(torch.tensor([[[1.0], [1.0]], [[3.0], [9.0]]]), torch.tensor([2, 1])).tolist()
    [[2.0], [1.0]]
    """
    if lengths is None:
        return outputs.mean(0)
    lengths = torch.as_tensor(lengths)
    if (
        lengths.shape != outputs.shape[1:2]
        or int(lengths.min()) < 1
        or int(lengths.max()) > len(outputs)
    ):
        found = Said(f"{list(lengths.shape)} of {int(lengths.min())} to {int(lengths.max())}")
        raise bad_argument("lengths", found, f"[{outputs.shape[1]}] of 1 to {len(outputs)} steps")
    counts = (torch.arange(len(outputs))[:, None] < lengths)[..., None].to(outputs)
    return (outputs * counts).sum(0) / counts.sum(0)


class BatchFirst(nn.Module):
    """A network as `fit` wants it: `[batch, time, n_in]` to the mean output `[batch, n_out]`.

    >>> BatchFirst(HRSNN(3, 20, 2, rng=0))(torch.ones(4, 7, 3)).shape
    torch.Size([4, 2])
    """

    def __init__(self, model: HRSNN) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """Mean output of samples `x [batch, time, n_in]`."""
        return mean_output(self.model(x.transpose(0, 1)))
