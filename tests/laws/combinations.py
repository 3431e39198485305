"""Networks drawn at random from all that can be declared, what is changed while they run, and how
they are held against the law.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from neurosparse.network import (
    GapJunction,
    Graded,
    Logistic,
    Network,
    Population,
    Projection,
)
from neurosparse.neurons import (
    LIF,
    IntegrateFire,
    LIFExp,
    PoissonSource,
    Receptor,
    SpikeSource,
    from_equations,
    with_receptors,
)
from neurosparse.plasticity import (
    Composed,
    DopamineSTDP,
    GraupnerBrunel,
    InhibitorySTDP,
    MultiplicativeSTDP,
    PairSTDP,
    TripletSTDP,
    TsodyksMarkram,
)
from neurosparse.stimuli import (
    OUCurrent,
    PoissonInput,
    RampCurrent,
    SineCurrent,
    StepCurrent,
)
from tests.engine.networks import random_connectivity

N_PRE = 12
N_POST = 70  # two slices
N_BESIDE = 30
STEPS = 150
SAVED = 43  # a step between edits, with spikes under way
CALCIUM = GraupnerBrunel(w_max=4.0, tau=15_000.0)
RULES = {
    "fixed": None,
    "pair": PairSTDP(0.05, 0.06, w_max=4.0, mu=0.5),
    "nearest": PairSTDP(0.05, 0.06, w_max=4.0, nearest=True),
    "multiplicative": MultiplicativeSTDP(0.05, 0.06, mu=0.4),
    "triplet": TripletSTDP(w_max=4.0),
    "dopamine": DopamineSTDP(),
    "inhibitory": InhibitorySTDP(eta=0.05, rate=10.0, strongest=4.0),
    "calcium": Composed(PairSTDP(0.05, 0.06, w_max=4.0, mu=0.5), CALCIUM),
    "rewarded": Composed(TripletSTDP(w_max=4.0), DopamineSTDP()),
}
BRIEF = TsodyksMarkram(use=0.7, tau_rec=15.0, tau_facil=5.0)
BRIEFLY = ("fixed", "pair", "calcium")  # which rules are drawn beside it


class Kind(NamedTuple):
    """A model that fires at weights of about 1, by its parameters in mV above rest."""

    make: Any
    rest: float
    rise: float  # of the threshold above rest
    excites: str | None
    inhibits: str | None
    sign: float  # of an inhibitory weight
    sleeps: bool = False
    sums: bool = False  # values into a receptor of their own


CELL = with_receptors(ampa=Receptor(3.0), gaba=Receptor(5.0, 1.0, reversal=-75.0))
NOISY = from_equations(
    "dv/dt = (v_rest - v + pool + i_ext) / tau_mem + sigma * sqrt(2 / tau_mem) * xi",
    threshold="v > v_threshold",
    reset="v = v_reset",
    receptors={"delta": "v", "pool": "pool"},
    parameters={
        "tau_mem": 8.0,
        "sigma": 0.4,
        "v_rest": 0.0,
        "v_threshold": 2.5,
        "v_reset": 0.0,
        "i_ext": 0.0,
        "t_ref": 0.5,
    },
    name="Noisy",
)
LEVELS = {"v_rest": 0.0, "v_reset": 0.0, "tau_mem": 8.0, "t_ref": 0.5}
KINDS = {
    "jumps": Kind(lambda **v: LIF(**LEVELS, **v), 0.0, 2.5, None, None, -1.0, True),
    "currents": Kind(
        lambda **v: LIFExp(**LEVELS, **({"r_mem": 2.0} | v)),
        0.0,
        2.5,
        "exc",
        "inh",
        -1.0,
        True,
    ),
    "receptors": Kind(
        lambda **v: CELL(c_mem=40.0, g_leak=4.0, v_reset=-70.0, t_ref=0.7, **v),
        -70.0,
        12.0,
        "ampa",
        "gaba",
        1.0,
    ),
    "gathering": Kind(
        lambda **v: IntegrateFire(**({"tau_syn": 3.0, "t_ref": 0.5} | v)),
        0.0,
        10.0,
        None,
        None,
        -1.0,
    ),
    "noisy": Kind(NOISY, 0.0, 2.5, "delta", "delta", -1.0, sums=True),
}
# kinds of values in every step, with the population that they come from
CARRIED = {
    "graded": ("E", Graded("v", Logistic(-68.0, 2.0))),
    "linear": ("F", Graded("v")),
    "joined": ("E", GapJunction()),
    "across": ("F", GapJunction(rectifies=True)),
}


class Drawn(NamedTuple):
    """One combination."""

    rule: str
    late: bool
    mode: str
    threads: int
    cut: bool
    alike: bool = False
    rewired: bool = False
    reweighed: bool = False
    saved: bool = False
    tied: bool = False
    brief: bool = False
    company: bool = False
    seed: int = 3
    kind: str = "jumps"
    differ: tuple[str, ...] = ()  # populations whose parameters do
    stimuli: tuple[tuple[str, str], ...] = ()  # each with its population
    values: tuple[str, ...] = ()
    silenced: bool = False
    retuned: bool = False
    moved: bool = False
    source: str = "poisson"

    @property
    def beside(self) -> bool:
        """Whether there is a population F."""
        ends = {*self.differ, *(name for _, name in self.stimuli)}
        return self.company or "F" in ends or any(CARRIED[v][0] == "F" for v in self.values)

    @property
    def awake(self) -> frozenset[str]:
        """The populations that cannot be in event mode."""
        names = {*self.differ, *(name for _, name in self.stimuli)}
        if self.values:
            names |= {"E", *(CARRIED[v][0] for v in self.values)}
        return frozenset(names if KINDS[self.kind].sleeps else "EF")

    def mode_of(self, name: str) -> str:
        """The mode that a population is declared with."""
        return "auto" if self.mode == "event" and name in self.awake else self.mode


def drawn_by(kinds, stimuli, values):
    """The space of all combinations with these."""
    ends = st.sampled_from("EF")
    pairs = st.tuples(st.sampled_from(stimuli), ends)
    return st.builds(
        Drawn,
        rule=st.sampled_from(sorted(RULES)),
        late=st.booleans(),
        mode=st.sampled_from(["clock", "event", "auto"]),
        threads=st.sampled_from([1, 2]),
        cut=st.booleans(),
        alike=st.booleans(),
        rewired=st.booleans(),
        reweighed=st.booleans(),
        saved=st.booleans(),
        tied=st.booleans(),
        brief=st.booleans(),
        company=st.booleans(),
        seed=st.integers(0, 2**16),
        kind=st.sampled_from(kinds),
        differ=st.sampled_from([(), (), ("E",), ("F",), ("E", "F")]),
        stimuli=st.lists(pairs, max_size=3).map(tuple),
        values=st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
        if values
        else st.just(()),
        silenced=st.booleans(),
        retuned=st.booleans(),
        moved=st.booleans(),
        source=st.sampled_from(["poisson", "rates", "spikes"]),
    )


def model_of(drawn, rng, name):
    """The model of E or F; F fires earlier, and what differs between neurons may differ."""
    kind = KINDS[drawn.kind]
    n = N_POST if name == "E" else N_BESIDE
    rise = kind.rise * (1.0 if name == "E" else 0.8)
    values = {"v_threshold": kind.rest + rise}
    if name in drawn.differ:
        which = rng.integers(3)
        if which != 1:
            values["v_threshold"] = kind.rest + rise * (1 + rng.random(n) / 4)
        if which != 0:
            # what injected currents are multiplied by, or where the membrane settles
            gain = {"r_mem": 1 + rng.random(n)}
            shift = {"v_rest": kind.rest + kind.rise * rng.random(n) / 9}
            values |= gain if drawn.kind == "currents" else {"i_ext": rng.random(n)}
            values |= shift if drawn.kind == "receptors" else {}
    return kind.make(**values)


def source_of(drawn, rng):
    if drawn.source == "rates":
        return PoissonSource(60.0 + 120.0 * rng.random(N_PRE), start=1.0)
    if drawn.source == "spikes":
        chosen = np.unique(rng.integers(0, STEPS * N_PRE, 25))
        return SpikeSource(chosen // N_PRE * 0.1, chosen % N_PRE)
    return PoissonSource(120.0)


def stimulus_of(kind, name, drawn, rng):
    n = N_POST if name == "E" else N_BESIDE
    rise = KINDS[drawn.kind].rise * (4.0 if drawn.kind == "receptors" else 0.5)
    # windows within the run and over its end, one number or one a neuron
    start, stop = rng.integers(0, 60) / 10, rng.integers(70, 300) / 10
    each = rng.random() < 0.5
    high = rise * (0.5 + rng.random(n)) if each else rise
    window = {"start": start, "stop": stop}
    if kind == "profile":
        rate = rng.integers(0, 400, (4, n) if each else 4).astype(float)
        return PoissonInput(name, rate, 0.5, bin=2.0, start=start)
    if kind == "poisson":
        rate = 300.0 * rng.random(n) if each else 200.0
        receptor = KINDS[drawn.kind].excites
        weight = 0.25 + rng.random(n) if each else 0.75
        return PoissonInput(name, rate, weight, receptor=receptor, **window)
    if kind == "sine":
        return SineCurrent(name, high, frequency=80.0, phase=0.3, **window)
    if kind == "noise":
        return OUCurrent(name, high, tau=rng.choice([0.0, 3.0]), **window)
    return {"step": StepCurrent, "ramp": RampCurrent}[kind](name, high, **window)


STIMULI = ("poisson", "profile", "step", "ramp", "sine", "noise")


def carried_by(value, drawn, rng):
    pre, transmits = CARRIED[value]
    kind = KINDS[drawn.kind]
    late = 6 if drawn.late and isinstance(transmits, Graded) else 0
    n = N_POST if pre == "E" else N_BESIDE
    wiring = random_connectivity(rng, n, N_POST, 0.05, late)
    if value == "joined":
        ends, others = wiring.edges()
        wiring = wiring.without(np.flatnonzero(ends >= others))  # each pair once
    if not late:
        wiring = wiring.with_delay_steps(0)
    weight = 0.02 if drawn.alike else rng.integers(1, 9, wiring.nnz) / 200
    if value == "linear" and drawn.kind == "receptors":
        weight = np.float32(1e-3)
    receptor = "pool" if kind.sums and isinstance(transmits, Graded) else None
    wiring = wiring.with_weight(weight)
    return Projection(
        pre, "E", wiring, transmits=transmits, receptor=receptor, label=f"{value} values"
    )


def drawn_network(drawn):
    rng = np.random.default_rng(drawn.seed)
    kind = KINDS[drawn.kind]
    late = 9 if drawn.late else 0
    onto = random_connectivity(rng, N_PRE, N_POST, 0.4, late)
    back = random_connectivity(rng, N_POST, N_POST, 0.1, late)
    strong = (rng.integers(4, 13, onto.nnz) / 8).astype(np.float32)
    weak = (rng.integers(1, 5, back.nnz) / 8).astype(np.float32)
    if drawn.alike:
        strong, weak = 1.0, 0.25
    rule = RULES[drawn.rule]
    brief = BRIEF if drawn.brief and drawn.rule in BRIEFLY else None
    both = {"plasticity": rule, "short_term": brief, "receptor": kind.excites}
    # only projections that both have one weight, or both one a synapse, are walked together
    less = kind.sign * (weak if drawn.tied and not drawn.alike else np.float32(0.25))
    more = np.random.default_rng(drawn.seed + 5)
    return Network(
        Population("S", N_PRE, source_of(drawn, more)),
        Population("E", N_POST, model_of(drawn, more, "E"), mode=drawn.mode_of("E")),
        Projection("S", "E", onto.with_weight(strong), **both),
        Projection("E", "E", back.with_weight(weak), **both),
        Projection("E", "E", back.with_weight(less), receptor=kind.inhibits, label="E-|E"),
        company(drawn, more) if drawn.beside else [],
        [stimulus_of(what, name, drawn, more) for what, name in drawn.stimuli],
        [carried_by(value, drawn, more) for value in drawn.values],
    )


def company(drawn, more):
    """Populations of the same model beside E, which are advanced with it; one of them drives it."""
    rng = np.random.default_rng(drawn.seed + 2)
    late = 9 if drawn.late else 0
    kind = KINDS[drawn.kind]
    onto = random_connectivity(rng, N_PRE, N_BESIDE, 0.4, late)
    back = random_connectivity(rng, N_BESIDE, N_POST, 0.1, late)
    model = model_of(drawn, more, "F")
    high = 2.0 * kind.rise * (4.0 if drawn.kind == "receptors" else 1.0)
    alone = replace(kind.make(v_threshold=kind.rest + kind.rise), i_ext=high)
    return [
        Population("F", N_BESIDE, model, mode=drawn.mode_of("F")),
        Population("G", 3, alone),
        Projection("S", "F", onto.with_weight(1.0), receptor=kind.excites),
        Projection("F", "E", back.with_weight(0.25), receptor=kind.excites),
    ]
