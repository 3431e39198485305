"""`RecurrentLIF`: leaky neurons with sparse recurrent synapses, trained through time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import positive
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.csr_matmul.autograd import as_input
from neurosparse.kernels.layers.recurrent_scan.autograd import recurrent_scan
from neurosparse.kernels.layers.recurrent_scan.autograd_streamed import (
    InputLayer,
    streamed_scan,
)
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT, Neurons, Reset, State
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL, Surrogate
from neurosparse.models.spiking.hooks import call_forward_hooks, has_hooks
from neurosparse.models.spiking.recurrent_synapses import RecurrentSynapses
from neurosparse.models.spiking.times import Values, drawn
from neurosparse.typing import Seed


@dataclass(frozen=True)
class Dynamics:
    """How neurons spike and how gradients pass a spike.

    Args:
        reset: what a spike takes away: SUBTRACT, ZERO, GATE or NONE.
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
        positive("dt", self.dt, "ms")
        if not isinstance(self.reset, Reset):
            remedy = "from neurosparse.models import ZERO"
            raise bad_type("reset", self.reset, "SUBTRACT, ZERO, GATE or NONE", remedy)
        if not (hasattr(self.surrogate, "kind") and hasattr(self.surrogate, "slope")):
            expected = "an object such as FastSigmoid(25.0) or ATan(2.0)"
            remedy = "from neurosparse.models import ATan"
            raise bad_type("surrogate", self.surrogate, expected, remedy)


