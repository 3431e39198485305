"""The recurrent scan, the law: dense matrices, one step after the other."""

import numpy as np

from neurosparse.kernels.layers.recurrent_scan.parts import (
    Gradients,
    Neurons,
    Reset,
    State,
    Synapses,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import Surrogate
from neurosparse.typing import Array


def matrices(synapses: Synapses, values: Array) -> Array:
    """Give dense weights `[groups, n_pre, n_post]`, one matrix a delay, of values in row order."""
    out = np.zeros((len(synapses.delays), synapses.n, synapses.n), values.dtype)
    for g, rows in enumerate(synapses.indptr):
        for i in range(synapses.n):
            for e in range(rows[i], rows[i + 1]):
                out[g, i, synapses.indices[e]] += values[synapses.order[e]]
    return out


def forward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    x: Array,
    state: State,
) -> tuple[Array, Array, State]:
    """Return spikes and membranes before the gate, `[time, batch, n]` each, and the last state."""
    weights = matrices(synapses, values)
    past = list(state.z)
    v = state.v
    i = state.i
    kept = np.empty_like(x)
    for t, drive in enumerate(x):
        arriving = sum(
            (past[-1 - d] @ w for d, w in zip(synapses.delays, weights, strict=True)),
            start=np.zeros_like(v),
        )
        i = neurons.alpha * i + drive + arriving
        z = past[-1]
        kept[t] = (
            neurons.beta * v * (1 - reset.membrane * z)
            + i
            - reset.level * neurons.threshold * z
        )
        v = kept[t] * (1 - reset.gate * z)
        past.append((v > neurons.threshold).astype(x.dtype))
    spikes = np.array(past[len(state.z) :], x.dtype).reshape(x.shape)
    return spikes, kept, State(v, i, np.array(past[-len(state.z) :], x.dtype))


def backward(
    synapses: Synapses,
    values: Array,
    neurons: Neurons,
    reset: Reset,
    surrogate: Surrogate,
    x: Array,
    state: State,
    grad: tuple[Array, State],
) -> Gradients:
    """Give gradients from those of the spikes `[time, batch, n]` and of the last `v` and `i`.

    Resets carry none.
    """
    spikes, kept, _ = forward(synapses, values, neurons, reset, x, state)
    weights = matrices(synapses, values)
    steps = len(x)
    memory = len(state.z)
    z = np.concatenate([state.z, spikes])  # z[memory + t] is that of step t
    v = np.concatenate(
        [state.v[None], kept * (1 - reset.gate * z[memory - 1 : memory - 1 + steps])]
    )
    i = np.concatenate([state.i[None], kept])
    for t in range(steps):
        left = neurons.beta * v[t] * (1 - reset.membrane * z[memory + t - 1])
        i[t + 1] = kept[t] - left + reset.level * neurons.threshold * z[memory + t - 1]
    di = np.zeros((steps + memory + 1, *x.shape[1:]), x.dtype)
    dweights = np.zeros_like(weights)
    d_alpha = np.zeros_like(neurons.alpha)
    d_beta = np.zeros_like(neurons.beta)
    d_threshold = np.zeros_like(neurons.threshold)
    on_v = grad[1].v
    on_i = grad[1].i
    dz = np.zeros_like(z)
    for t in range(steps - 1, -memory - 1, -1):
        for g, d in enumerate(synapses.delays):
            if t + 1 + d >= 0:
                dz[memory + t] += di[t + 1 + d] @ weights[g].T
                dweights[g] += z[memory + t].T @ di[t + 1 + d]
        if t < 0:
            continue
        before = z[memory + t - 1]
        through = surrogate(v[t + 1] - neurons.threshold) * (grad[0][t] + dz[memory + t])
        on = (on_v + through) * (1 - reset.gate * before)
        di[t] = on + on_i
        left = v[t] * (1 - reset.membrane * before)
        d_beta += (on * left).sum(0)
        d_alpha += (di[t] * i[t]).sum(0)
        d_threshold -= (through + reset.level * before * on).sum(0)
        on_v = on * neurons.beta * (1 - reset.membrane * before)
        on_i = neurons.alpha * di[t]
    dvalues = np.zeros_like(values)
    for g, rows in enumerate(synapses.indptr):
        for pre in range(synapses.n):
            for e in range(rows[pre], rows[pre + 1]):
                dvalues[synapses.order[e]] = dweights[g, pre, synapses.indices[e]]
    out = State(on_v, on_i, dz[:memory])
    return Gradients(di[:steps], dvalues, Neurons(d_alpha, d_beta, d_threshold), out)
