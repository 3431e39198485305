"""Small deterministic networks fire the same spikes, step for step and neuron for neuron, as in
Brian2.

Each network is recurrent and driven by constant currents and by given spikes; weights are multiples
of 1/16 so that single precision holds them exactly, and the state is double precision on both
sides.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, Izhikevich, LIFExp, SpikeSource

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)

DT, DURATION = 0.1, 150.0
N, SOURCES = 60, 20
REST = -65.0
THRESHOLD = -50.0
RESET = -60.0

Delay = float | str
SpikeList = list[tuple[int, int]]


@dataclass(frozen=True)
class Circuit:
    """One network as plain arrays; `refractory` and `delay` are one number or 'mixed', in ms.

    A `quiet` network has one subthreshold current for all and fires by its input alone, so that
    neurons can sleep.
    """

    model: str
    refractory: Delay
    delay: Delay
    quiet: bool = False

    @property
    def rng(self) -> np.random.Generator:
        """The same stream at every call, so that both simulators draw the same network."""
        return np.random.default_rng(7)

    def parts(self) -> dict[str, Any]:
        """Draw currents, starts, source spikes and the two projections."""
        rng = self.rng
        n_times = 2400 if self.quiet else 600
        times = np.sort(rng.integers(0, round(DURATION / DT), n_times))
        where = rng.integers(0, SOURCES, n_times)
        once = np.unique(times * SOURCES + where)  # a source fires at most once in a step
        return {
            "i_ext": 8.0 if self.quiet else rng.uniform(8.0, 18.0, N),
            "v0": rng.uniform(REST, THRESHOLD, N),
            "t_ref": self._refractory(rng),
            "times": (once // SOURCES) * DT,
            "indices": (once % SOURCES).astype(np.int32),
            "recurrent": self._wire(rng, N),
            "input": self._wire(rng, SOURCES),
        }

    def _refractory(self, rng: np.random.Generator) -> Any:
        return (
            rng.integers(0, 40, N) * DT if self.refractory == "mixed" else self.refractory
        )

    def _wire(self, rng: np.random.Generator, n_pre: int) -> Connectivity:
        pre, post = np.nonzero(rng.random((n_pre, N)) < 0.2)
        weight = rng.integers(4, 17, len(pre)) / (16.0 if self.model == "delta" else 4.0)
        weight[pre % 4 == 0] *= -2.0
        delay: Any = rng.integers(0, 40, len(pre))
        if self.delay != "mixed":
            delay = round(float(self.delay) / DT)
        return Connectivity.from_edges(
            pre, post, n_pre=n_pre, n_post=N, weight=weight, delay_steps=delay
        )


def by_sign(edges: Connectivity) -> dict[str, NDArray[np.bool_]]:
    """Which synapses excite and which inhibit, in CSR order."""
    weight = edges.weights_array()
    return {"exc": weight > 0, "inh": weight < 0}


def brian_spikes(circuit: Circuit) -> SpikeList:
    """Simulate with Brian2's NumPy target; returns (step, neuron), sorted."""
    import brian2 as b
    from brian2.units import ms, mV

    b.prefs.codegen.target = "numpy"
    parts = circuit.parts()
    constants = {
        "rest": REST * mV,
        "limit": THRESHOLD * mV,
        "back": RESET * mV,
        "tau": 20 * ms,
    }
    constants |= {"tau_exc": 5 * ms, "tau_inh": 10 * ms}
    currents = {
        "delta": "",
        "exp": "di_exc/dt = -i_exc / tau_exc : volt\ndi_inh/dt = -i_inh / tau_inh : volt",
    }[circuit.model]
    unless = "(unless refractory)" if circuit.refractory else ""
    inputs = {"delta": "", "exp": " + i_exc + i_inh"}[circuit.model]
    group = b.NeuronGroup(
        N,
        f"dv/dt = (rest - v + i_ext{inputs}) / tau : volt {unless}\n"
        f"i_ext : volt\nt_ref : second\n{currents}",
        threshold="v > limit",
        reset="v = back",
        refractory="t_ref" if circuit.refractory else False,
        method="exact",
        namespace=constants,
    )
    group.v = parts["v0"] * mV
    group.i_ext = parts["i_ext"] * mV
    group.t_ref = parts["t_ref"] * ms
    source = b.SpikeGeneratorGroup(SOURCES, parts["indices"], parts["times"] * ms)
    objects = [group, source]
    for pre, edges in ((group, parts["recurrent"]), (source, parts["input"])):
        for sign, chosen in by_sign(edges).items():
            target = "v" if circuit.model == "delta" else f"i_{sign}"
            synapses = b.Synapses(pre, group, "w : volt", on_pre=f"{target}_post += w")
            i, j = edges.edges()
            synapses.connect(i=i[chosen], j=j[chosen])
            synapses.w = edges.weights_array()[chosen].astype(float) * mV
            synapses.pre.delay = edges.delay_steps_array()[chosen] * DT * ms
            objects.append(synapses)
    monitor = b.SpikeMonitor(group)
    b.Network(*objects, monitor).run(DURATION * ms, namespace={})
    steps = np.rint(np.asarray(monitor.t / ms) / DT).astype(int)
    return sorted(zip(steps.tolist(), np.asarray(monitor.i).tolist(), strict=True))