class RecurrentLIF(nn.Module):
    """A population of leaky integrate-and-fire neurons that also hear each other.

    i_t = alpha i_(t-1) + x_t + Σ_e w_e z_(t-1-d_e)[pre(e)],   alpha = e^(-dt/tau_syn),
    v_t = beta v_(t-1) + i_t - reset(z_(t-1)),   beta = e^(-dt/tau_mem),
    z_t = 1 where v_t > threshold.

    Trained are the weights `synapses.values [nnz]` and, one number a neuron, `log_tau_mem`,
    `log_tau_syn` and `threshold`; `requires_grad_(False)` holds any of them fixed. `bias
    [hidden_size]`, None unless it is set, is added to x. Nothing is kept between calls: the state
    goes in and comes out.

    Args:
        connectivity: recurrent synapses, rows presynaptic, delays in steps; or `RecurrentSynapses`.
        tau_mem: membrane time constants in ms: a number, `[hidden_size]` or a distribution.
        tau_syn: synaptic time constants in ms, likewise; None for inputs without a filter.
        threshold: likewise.
        dynamics: reset, surrogate, memory, time step.
        rng: seed or generator of what is drawn.

    Raises:
        ValueError: time constants or thresholds not above 0, or not one a neuron; time constants in
            seconds.

    >>> pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2, weight=2.0)
    >>> cell = RecurrentLIF(pair, tau_mem=20.0)
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
        rng: Seed = None,
    ) -> None:
        super().__init__()
        generator = np.random.default_rng(rng)
        synapses = connectivity
        if not isinstance(synapses, RecurrentSynapses):
            synapses = RecurrentSynapses(synapses)
        self.synapses = synapses
        self.hidden_size = synapses.in_features
        self.dt = dynamics.dt
        self.dynamics = dynamics
        draw = self.hidden_size, generator
        self.log_tau_mem = _logarithms("tau_mem", tau_mem, *draw, self.dt)
        self.log_tau_syn: nn.Parameter | None = None
        if tau_syn is not None:
            self.log_tau_syn = _logarithms("tau_syn", tau_syn, *draw, self.dt)
        self.threshold = _parameter(drawn("threshold", threshold, *draw))
        self.bias: nn.Parameter | None = None

    @property
    def tau_mem(self) -> Tensor:
        """Membrane time constants in ms, `[hidden_size]`."""
        return self.log_tau_mem.exp()

    @property
    def tau_syn(self) -> Tensor | None:
        """Synaptic time constants in ms, `[hidden_size]`."""
        return None if self.log_tau_syn is None else self.log_tau_syn.exp()

    @property
    def neurons(self) -> Neurons:
        """alpha, beta and threshold `[hidden_size]`, as functions of the parameters."""
        beta = torch.exp(-self.dt * torch.exp(-self.log_tau_mem))
        alpha = torch.zeros_like(beta, requires_grad=False)
        if self.log_tau_syn is not None:
            alpha = torch.exp(-self.dt * torch.exp(-self.log_tau_syn))
        return Neurons(alpha, beta, self.threshold)

    def forward(
        self, x: Tensor, state: State | None = None, readout: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """Run over input currents `x [time, batch, hidden_size]`: spikes of that shape, last state.

        With a readout matrix `[hidden_size, out_features]` its products with the spikes, `[time,
        batch, out_features]`, come in their place.
        """
        self.synapses.check_own()
        x = as_input(x, self.synapses.values)
        # the scan names a wrong width; added to the offset it would be another error
        if self.bias is not None and x.shape[-1] == self.hidden_size:
            x = x + self.bias
        if not self.recorded:
            return self._scan(x, state, readout)
        spikes, last = self._run_recorded(x, state)
        return (spikes if readout is None else spikes @ readout), last

    @property
    def recorded(self) -> bool:
        """Whether somebody records the synapses, as rules such as RigL want it (`Recorder`)."""
        return self.training and has_hooks(self.synapses)

    def _run_recorded(self, x: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Run, and show recorders the spikes that a new synapse would carry, and its currents.

        The gradient of the currents times those spikes is that of any synapse of
        `fresh_delay_steps`, present or not.
        """
        if x.requires_grad or not torch.is_grad_enabled():
            # a tensor of its own, so that recorders hook the currents of this population alone
            x = x.view_as(x)
        else:
            x = x.detach().requires_grad_()
        spikes, last = self._scan(x, state, None)
        shape = x.shape[1:]
        past = (
            spikes.new_zeros(self.synapses.groups.memory, *shape)
            if state is None
            else state.z
        )
        # a spike of step t arrives in step t + delay
        delay = self.synapses.fresh_delay_steps + 1
        history = torch.cat(
            [spikes.new_zeros(delay, *shape), past.detach(), spikes.detach()]
        )
        end = len(history) - delay
        call_forward_hooks(self.synapses, (history[end - len(x) : end],), x)
        return spikes, last

    def _scan(
        self, x: Tensor, state: State | None, readout: Tensor | None
    ) -> tuple[Tensor, State]:
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

    def run_streamed(
        self,
        u: Tensor,
        layer: nn.Linear,
        state: State | None = None,
        readout: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        """Compute `self(layer(u), state, readout)` without ever holding all currents.

        Nor is their gradient held: the way back needs 2 √time floats and one bit a neuron, and runs
        forward a second time. On a CPU.
        """
        self.synapses.check_own()
        offsets = [part for part in (layer.bias, self.bias) if part is not None]
        offset = sum(offsets[1:], offsets[0]) if offsets else None
        return streamed_scan(
            as_input(u, self.synapses.values),
            InputLayer(layer.weight, offset),
            self.synapses.values,
            self.neurons,
            self.synapses.groups,
            state,
            readout=readout,
            rules=(self.dynamics.reset, self.dynamics.surrogate),
        )

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any
    ) -> None:
        if self.bias is None and isinstance(state_dict.get(prefix + "bias"), Tensor):
            self.bias = nn.Parameter(torch.zeros_like(self.threshold))
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def extra_repr(self) -> str:
        """Time step and reset."""
        rules = f"reset={tuple(self.dynamics.reset)}, surrogate={self.dynamics.surrogate}"
        return f"dt={self.dt:g} ms, {rules}"


def detached(state: State) -> State:
    """Cut a state off from what made it: gradients stop here (truncated backpropagation).

    >>> part = torch.ones(1, 1, requires_grad=True)
    >>> detached(State(part, part, part[None])).v.requires_grad
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
    ValueError: tau_mem: got at most 0.02 ms, a share of 1.93e-22 left after a step of 1 ms, wants
    milliseconds; 20 ms is 20.0
    """
    longest = float(np.max(times, initial=0.0))
    if np.size(times) and longest < dt / 15:
        left = f"a share of {np.exp(-dt / longest):.3g} left after a step of {dt:g} ms"
        longest_said = Said(f"at most {longest:g} ms, {left}")
        raise bad_argument(name, longest_said, "milliseconds", "20 ms is 20.0")


def check_same_length(sequences: Any) -> None:
    """Refuse sequences of unequal length where one tensor of all of them is asked for.

    Raises:
        ValueError: their lengths differ.

    >>> check_same_length([torch.zeros(3, 2), torch.zeros(3, 2)])
    """
    lengths = sorted(
        {len(sequence) for sequence in sequences if hasattr(sequence, "__len__")}
    )
    if len(lengths) > 1:
        spread = Said(f"sequences of {lengths[0]} to {lengths[-1]} steps")
        remedy = "torch.nn.utils.rnn.pad_sequence(sequences) fills them up with zeros"
        raise bad_argument("sequences", spread, "one length", remedy)
