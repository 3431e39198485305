"""The demonstration's network over a dense matrix: the same law in a few lines of NumPy."""

import time
from typing import NamedTuple

import numpy as np

from neurosparse.cli.demo.larva import DELAY, KICK, NEURON, weights
from neurosparse.datasets import LarvaBrain
from neurosparse.typing import Int32, Int64


class DenseRun(NamedTuple):
    """What a dense simulation gives.

    Attributes:
        step, neuron: spikes, ascending in time and within a step, `[k]`.
        seconds: wall time of the loop.
        nbytes: size of the matrix.
    """

    step: Int64
    neuron: Int64
    seconds: float
    nbytes: int


def simulate(
    brain: LarvaBrain,
    drive: tuple[Int64, Int32],
    steps: int,
    dt: float,
) -> DenseRun:
    """Run the brain for `steps` steps, multiplying by the whole matrix in each.

    tau_mem dv/dt = v_rest - v + i,  tau_exc di/dt = -i, exactly over dt; then threshold, reset,
    delivery. All weights are whole numbers of mV, so their sums are exact in any order and dense
    equals sparse to the bit.

    Args:
        brain: the wiring diagram.
        drive: step and sensory neuron of each event of the drive, `[k]`, ascending in time.
        steps: how many.
        dt: in ms.
    """
    pre, post = brain.connectivity.edges()
    n = brain.cell_type.size
    sensory = brain.members("sensories")
    matrix = np.zeros((n, n), np.float32)  # W[post, pre]
    matrix[post, pre] = weights(brain)
    rest = NEURON["v_rest"]
    tau_v = NEURON["tau_mem"]
    tau_i = NEURON["tau_exc"]
    keep_v = np.exp(-dt / tau_v)
    keep_i = np.exp(-dt / tau_i)
    from_i = tau_i / (tau_v - tau_i) * (keep_v - keep_i)
    refractory = round(NEURON["t_ref"] / dt)
    delay_steps = round(DELAY / dt)
    voltage = np.full(n, rest)
    current = np.zeros(n)
    ready = np.zeros(n, np.int64)
    ring = delay_steps + 1
    fired = np.zeros((ring, n), np.float32)  # in the last steps
    events = np.searchsorted(drive[0], np.arange(steps + 1))
    spike_steps = []
    spike_neurons = []
    begun = time.perf_counter()
    for step in range(steps):
        free = step >= ready
        moved = rest + (voltage - rest) * keep_v + from_i * current
        voltage = np.where(free, moved, voltage)
        current = current * keep_i
        now = np.flatnonzero(free & (voltage > NEURON["v_threshold"]))
        voltage[now] = NEURON["v_reset"]
        ready[now] = step + refractory
        fired[step % ring] = 0
        fired[step % ring, now] = 1
        current += matrix @ fired[(step - delay_steps) % ring]
        if step:  # the drive's delay is one step
            driven = sensory[drive[1][events[step - 1] : events[step]]]
            current[driven] += KICK
        spike_steps.append(np.full(now.size, step, np.int64))
        spike_neurons.append(now)
    seconds = time.perf_counter() - begun
    steps_of_spikes = np.concatenate(spike_steps)
    return DenseRun(steps_of_spikes, np.concatenate(spike_neurons), seconds, matrix.nbytes)
