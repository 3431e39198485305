"""Models that Brian2's users know, written as equations here and there: the same spikes, step for
step where both take the same steps, else within a few steps.

The models are those of Brian2's collection of examples, but for those of noise (`reliability`,
`non_reliability`, Brunel & Hakim), which have no spikes to compare, and those of synapses.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource, from_equations

pytest.importorskip("brian2", reason="Brian2 is the oracle")
pytest.importorskip("sympy", reason="equations are read by sympy")

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)

N, SOURCES = 40, 20


@dataclass(frozen=True)
class Example:
    """A model in both words: equations, condition and reset as Brian2 reads them, and ours.

    `values` are numbers in ms, mV, nS and the like with their units; arrays are one a neuron.
    `wires` names the variable that excites and the one that inhibits, with the weight of either.
    """

    equations: str
    threshold: str
    reset: str
    values: dict[str, tuple[Any, str]]
    method: str = ""
    theirs: str = "exact"
    t_ref: float = 0.0
    wires: dict[str, float] = field(default_factory=dict)
    unit: str = "mV"
    start: dict[str, Any] = field(default_factory=dict)
    dt: float = 0.1
    ms: float = 100.0
    within: int = 0


RNG = np.random.default_rng(3)
SPREAD = RNG.uniform(0.0, 1.0, N)
TIMES = np.unique(RNG.integers(0, 900, 600) * SOURCES + RNG.integers(0, SOURCES, 600))

CUBA = Example(
    """
    dv/dt = (ge + gi - (v - el)) / tau_m : mV
    dge/dt = -ge / tau_e : mV
    dgi/dt = -gi / tau_i : mV
    """,
    "v > vt",
    "v = vr",
    {"tau_m": (20.0, "ms"), "tau_e": (5.0, "ms"), "tau_i": (10.0, "ms")}
    | {"vt": (-50.0, "mV"), "vr": (-60.0, "mV"), "el": (-49.0, "mV")},
    t_ref=5.0,
    wires={"ge": 3.25, "gi": -1.25},
    start={"v": -60.0 + 10.0 * SPREAD},
)
IF_CURVE = Example(
    "dv/dt = (v0 - v) / tau : mV",
    "v > limit",
    "v = 0 * mV",
    {"tau": (10.0, "ms"), "v0": (20.0 * SPREAD, "mV"), "limit": (10.0, "mV")},
    t_ref=5.0,
)
ADAPTIVE_THRESHOLD = Example(
    "dv/dt = -v / tau : mV\ndvt/dt = (rest - vt) / tau_t : mV",
    "v > vt",
    "v = 0 * mV; vt += 3 * mV",
    {"tau": (10.0, "ms"), "tau_t": (15.0, "ms"), "rest": (10.0, "mV")},
    wires={"v": 4.0},
    start={"vt": 10.0},
    ms=90.0,
)
# what oscillates is written as two variables, since equations here hold no time
PHASE_LOCKING = Example(
    """
    dv/dt = (-v + a * x + b) / tau : mV
    dx/dt = omega * y : 1
    dy/dt = -omega * x : 1
    """,
    "v > limit",
    "v = 0 * mV",
    {"tau": (20.0, "ms"), "a": (0.3 + 2.0 * SPREAD, "mV"), "b": (1.5, "mV")}
    | {"omega": (2 * np.pi / 100.0, "1/ms"), "limit": (1.0, "mV")},
    theirs="rk4",
    start={"y": 1.0, "v": SPREAD},
    ms=300.0,
)
# its volleys come from the sources, its noise is left out
SYNFIRE = Example(
    """
    dv/dt = (-(v - vr) + x) / tau_m : mV
    dx/dt = (-x + y) / tau_psp : mV
    dy/dt = -y / tau_psp + push : mV
    """,
    "v > vt",
    "v = vr",
    {"tau_m": (10.0, "ms"), "tau_psp": (0.325, "ms"), "vt": (-55.0, "mV")}
    | {"vr": (-70.0, "mV"), "push": (25.0 + 25.0 * SPREAD, "mV/ms")},
    t_ref=1.0,
    wires={"y": 8.0},
    start={"v": -70.0},
)
AXON = """
    a_m = 0.32 / ms * (4 * mV) / mV * exprel((13 * mV - v + vt) / (4 * mV))**-1 : 1/ms
    b_m = 0.28 / ms * (5 * mV) / mV * exprel((v - vt - 40 * mV) / (5 * mV))**-1 : 1/ms
    a_h = 0.128 / ms * exp((17 * mV - v + vt) / (18 * mV)) : 1/ms
    b_h = 4 / ms / (1 + exp((40 * mV - v + vt) / (5 * mV))) : 1/ms
    a_n = 0.032 / ms * (5 * mV) / mV * exprel((15 * mV - v + vt) / (5 * mV))**-1 : 1/ms
    b_n = 0.5 / ms * exp((10 * mV - v + vt) / (40 * mV)) : 1/ms
    dm/dt = a_m * (1 - m) - b_m * m : 1
    dn/dt = a_n * (1 - n) - b_n * n : 1
    dh/dt = a_h * (1 - h) - b_h * h : 1
    i_ion = g_na * m**3 * h * (e_na - v) + g_k * n**4 * (e_k - v) + g_l * (e_l - v) : pA
