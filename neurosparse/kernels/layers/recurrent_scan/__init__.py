"""A population of leaky neurons with sparse recurrent synapses, run through time at a stretch.

In step t, with z_t = 1 where v_t > threshold and z = z_(t-1):
i_t = alpha i_(t-1) + x_t + Σ_e w_e z_(t-1-d_e)[pre(e)],
v_t = (1 - gate z) (beta v_(t-1) (1 - membrane z) + i_t - level threshold z).
Backward the spike has a surrogate derivative and resets carry no gradient (as in snnTorch). Kept
for that are one float (the membrane) and one bit (the spike) a neuron, sample and step; all else is
computed again from these (README.md). On a CPU batches are filled up to whole slabs of 32 samples
(16 in float64): a single sample takes as much as 32 do.
Shapes: x and spikes `[time, batch, n]`, values `[nnz]` in CSR order by presynaptic neuron.
"""

from typing import Any, Literal, NamedTuple

import numpy as np

from neurosparse.kernels.layers.recurrent_scan import check
from neurosparse.kernels.layers.recurrent_scan.parts import GATE as GATE
from neurosparse.kernels.layers.recurrent_scan.parts import NONE as NONE
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT as SUBTRACT
from neurosparse.kernels.layers.recurrent_scan.parts import ZERO as ZERO
from neurosparse.kernels.layers.recurrent_scan.parts import Gradients as Gradients
from neurosparse.kernels.layers.recurrent_scan.parts import Neurons as Neurons
from neurosparse.kernels.layers.recurrent_scan.parts import Reset as Reset
from neurosparse.kernels.layers.recurrent_scan.parts import State as State
from neurosparse.kernels.layers.recurrent_scan.parts import Synapses as Synapses
from neurosparse.kernels.layers.recurrent_scan.parts import by_delay as by_delay
from neurosparse.kernels.layers.recurrent_scan.parts import rest as rest
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL
from neurosparse.kernels.layers.recurrent_scan.surrogates import Surrogate as Surrogate
from neurosparse.typing import Array

Backend = Literal["naive", "cpu", "gpu"]


class Scan(NamedTuple):
    """Spikes `[time, batch, n]` and the state to go on from."""

    spikes: Array
    state: State


def recurrent_scan(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    x: Array,
    state: State | None = None,
    reset: Reset = SUBTRACT,
    *,
    backend: Backend = "cpu",
    threads: int = 1,
) -> Scan:
    """Run a population over input currents x; in pieces it gives the same bits as in one go.

    Raises:
        ValueError: arrays that do not fit each other, mixed dtypes, or a state of another delay.

    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32), 1)
    >>> cells = Neurons(np.zeros(2), np.full(2, 0.5), np.ones(2))
    >>> x = np.zeros((5, 1, 2)); x[0, 0, 0] = 2.0
    >>> recurrent_scan(pair, np.array([3.0]), cells, x).spikes[:, 0].T.tolist()
    [[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0]]
    """
    if state is None:
        # an x of another shape is refused by name below
        state = rest(synapses, x.shape[1] if x.ndim == 3 else 0, x.dtype)
    check.arguments(synapses, values, neurons, x, state)
    x = np.ascontiguousarray(x)
    values = np.ascontiguousarray(values)
    match backend:
        case "naive":
            from neurosparse.kernels.layers.recurrent_scan import naive

            spikes, _, last = naive.forward(synapses, values, neurons, reset, x, state)
        case "cpu":
            from neurosparse.kernels.layers.recurrent_scan import cpu

            spikes, _, last = cpu.forward(
                synapses, values, neurons, reset, x, state, keep="none", threads=threads
            )
        case "gpu":
            spikes, last = _on_device(synapses, values, neurons, x, state, reset)
    return Scan(spikes, last)


def _on_device(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    x: Array,
    state: State,
    reset: Reset,
    grad: Any = None,
) -> Any:
    """Run on a GPU: spikes and the last state, or the gradients where `grad` = (slopes, surrogate).

    Raises without a GPU.
    """
    from neurosparse.kernels.base.machine.gpu import find_device, upload

    device = find_device()
    from neurosparse.kernels.layers.recurrent_scan import gpu

    def sent(parts: Any) -> Any:
        return type(parts)(*(upload(part, device) for part in parts))

    def fetched(part: Any) -> Any:
        if isinstance(part, tuple):
            return type(part)(*map(fetched, part))
        return None if part is None else part.cpu().numpy()

    weights = upload(values, device)
    cells = sent(neurons)
    begin = sent(state)
    spikes, tape, last = gpu.forward(
        synapses, weights, cells, reset, upload(x, device), begin, keep=grad is not None
    )
    if grad is None:
        return fetched(spikes), fetched(last)
    slopes, surrogate = grad
    nothing = State(begin.v * 0, begin.i * 0, None)
    on_spikes = upload(slopes, device), nothing
    return fetched(gpu.backward(weights, cells, reset, surrogate, tape, begin.i, on_spikes))


def recurrent_scan_backward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    x: Array,
    grad: Array,
    state: State | None = None,
    reset: Reset = SUBTRACT,
    *,
    surrogate: Surrogate = USUAL,
    checkpoint: bool = False,
    backend: Backend = "cpu",
    threads: int = 1,
) -> Gradients:
    """Run forward and back: gradients of all arguments from that of the spikes.

    `grad [time, batch, n]` is the gradient of the spikes. `checkpoint` keeps membranes at √time
    steps only and runs forward once more between them.

    Raises:
        ValueError: arrays that do not fit each other.

    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    >>> cells = Neurons(np.zeros(2), np.full(2, 0.5), np.ones(2))
    >>> x = np.zeros((2, 1, 2)); x[0, 0, 0] = 2.0
    >>> recurrent_scan_backward(pair, np.array([1.0]), cells, x, np.ones_like(x)).values.tolist()
    [1.0]
    """
    if state is None:
        # an x of another shape is refused by name below
        state = rest(synapses, x.shape[1] if x.ndim == 3 else 0, x.dtype)
    check.arguments(synapses, values, neurons, x, state)
    if grad.shape != x.shape:
        raise ValueError(f"grad: got shape {grad.shape}, wants {x.shape}, that of x")
    x = np.ascontiguousarray(x)
    values = np.ascontiguousarray(values)
    last = State(np.zeros_like(state.v), np.zeros_like(state.i), np.zeros_like(state.z))
    if backend == "naive":
        from neurosparse.kernels.layers.recurrent_scan import naive

        return naive.backward(
            synapses, values, neurons, reset, surrogate, x, state, (grad, last)
        )
    if backend == "gpu":
        on_spikes = grad, surrogate
        back: Gradients = _on_device(synapses, values, neurons, x, state, reset, on_spikes)
        return back
    from neurosparse.kernels.layers.recurrent_scan import cpu

    keep = "marks" if checkpoint else "all"
    _, tape, _ = cpu.forward(
        synapses, values, neurons, reset, x, state, keep=keep, threads=threads
    )
    return cpu.backward(
        synapses, values, neurons, reset, surrogate, x, tape, (grad, last), threads=threads
    )
