"""Networks that several tests of the engine run, and how their spikes are compared."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import AllToAll, Bernoulli


def random_connectivity(rng, n_pre, n_post, p, late=0):
    dense = rng.random((n_pre, n_post)) < p
    pre, post = np.nonzero(dense)
    delay = rng.integers(0, late + 1, len(pre)) if late else 3
    weight = rng.normal(1.0, 1.5, len(pre)).astype(np.float32)
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=n_post, weight=weight, delay_steps=delay
    )


def small_network(rng, late=0, n=70, mode="auto", exponential=True):
    """Two populations with recurrent random weights, a Poisson source, odd sizes."""
    quiet = {"v_rest": 0.0, "v_threshold": 7.0, "v_reset": 0.0}
    model = (
        LIFExp(tau_mem=20.0, tau_exc=5.0, tau_inh=7.0, **quiet)
        if exponential
        else LIF(**quiet)
    )
    wire = [
        random_connectivity(rng, a, b, 0.3, late) for a, b in ((n, n), (n, 33), (33, n))
    ]
    first = next(iter(model.receptors))
    drive = Bernoulli(0.4, weight=12.0 if exponential else 3.0)
    return Network(
        Population("A", n, model, mode=mode),
        Population("B", 33, model, mode=mode),
        Population("S", 20, PoissonSource(80.0)),
        Projection("A", "A", wire[0], receptor=first),
        Projection("A", "B", wire[1], receptor=first),
        Projection("B", "A", wire[2], receptor=first),
        Projection("S", "A", drive, receptor=first),
        Projection("S", "B", drive, delay=1.5, receptor=first),
    )


def spikes_of(sim):
    return {
        name: list(zip(*map(np.ndarray.tolist, (s.step, s.i)), strict=True))
        for name, s in all_spikes(sim).items()
    }


def all_spikes(sim):
    return {name: sim.spikes(name) for name in sim.network.populations}


def same_spikes(a, b):
    return all(
        np.array_equal(a[k].step, b[k].step) and np.array_equal(a[k].i, b[k].i) for k in a
    )


STDP = PairSTDP(a_plus=0.01, a_minus=0.012, w_max=1.0)


def mixed_network():
    return Network(
        Population("in", 20, PoissonSource(rate=200.0)),
        Population("E", 100, LIF(), mode="clock"),
        Population("A", 3, LIFExp(), mode="event"),
        Projection("in", "E", Bernoulli(0.2), weight=1.0, delay=1.0),
        Projection("E", "E", AllToAll(), weight=0.01, delay=1.0, label="dense"),
        Projection("in", "A", AllToAll(), weight=0.1, delay=0.5),
        Projection("E", "E", Bernoulli(0.1), weight=0.5, delay=1.0, plasticity=STDP),
        PoissonInput("E", rate=1000.0, weight=1.0),
    )


def source_network(**given):
    return Network(
        Population("S", 4, PoissonSource(rate=1000.0)),
        Population("E", 4, LIF()),
        Projection("S", "E", AllToAll(), weight=[0.1] * 16, **given),
    )
