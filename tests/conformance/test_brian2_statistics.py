"""Recurrent networks too chaotic for equal spikes agree with Brian2 in rate, irregularity and
correlation.

Both sides get the same connections and starting potentials; Brunel's random input is each side's
own.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import Bernoulli, FixedInDegree

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)

DT, DURATION = 0.1, 400.0


class Figures(NamedTuple):
    """Mean rate (Hz), CV of intervals of neurons with 5 spikes or more, mean correlation of 5 ms
    counts.
    """

    rate: float
    cv: float
    correlation: float


class Synapses(NamedTuple):
    """Connections among all neurons, their one weight (mV), delay (ms), and what they act on in
    Brian2 and here.
    """

    edges: Connectivity
    weight: float
    delay: float
    variable: str
    receptor: str | None


class Case(NamedTuple):
    """A network for both sides; `drive` is rate (Hz) and weight (mV) of each neuron's own Poisson
    input.
    """

    v0: NDArray[np.float64]
    synapses: tuple[Synapses, ...]
    equations: str
    levels: dict[str, float]
    model: Any
    drive: tuple[float, float] | None


def figures(step: NDArray[Any], i: NDArray[Any], n: int) -> Figures:
    """The three figures of one run, neuron by neuron."""
    trains = [np.sort(step[i == k]) for k in range(n)]
    gaps = [np.diff(train) for train in trains if len(train) >= 5]
    cv = np.mean([gap.std() / gap.mean() for gap in gaps])
    bins = np.arange(0, DURATION / DT + 1, 5 / DT)
    counts = np.array(
        [np.histogram(train, bins)[0] for train in trains if len(train)][:150]
    )
    pairs = np.corrcoef(counts)[np.triu_indices(len(counts), 1)]
    return Figures(len(step) / n / DURATION * 1000, float(cv), float(pairs.mean()))


def among_all(rule: Any, first: int, last: int, n: int) -> Connectivity:
    """Connect neurons first..last-1 to all n."""
    pre, post = rule.build(last - first, n, np.random.default_rng(first)).edges()
    return Connectivity.from_edges(pre + first, post, n_pre=n, n_post=n)


def cuba(n: int) -> Case:
    """Vogels-Abbott 2005 in the form of Brette et al. 2007: 80 synapses and 0.1 ms delay, as at any
    size.
    """
    edges = [
        among_all(Bernoulli(80 / n), *span, n)
        for span in ((0, n * 4 // 5), (n * 4 // 5, n))
    ]
    equations = """dv/dt = (rest - v + i_exc + i_inh) / tau : volt (unless refractory)
    di_exc/dt = -i_exc / tau_exc : volt
    di_inh/dt = -i_inh / tau_inh : volt"""
    levels = {
        "rest": -49.0,
        "limit": -50.0,
        "back": -60.0,
        "tau": 20.0,
        "tau_exc": 5.0,
        "tau_inh": 10.0,
        "t_ref": 5.0,
    }
    return Case(
        np.random.default_rng(0).uniform(-60, -50, n),
        (
            Synapses(edges[0], 1.62, 0.1, "i_exc", "exc"),
            Synapses(edges[1], -9.0, 0.1, "i_inh", "inh"),
        ),
        equations,
        levels,
        LIFExp(v_rest=-49.0, v_threshold=-50.0, v_reset=-60.0, t_ref=5.0),
        None,
    )


def brunel(n: int) -> Case:
    """Brunel 2000 at g = 5 and eta = 2, in-degrees of a tenth of each sort, C_E J = 100 mV as in
    the paper.
    """
    n_e = n * 4 // 5
    j = 100.0 / (n * 8 // 100)
    exc = among_all(FixedInDegree(n_e // 10), 0, n_e, n)
    inh = among_all(FixedInDegree((n - n_e) // 10), n_e, n, n)
    drive = 2 * 20.0 / (j * 20.0e-3)
    return Case(
        np.random.default_rng(0).uniform(0, 20, n),
        (Synapses(exc, j, 1.5, "v", None), Synapses(inh, -5 * j, 1.5, "v", None)),
        "dv/dt = -v / tau : volt (unless refractory)",
        {"limit": 20.0, "back": 0.0, "tau": 20.0, "t_ref": 2.0},
        LIF(v_rest=0.0, v_threshold=20.0, v_reset=0.0, t_ref=2.0),
        (drive, j),
    )


def brian_figures(case: Case) -> Figures:
    """Simulate with Brian2's NumPy target."""
    import brian2 as b
    from brian2.units import Hz, ms, mV

    b.prefs.codegen.target = "numpy"
    b.seed(1)
    units = {
        name: value * (ms if name.startswith("t") else mV)
        for name, value in case.levels.items()
    }
    events = {"threshold": "v > limit", "reset": "v = back", "refractory": units["t_ref"]}
    group = b.NeuronGroup(
        len(case.v0), case.equations, method="exact", namespace=units, **events
    )
    group.v = case.v0 * mV
    objects: list[Any] = [group]
    for wire in case.synapses:
        on_pre = f"{wire.variable}_post += weight"
        given = {"delay": wire.delay * ms, "namespace": {"weight": wire.weight * mV}}
        objects.append(b.Synapses(group, group, on_pre=on_pre, **given))
        pre, post = wire.edges.edges()
        objects[-1].connect(i=pre, j=post)
    if case.drive is not None:
        rate, weight = case.drive
        objects.append(
            b.PoissonInput(group, "v", N=100, rate=rate / 100 * Hz, weight=weight * mV)
        )
    monitor = b.SpikeMonitor(group)
    b.Network(*objects, monitor).run(DURATION * ms, namespace={})
    step = np.rint(np.asarray(monitor.t / ms) / DT).astype(int)
    return figures(step, np.asarray(monitor.i), len(case.v0))


def our_figures(case: Case) -> Figures:
    """Simulate with ours."""
    parts: list[Any] = [Population("N", len(case.v0), case.model, initial={"v": case.v0})]
    for wire in case.synapses:
        given: dict[str, Any] = {
            "weight": wire.weight,
            "delay": wire.delay,
            "receptor": wire.receptor,
        }
        parts.append(Projection("N", "N", wire.edges, label=f"N{wire.weight:+g}", **given))
    if case.drive is not None:
        parts.append(PoissonInput("N", *case.drive))
    simulator = Simulator(Network(parts), dt=DT, seed=1, threads=2)
    simulator.run(DURATION)
    spikes = simulator.spikes("N")
    return figures(spikes.step, spikes.i, len(case.v0))


@pytest.mark.parametrize("case", [cuba(2000), brunel(1250)], ids=["cuba", "brunel"])
def test_activity_agrees_with_brian2(case: Case) -> None:
    """Rate within 5 %, CV within 0.04, correlation within 0.01: twice what another seed changes."""
    ours, peer = our_figures(case), brian_figures(case)
    assert peer.rate > 4, "the network must be active for the comparison to mean anything"
    assert ours.rate == pytest.approx(peer.rate, rel=0.05)
    assert ours.cv == pytest.approx(peer.cv, abs=0.04)
    assert ours.correlation == pytest.approx(peer.correlation, abs=0.01)
