"""Small recurrent networks, and what is said to them."""

import copy
from typing import Any

import numpy as np
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    HRSNN,
    SUBTRACT,
    Clipped,
    Dynamics,
    FastSigmoid,
    Gamma,
    RecurrentLIF,
)
from neurosparse.wiring import LogNormal, WattsStrogatz
from neurosparse.wiring import values as draws

N = 16


def small(reset: Any = SUBTRACT, n: int = 40, **more: Any) -> HRSNN:
    wiring = WattsStrogatz(6, 0.3, delay_steps=draws.Uniform(-0.5, 2.5))
    cell = Dynamics(reset, FastSigmoid(5.0))
    return HRSNN(
        4, n, 2, wiring=wiring, tau_mem=Clipped(Gamma(10.0), 2.0), cell=cell, rng=0, **more
    )


def sounds(batch: int = 32, steps: int = 25) -> tuple[torch.Tensor, torch.Tensor]:
    """Two classes told apart by the order in which two inputs speak: `[batch, time, 4]`."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, batch)
    rates = np.full((batch, steps, 4), 0.05)
    first = slice(0, steps // 2)
    second = slice(steps // 2, steps)
    for k, label in enumerate(y):
        rates[k, first if label else second, 0] = 0.8
        rates[k, second if label else first, 1] = 0.8
    x = torch.from_numpy((rng.random(rates.shape) < rates).astype(np.float32))
    return x, torch.from_numpy(y)


def model(delay: Any = 0, **more: Any) -> HRSNN:
    made = HRSNN(4, N, 2, wiring=WattsStrogatz(4, 0.3, delay_steps=delay), rng=0, **more)
    cell = made.cell
    made.cell = RecurrentLIF(
        cell.synapses,
        15.0,
        5.0,
        LogNormal(median=0.8, sigma=0.2),
        dynamics=cell.dynamics,
        rng=1,
    )
    return made.double()


def inputs(steps: int = 20, batch: int = 3, seed: int = 0) -> torch.Tensor:
    return (
        torch.rand(
            steps,
            batch,
            4,
            generator=torch.Generator().manual_seed(seed),
            dtype=torch.float64,
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
