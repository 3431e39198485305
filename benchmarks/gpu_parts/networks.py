"""The networks that are timed on a GPU."""

import numpy as np

from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import FixedInDegree


def cuba(n):
    """Vogels and Abbott's network of n neurons, 80 inputs each."""
    model = LIFExp(
        tau_mem=20, tau_exc=5, tau_inh=10, v_rest=-49, v_threshold=-50, v_reset=-60, t_ref=5
    )
    start = np.random.default_rng(3).uniform(-60, -50, n)
    e = n * 4 // 5
    parts = {"E": slice(0, e), "I": slice(e, n)}
    populations = [
        Population(k, s.stop - s.start, model, initial={"v": start[s]}, mode="clock")
        for k, s in parts.items()
    ]
    wires = [
        Projection(
            a, b, FixedInDegree(64 if a == "E" else 16), weight=w, delay=0.1, receptor=r
        )
        for a, w, r in (("E", 1.62, "exc"), ("I", -9.0, "inh"))
        for b in "EI"
    ]
    return Network(populations, wires)


def brunel(scale):
    """Brunel's network, `scale` of 12,500 neurons."""
    model = LIF(tau_mem=20, v_rest=0, v_threshold=20, v_reset=0, t_ref=2)
    sizes = {"E": int(10_000 * scale), "I": int(2_500 * scale)}
    inputs = {"E": int(1000 * scale), "I": int(250 * scale)}
    wires = [
        Projection(
            a, b, FixedInDegree(inputs[a]), weight=0.1 if a == "E" else -0.5, delay=1.5
        )
        for a in "EI"
        for b in "EI"
    ]
    return Network(
        [Population(k, n, model) for k, n in sizes.items()],
        wires,
        [PoissonInput(k, 20_000.0, 0.1) for k in sizes],
    )


def learning(n, fan_in, rate=20.0):
    """Poisson sources onto as many neurons through plastic synapses."""
    rule = PairSTDP(0.01, 0.012, w_max=1.0)
    return Network(
        Population("in", n, PoissonSource(rate)),
        Population("out", n, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection(
            "in", "out", FixedInDegree(fan_in), weight=0.5, delay=0.5, plasticity=rule
        ),
    )