def our_spikes(circuit: Circuit, mode: Any = "clock", threads: int = 1) -> SpikeList:
    """Simulate with ours; returns (step, neuron), sorted."""
    parts = circuit.parts()
    levels = {"v_rest": REST, "v_threshold": THRESHOLD, "v_reset": RESET}
    levels |= {"t_ref": parts["t_ref"], "i_ext": parts["i_ext"]}
    model = LIF(**levels) if circuit.model == "delta" else LIFExp(**levels)
    source = SpikeSource(parts["times"], parts["indices"])
    made: list[Any] = [
        Population("N", N, model, initial={"v": parts["v0"]}, mode=mode),
        Population("S", SOURCES, source),
    ]
    for pre, edges in (("N", parts["recurrent"]), ("S", parts["input"])):
        for sign, chosen in by_sign(edges).items():
            receptor = None if circuit.model == "delta" else sign
            kept = edges.without(np.flatnonzero(~chosen))
            made.append(
                Projection(pre, "N", kept, receptor=receptor, label=f"{pre}-{sign}")
            )
    simulator = Simulator(Network(made), dt=DT, seed=1, threads=threads)
    simulator.run(DURATION)
    spikes = simulator.spikes("N")
    return sorted(zip(spikes.step.tolist(), spikes.i.tolist(), strict=True))


TIMES: tuple[tuple[Delay, Delay], ...] = (
    (0.0, 0.0),
    (0.1, 0.1),
    (2.0, 1.5),
    (5.0, "mixed"),
    ("mixed", 1.5),
)
ACTIVE = [Circuit(model, *times) for model in ("delta", "exp") for times in TIMES]
QUIET = [
    Circuit(model, *times, quiet=True)
    for model in ("delta", "exp")
    for times in (*TIMES[:3], TIMES[4])
]


def name(circuit: Circuit) -> str:
    """A readable test id."""
    return f"{circuit.model}-refractory-{circuit.refractory}-delay-{circuit.delay}"


@pytest.mark.parametrize("circuit", ACTIVE, ids=name)
def test_clock_mode_fires_as_brian2(circuit: Circuit) -> None:
    """Currents of each neuron's own keep all awake: same steps, same neurons, on one thread and on
    two.
    """
    expected = brian_spikes(circuit)
    assert len(expected) > 100, (
        "the network must be active for the comparison to mean anything"
    )
    assert our_spikes(circuit, "clock") == expected
    assert our_spikes(circuit, "clock", threads=2) == expected


@pytest.mark.parametrize("circuit", QUIET, ids=name)
def test_event_mode_fires_as_brian2(circuit: Circuit) -> None:
    """Neurons that sleep between inputs fire in the same steps as those that Brian2 never lets
    sleep.
    """
    expected = brian_spikes(circuit)
    assert len(expected) > 100, (
        "the network must be active for the comparison to mean anything"
    )
    assert our_spikes(circuit, "event") == expected
    assert our_spikes(circuit, "event", threads=2) == expected
    assert our_spikes(circuit, "clock") == expected


@pytest.mark.filterwarnings("ignore:.*shorter than a step:UserWarning")
@pytest.mark.parametrize("refractory", [0.04, 0.27, 0.36, 1.99])
def test_refractoriness_between_steps_is_that_of_brian2(refractory: float) -> None:
    """It is rounded down, so that 0.27 ms are two steps of 0.1 ms."""
    circuit = Circuit("delta", refractory, 1.5)
    assert our_spikes(circuit, "clock") == brian_spikes(circuit)


@pytest.mark.parametrize("refractory", [0.0, 0.5])
def test_izhikevich_loses_input_as_brian2_does(refractory: float) -> None:
    """Input of the step in which it fires, or while it is refractory, is lost."""
    import brian2 as b2

    steps = [3, 4, 8, 9, 10, 20, 40]
    times = [step * DT for step in steps]
    neuron = b2.NeuronGroup(
        1,
        """dv/dt = (0.04*v**2 + 5*v + 140 - u) / ms : 1 (unless refractory)
        du/dt = 0.02 * (0.2*v - u) / ms : 1""",
        threshold="v > 30",
        reset="v = -65; u += 8",
        refractory=refractory * b2.ms,
        method="euler",
        dt=DT * b2.ms,
    )
    neuron.v = -65
    neuron.u = -13
    source = b2.SpikeGeneratorGroup(1, np.zeros(len(times)), times * b2.ms, dt=DT * b2.ms)
    synapse = b2.Synapses(source, neuron, on_pre="v += 120 * int(not_refractory)")
    synapse.connect()
    monitor = b2.SpikeMonitor(neuron)
    b2.Network(neuron, source, synapse, monitor).run(6 * b2.ms)
    expected = np.rint(np.asarray(monitor.t / b2.ms) / DT).astype(int).tolist()

    simulation = Simulator(
        Network(
            Population("in", 1, SpikeSource(times, [0] * len(times))),
            Population("out", 1, Izhikevich(t_ref=refractory)),
            Projection("in", "out", Connectivity.from_edges([0], [0]), weight=120.0),
        ),
        dt=DT,
    )
    simulation.run(6.0)
    assert simulation.spikes("out").step.tolist() == expected
    assert 4 in expected
    assert 5 not in expected