"""
CHANNELS = {"c_mem": (200.0, "pF"), "g_l": (10.0, "nS"), "e_l": (-60.0, "mV")} | {
    "g_na": (20000.0, "nS"),
    "g_k": (6000.0, "nS"),
    "e_na": (50.0, "mV"),
    "e_k": (-90.0, "mV"),
    "vt": (-63.0, "mV"),
}
COBAHH = Example(
    AXON
    + """
    i_syn = ge * (e_e - v) + gi * (e_i - v) : pA
    dv/dt = (i_ion + i_syn) / c_mem : mV
    dge/dt = -ge / tau_e : nS
    dgi/dt = -gi / tau_i : nS
    """,
    "v > -20 * mV",
    "",
    CHANNELS
    | {
        "e_e": (0.0, "mV"),
        "e_i": (-80.0, "mV"),
        "tau_e": (5.0, "ms"),
        "tau_i": (10.0, "ms"),
    },
    theirs="exponential_euler",
    t_ref=3.0,
    wires={"ge": 20.0, "gi": 12.0},
    unit="nS",
    start={"v": -65.0 + 5.0 * SPREAD, "ge": 30.0 * SPREAD},
    dt=0.02,
    ms=20.0,
    within=15,
)
IF_CURVE_HH = Example(
    AXON + "\n    dv/dt = (i_ion + i_in) / c_mem : mV\n",
    "v > -40 * mV",
    "",
    CHANNELS | {"i_in": (700.0 * SPREAD, "pA")},
    theirs="exponential_euler",
    t_ref=3.0,
    start={"v": -60.0},
    dt=0.04,
    ms=50.0,
)
WANG_BUZSAKI = Example(
    """
    a_m = 0.1 * (10 * mV) / mV / ms * exprel(-(v + 35 * mV) / (10 * mV))**-1 : 1/ms
    b_m = 4 / ms * exp(-(v + 60 * mV) / (18 * mV)) : 1/ms
    m = a_m / (a_m + b_m) : 1
    a_h = 0.07 / ms * exp(-(v + 58 * mV) / (20 * mV)) : 1/ms
    b_h = 1 / ms / (exp(-0.1 / mV * (v + 28 * mV)) + 1) : 1/ms
    a_n = 0.01 * (10 * mV) / mV / ms * exprel(-(v + 34 * mV) / (10 * mV))**-1 : 1/ms
    b_n = 0.125 / ms * exp(-(v + 44 * mV) / (80 * mV)) : 1/ms
    dh/dt = 5 * (a_h * (1 - h) - b_h * h) : 1
    dn/dt = 5 * (a_n * (1 - n) - b_n * n) : 1
    i_na = g_na * m**3 * h * (v - e_na) : pA
    i_k = g_k * n**4 * (v - e_k) : pA
    dv/dt = (-i_na - i_k - g_l * (v - e_l) + i_in) / c_mem : mV
    """,
    "v > 0 * mV",
    "",
    {"c_mem": (100.0, "pF"), "g_l": (10.0, "nS"), "e_l": (-65.0, "mV")}
    | {"g_na": (3500.0, "nS"), "e_na": (55.0, "mV"), "g_k": (900.0, "nS")}
    | {"e_k": (-90.0, "mV"), "i_in": (500.0 * SPREAD, "pA")},
    method="rk4",
    theirs="rk4",
    t_ref=2.0,
    start={"v": -70.0, "h": 1.0},
    dt=0.04,
    ms=50.0,
)
ADEX = Example(
    """
    dv/dt = (g_l * (e_l - v) + g_l * d_t * exp((v - vt) / d_t) + i_in - w) / c_mem : mV
    dw/dt = (a * (v - e_l) - w) / tau_w : pA
    """,
    "v > cut",
    "v = vr; w += b",
    {"c_mem": (281.0, "pF"), "g_l": (30.0, "nS"), "e_l": (-70.6, "mV")}
    | {"vt": (-50.4, "mV"), "d_t": (2.0, "mV"), "cut": (-40.4, "mV")}
    | {"tau_w": (144.0, "ms"), "a": (4.0, "nS"), "b": (80.5, "pA")}
    | {"vr": (-70.6, "mV"), "i_in": (700.0 + 1500.0 * SPREAD, "pA")},
    method="euler",
    theirs="euler",
    start={"v": -70.6},
)
IZHIKEVICH = Example(
    """
    dv/dt = 0.04 / ms / mV * v**2 + 5 / ms * v + 140 * mV / ms - u + i_in : mV
    du/dt = a * (b * v - u) : mV/ms
    """,
    "v > peak",
    "v = c; u += d",
    {"a": (0.02 + 0.08 * SPREAD, "1/ms"), "b": (0.2, "1/ms"), "c": (-65.0, "mV")}
    | {"d": (8.0 - 6.0 * SPREAD, "mV/ms"), "peak": (30.0, "mV"), "i_in": (12.0, "mV/ms")},
    method="euler",
    theirs="euler",
    wires={"v": 4.0},
    start={"v": -65.0, "u": -13.0},
)
EXAMPLES = {
    "CUBA": CUBA,
    "COBAHH": COBAHH,
    "IF_curve_LIF": IF_CURVE,
    "IF_curve_Hodgkin_Huxley": IF_CURVE_HH,
    "adaptive_threshold": ADAPTIVE_THRESHOLD,
    "phase_locking": PHASE_LOCKING,
    "Diesmann_et_al_1999": SYNFIRE,
    "Wang_Buszaki_1996": WANG_BUZSAKI,
    "Brette_Gerstner_2005": ADEX,
    "Izhikevich": IZHIKEVICH,
}


def wiring(example: Example, number: int, n_pre: int) -> Connectivity:
    """The same synapses for both, some with a delay."""
    rng = np.random.default_rng([number, n_pre])
    pre, post = np.nonzero(rng.random((n_pre, N)) < 0.15)
    late = rng.integers(0, 20, len(pre))
    weight = list(example.wires.values())[number]
    return Connectivity.from_edges(
        pre, post, n_pre=n_pre, n_post=N, weight=weight, delay_steps=late
    )


def source_spikes(example: Example) -> tuple[np.ndarray, np.ndarray]:
    steps = TIMES // SOURCES
    return steps * example.dt, (TIMES % SOURCES).astype(np.int32)


def our_spikes(example: Example) -> list[tuple[int, int]]:
    kind = from_equations(
        example.equations,
        threshold=example.threshold,
        reset=example.reset,
        parameters={
            k: f"{float(np.mean(x))!r} {unit}" for k, (x, unit) in example.values.items()
        },
        receptors={name: name for name in example.wires},
        initial={"v": 0.0},
        method=example.method,
        rests=["v"] if example.t_ref and example.theirs == "exact" else None,
    )
    each = {name: x for name, (x, _) in example.values.items() if np.ndim(x)}
    start = {name: np.broadcast_to(x, N).astype(float) for name, x in example.start.items()}
    parts: list[Any] = [
        Population("N", N, kind(t_ref=example.t_ref, **each), start, mode="clock"),
        Population("S", SOURCES, SpikeSource(*source_spikes(example))),
    ]
    for number, receptor in enumerate(example.wires):
        for pre, n_pre in (("N", N), ("S", SOURCES)):
            built = wiring(example, number, n_pre)
            label = f"{pre}-{receptor}"
            parts.append(Projection(pre, "N", built, receptor=receptor, label=label))
    sim = Simulator(Network(*parts), dt=example.dt)
    sim.run(example.ms)
    record = sim.spikes("N")
    return sorted(zip(record.step.tolist(), record.i.tolist(), strict=True))


def brian_spikes(example: Example) -> list[tuple[int, int]]:
    """The same by Brian2's NumPy target."""
    import brian2 as b

    b.prefs.codegen.target = "numpy"
    named = {"ms": b.ms, "mV": b.mV, "pA": b.pA, "nS": b.nS, "pF": b.pF}
    units = {unit: eval(unit, dict(named)) for _, unit in example.values.values()}
    base = {"mV": "volt", "nS": "siemens", "pA": "amp", "1/ms": "hertz", "1": "1"}
    base["mV/ms"] = "volt/second"
    lines = []
    for line in filter(None, map(str.strip, example.equations.splitlines())):
        text, _, unit = line.rpartition(" : ")
        rests = " (unless refractory)" if text.startswith("dv/") and _rests(example) else ""
        lines.append(f"{text} : {base[unit]}{rests}")
    constants = {k: x * units[u] for k, (x, u) in example.values.items() if not np.ndim(x)}
    each = {k: x * units[u] for k, (x, u) in example.values.items() if np.ndim(x)}
    lines += [
        f"{k} : {base[u]} (constant)" for k, (x, u) in example.values.items() if k in each
    ]
    dt = b.defaultclock.dt = example.dt * b.ms
    group = b.NeuronGroup(
        N,
        "\n".join(lines),
        threshold=example.threshold,
        reset=example.reset.replace("; ", "\n"),
        refractory=example.t_ref * b.ms if example.t_ref else False,
        method=example.theirs,
        namespace=constants,
        dt=dt,
    )
    for name, value in each.items():
        setattr(group, name, value)
    state_units = {"v": b.mV, "vt": b.mV, "u": b.mV / b.ms, "ge": b.nS}
    for name, value in example.start.items():
        setattr(group, name, value * state_units.get(name, 1))
    times, indices = source_spikes(example)
    source = b.SpikeGeneratorGroup(SOURCES, indices, times * b.ms, dt=dt)
    objects: list[Any] = [group, source]
    unit = named[example.unit]
    blocked = " * int(not_refractory)" if example.t_ref and _rests(example) else ""
    for number, (variable, weight) in enumerate(example.wires.items()):
        held = blocked if variable == "v" else ""
        for pre in (group, source):
            built = wiring(example, number, len(pre))
            synapses = b.Synapses(
                pre,
                group,
                on_pre=f"{variable}_post += w{held}",
                namespace={"w": weight * unit},
            )
            i, j = built.edges()
            synapses.connect(i=i, j=j)
            synapses.pre.delay = built.delay_steps_array() * dt
            objects.append(synapses)
    monitor = b.SpikeMonitor(group)
    b.Network(*objects, monitor).run(example.ms * b.ms, namespace={})
    steps = np.rint(np.asarray(monitor.t / dt)).astype(int)
    return sorted(zip(steps.tolist(), np.asarray(monitor.i).tolist(), strict=True))


def _rests(example: Example) -> bool:
    """Axons have no reset and go on through their refractoriness."""
    return bool(example.reset and example.t_ref)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_spikes_are_those_of_brian2(name: str) -> None:
    example = EXAMPLES[name]
    expected = brian_spikes(example)
    assert len(expected) > 60
    ours = our_spikes(example)
    if not example.within:
        assert ours == expected
        return
    ours, expected = (sorted(spikes, key=lambda s: s[::-1]) for spikes in (ours, expected))
    assert [i for _, i in ours] == [i for _, i in expected]
    late = [a - b for (a, _), (b, _) in zip(ours, expected, strict=True)]
    assert max(map(abs, late)) <= example.within
