"""`RecurrentLIF`: leaky neurons with sparse recurrent synapses and a time constant each, trained
through time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.csr_matmul.autograd import as_input
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import Layer, streamed_scan
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT, Neurons, Reset, State
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL, Surrogate
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.models.spiking.times import Values, drawn


@dataclass(frozen=True)
class Dynamics:
    """How neurons spike and how gradients pass a spike.

    Args:
        reset: what a spike takes away: SUBTRACT, ZERO, GATE or NONE of `kernels.recurrent_scan`.
        surrogate: derivative of the spike on the way back.
        checkpoint: keep membranes at √time steps only and run forward a second time in between; an
            `HRSNN` then holds no input currents either.
        dt: step in ms.

    Raises:
        ValueError: a step that is not above 0.
        TypeError: a reset or surrogate by its name, or a function of another library.

    >>> Dynamics().surrogate
    FastSigmoid(slope=25.0)
    """

    reset: Reset = SUBTRACT
    surrogate: Surrogate = USUAL
    checkpoint: bool = False
    dt: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.dt) and self.dt > 0):
            raise bad_argument("dt", self.dt, "a step in ms above 0")
        if not isinstance(self.reset, Reset):
            remedy = "from neurosparse.kernels.layers.recurrent_scan import ZERO"
            raise bad_type("reset", self.reset, "SUBTRACT, ZERO, GATE or NONE", remedy)
        if not (hasattr(self.surrogate, "kind") and hasattr(self.surrogate, "slope")):
            remedy = "from neurosparse.kernels.layers.recurrent_scan.surrogates import ATan"
            raise bad_type(
                "surrogate",
                self.surrogate,
                "an object such as FastSigmoid(25.0) or ATan(2.0)",
                remedy,
            )


class RecurrentLIF(nn.Module):
    """A population of leaky integrate-and-fire neurons that also hear each other.

    i_t = alpha i_(t-1) + x_t + Σ_e w_e z_(t-1-d_e)[pre(e)],   alpha = e^(-dt/tau_syn),
    v_t = beta v_(t-1) + i_t - reset(z_(t-1)),   beta = e^(-dt/tau_mem),   z_t = 1 where v_t >
    threshold.
    Trained are the weights `synapses.values [nnz]` and, one number a neuron, `log_tau_mem`,
    `log_tau_syn` and
    `threshold`; `requires_grad_(False)` holds any of them fixed. `bias [n]`, None unless it is set,
    is added to x.
    Nothing is kept between calls: the state goes in and comes out.

    Args:
        connectivity: recurrent synapses, rows presynaptic, delays in steps; or `RecurrentSynapses`.
        tau_mem: membrane time constants in ms: a number, `[n]` or a distribution.
        tau_syn: synaptic time constants in ms, likewise; None for inputs without a filter.
        threshold: likewise.
        dynamics: reset, surrogate, memory, time step.
        rng: seed or generator of what is drawn.

    Raises:
        ValueError: time constants or thresholds not above 0, or not one a neuron; time constants in
            seconds.

    >>> cell = RecurrentLIF(Connectivity.from_edges([0], [1], n_pre=2, n_post=2, weight=2.0), tau_mem=20.0)
    >>> spikes, state = cell(torch.tensor([[[1.5, 0.0]], [[0.0, 0.0]]]))
    >>> spikes[:, 0].tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(
        self,
        connectivity: Connectivity | RecurrentSynapses,
        tau_mem: Values = 20.0,
        tau_syn: Values | None = None,
        threshold: Values = 1.0,
        *,
        dynamics: Dynamics = Dynamics(),
        rng: Any = None,
    ) -> None:
        super().__init__()
        rng = np.random.default_rng(rng)
        made = (
            connectivity
            if isinstance(connectivity, RecurrentSynapses)
            else RecurrentSynapses(connectivity)
        )
        self.synapses = made
        self.n = made.n_pre
        self.dt = dynamics.dt
        self.dynamics = dynamics
        self.log_tau_mem = _logarithms("tau_mem", tau_mem, self.n, rng, self.dt)
        self.log_tau_syn = (
            None if tau_syn is None else _logarithms("tau_syn", tau_syn, self.n, rng, self.dt)
        )
        self.threshold = _parameter(drawn("threshold", threshold, self.n, rng))
        self.bias: nn.Parameter | None = None

    @property
    def tau_mem(self) -> Tensor:
        """Membrane time constants in ms, `[n]`."""
        return self.log_tau_mem.exp()

    @property
    def tau_syn(self) -> Tensor | None:
        """Synaptic time constants in ms, `[n]`."""
        return None if self.log_tau_syn is None else self.log_tau_syn.exp()

    @property
    def neurons(self) -> Neurons:
        """alpha, beta and threshold `[n]`, as functions of the parameters."""
        beta = torch.exp(-self.dt * torch.exp(-self.log_tau_mem))
        if self.log_tau_syn is None:
            return Neurons(torch.zeros_like(beta, requires_grad=False), beta, self.threshold)
        return Neurons(torch.exp(-self.dt * torch.exp(-self.log_tau_syn)), beta, self.threshold)

    def forward(
        self, x: Tensor, state: State | None = None, readout: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """Return spikes `[time, batch, n]` for input currents `x [time, batch, n]`, and the last state.

        With a readout matrix `[n, n_out]`, return what it makes of the spikes, `[time, batch,
        n_out]`, instead.
        """
        x = as_input(x, self.synapses.values)
        # a wrong width is named by the scan; added to the offset it would be another one, or
        # another error
        x = x if self.bias is None or x.shape[-1] != self.n else x + self.bias
        if not self.listened:
            return self._scan(x, state, readout)
        spikes, last = self._told(x, state)
        return (spikes if readout is None else spikes @ readout), last

    @property
    def listened(self) -> bool:
        """Whether somebody records the synapses, as rules such as RigL want it (`Recorder`)."""
        return self.training and bool(self.synapses._forward_hooks)

    def _told(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Run, and show the spikes that a new synapse would carry, and the currents to which it
        would add.

        Their gradient times those spikes is the gradient of any synapse of `fresh_delay_steps`, present
        or not.
        """
        x = (
            x.view_as(x)
            if x.requires_grad or not torch.is_grad_enabled()
            else x.detach().requires_grad_()
        )
        spikes, last = self._scan(x, state, None)
        late = self.synapses.fresh_delay_steps + 1
        steps = len(x)
        past = (
            spikes.new_zeros(self.synapses.groups.memory, *x.shape[1:])
            if state is None
            else state.z
        )
        seen = torch.cat([spikes.new_zeros(late, *x.shape[1:]), past.detach(), spikes.detach()])
        for hook in self.synapses._forward_hooks.values():
            hook(self.synapses, (seen[len(seen) - late - steps : len(seen) - late],), x)
        return spikes, last

    def _scan(self, x: Tensor, state: State | None, readout: Tensor | None) -> tuple[Tensor, State]:
        return recurrent_scan(
            x,
            self.synapses.values,
            self.neurons,
            self.synapses.groups,
            state,
            reset=self.dynamics.reset,
            surrogate=self.dynamics.surrogate,
            checkpoint=self.dynamics.checkpoint,
            readout=readout,
        )

    def fed(
        self, u: Tensor, layer: nn.Linear, state: State | None = None, readout: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """Do what `self(layer(u), state, readout)` does without ever holding all currents or their
        gradient.

        The way back needs 2 √time floats and one bit a neuron, and runs forward a second time. On a
        CPU.
        """
        offset = (
            layer.bias
            if self.bias is None
            else self.bias
            if layer.bias is None
            else layer.bias + self.bias
        )
        return streamed_scan(
            as_input(u, self.synapses.values),
            Layer(layer.weight, offset),
            self.synapses.values,
            self.neurons,
            self.synapses.groups,
            state,
            readout=readout,
            rules=(self.dynamics.reset, self.dynamics.surrogate),
        )

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        if self.bias is None and isinstance(state_dict.get(prefix + "bias"), Tensor):
            self.bias = nn.Parameter(torch.zeros_like(self.threshold))
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def extra_repr(self) -> str:
        """Time step and reset."""
        return f"dt={self.dt:g} ms, reset={tuple(self.dynamics.reset)}, surrogate={self.dynamics.surrogate}"


def detached(state: State) -> State:
    """Cut a state off from what made it, so that gradients stop here: truncated backpropagation
    through time.

    >>> detached(State(torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1, 1))).v.requires_grad
    False
    """
    return State(*(part.detach() for part in state))


def _parameter(values: Any) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.asarray(values, np.float32)))


def _logarithms(
    name: str, values: Values, n: int, rng: np.random.Generator, dt: float
) -> nn.Parameter:
    times = drawn(name, values, n, rng)
    refuse_seconds(name, times, dt)
    return _parameter(np.log(times))


def refuse_seconds(name: str, times: Any, dt: float) -> None:
    """Refuse time constants of which nothing is left after a step: they will be seconds.

    >>> refuse_seconds("tau_mem", 0.02, 1.0)
    Traceback (most recent call last):
    ValueError: tau_mem: got at most 0.02 ms, a share of 1.93e-22 left after a step of 1 ms, wants milliseconds;
    20 ms is 20.0
    """
    longest = float(np.max(times, initial=0.0))
    if np.size(times) and longest < dt / 15:
        left = f"a share of {np.exp(-dt / longest):.3g} left after a step of {dt:g} ms"
        raise bad_argument(
            name, Said(f"at most {longest:g} ms, {left}"), "milliseconds", "20 ms is 20.0"
        )


def check_same_length(sequences: Any) -> None:
    """Refuse sequences of unequal length where one tensor of all of them is asked for.

    Raises:
        ValueError: their lengths differ; `padded` makes one tensor of them and tells the lengths.

    >>> check_same_length([torch.zeros(3, 2), torch.zeros(3, 2)])
    """
    lengths = sorted({len(sequence) for sequence in sequences if hasattr(sequence, "__len__")})
    if len(lengths) > 1:
        found = Said(f"sequences of {lengths[0]} to {lengths[-1]} steps")
        raise bad_argument(
            "sequences",
            found,
            "one length",
            "x, lengths = padded(sequences) fills them up with zeros",
        )
