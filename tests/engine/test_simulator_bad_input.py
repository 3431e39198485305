"""What cannot be meant is refused with one clear error, wherever it was written."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, SineCurrent, StepCurrent
from neurosparse.wiring import Bernoulli
from tests.engine.refused import ONE, TWO, edges, net, refuse, simulator, source

REFUSED = {
    # shapes
    "network in a network": (lambda: Network(net(), []), "Network: got Network"),
    "starts too many": (
        lambda: Population("A", 2, LIF(), initial={"v": np.zeros(3)}),
        r"'v'.*array \[2\]",
    ),
    "amplitudes too many": (
        lambda: net(ONE, StepCurrent("A", [1.0] * 3)),
        r"amplitude.*\[2\]",
    ),
    # delays
    "delay negative": (lambda: net(delay=-1.0), "delay: got -1.0 ms, wants 0 ms or more"),
    "delay NaN": (lambda: net(delay=np.nan), "delay: got nan"),
    "delay text": (lambda: net(delay="1"), "delay: got '1', wants a number"),
    "steps fraction": (
        lambda: edges(delay_steps=0.5),
        r"whole simulation steps.*round\(delay_ms / dt\)",
    ),
    "steps negative": (lambda: edges(delay_steps=-1), "delay_steps: got -1"),
    "steps too many": (lambda: edges(delay_steps=70_000), "from 0 to 65535"),
    # weights
    "weight NaN": (lambda: net(weight=np.nan), "weight: got nan, wants finite"),
    "weight NaN in it": (lambda: edges(weight=[np.nan]), "weight: got nan at position 0"),
    "a number for each synapse": (
        lambda: PairSTDP([0.1, 0.2], 0.1, w_max=1.0),
        r"PairSTDP.a_plus.*\[2\].*one number",
    ),
    "weight text": (lambda: net(weight="strong"), "weight: got 'strong', wants a number"),
    # numbers out of range
    "target out of range": (
        lambda: Connectivity.from_edges([0], [3], n_pre=2, n_post=3),
        "post: got 3 .* 0 to 2",
    ),
    "source negative": (
        lambda: Connectivity.from_edges([-1], [0], n_pre=2, n_post=3),
        "pre: got -1",
    ),
    "spike before the start": (
        lambda: source(times=[-1.0], indices=[0]),
        "times in ms, 0 or more",
    ),
    # names
    "population unknown": (
        lambda: Network(Projection("A", "BB", ONE), Population("A", 2, LIF())),
        "BB.*one of A",
    ),
    "target unknown": (lambda: net(ONE, StepCurrent("AA", 1.0)), "did you mean 'A'"),
    "receptor unknown": (lambda: net(receptor="dleta"), "did you mean 'delta'"),
    "input receptor": (
        lambda: net(ONE, PoissonInput("A", 1.0, 1.0, receptor="exc")),
        "one of delta",
    ),
    "projection unknown": (lambda: simulator().weights("A->C"), "did you mean 'A->B'"),
    "mode unknown": (
        lambda: Population("A", 2, LIF(), mode="evnt"),
        "did you mean 'event'",
    ),
    "name twice": (
        lambda: Network([Population("A", 2, LIF())] * 2),
        "Population.name.*not used before",
    ),
    # units
    "tau 0": (lambda: LIF(tau_mem=0.0), "LIF.tau_mem: got 0.0, wants a value above 0"),
    "rate negative": (lambda: PoissonSource(-1.0), "rates in Hz, 0 or more"),
    "window empty": (
        lambda: net(ONE, SineCurrent("A", 1.0, start=5.0, stop=1.0)),
        "before stop = 1.0",
    ),
    # durations
    "duration negative": (
        lambda: simulator().run(-1.0),
        "duration: got -1.0, wants a number, 0 or more",
    ),
    "duration infinite": (lambda: simulator().run(np.inf), "duration: got inf"),
    "duration text": (lambda: simulator().run("10"), "duration: got '10', wants a number"),
    "half a step": (
        lambda: simulator().step(1.5),
        "n: got 1.5, wants a whole number of steps",
    ),
    "asked never": (
        lambda: simulator().run_until(lambda s: False, every=0.0),
        "every.*at least dt",
    ),
    # kinds
    "no number of neurons": (
        lambda: Population("A", "ten", LIF()),
        "Population.n: got 'ten', wants a whole number",
    ),
    "infinitely many": (
        lambda: Population("A", np.inf, LIF()),
        "Population.n: got inf, wants a whole number",
    ),
    "no model": (
        lambda: Population("A", 2, "LIF"),
        r"model: got 'LIF', wants a neuron model",
    ),
    "no rule": (lambda: net(plasticity="stdp"), r"plasticity: got 'stdp', wants a rule"),
    "no wiring": (lambda: net([1, 2]), r"wiring: got \[1, 2\]"),
    "size and name turned": (
        lambda: Population(2, "A", LIF()),
        "Population.name: got 2, wants a name",
    ),
    "model not made": (
        lambda: Population("A", 2, LIF),
        "model: got <class .*LIF'>, wants a neuron model, as LIF",
    ),
    "rule not made": (
        lambda: net(plasticity=PairSTDP),
        "plasticity: got <class .*wants a rule",
    ),
    "wiring not made": (
        lambda: net(Bernoulli),
        "wiring: got <class .*wants a Connectivity or a wiring rule",
    ),
    "wiring of SciPy": (
        lambda: net(ONE.to_scipy()),
        r"wiring: got an array of float32 \[2, 3\].*FromData",
    ),
    "population itself": (
        lambda: Projection(Population("A", 2, LIF()), "B", ONE),
        "Projection.pre: got Population",
    ),
    "initial listed": (
        lambda: Population("A", 2, LIF(), initial=["v"]),
        r"initial: got \['v'\], wants a dict",
    ),
    "initial text": (
        lambda: Population("A", 2, LIF(), initial={"v": "rand()"}),
        r"\['v'\]: got 'rand\(\)', wants a",
    ),
    "one position": (
        lambda: Population("A", 2, LIF(), positions=3),
        r"positions: got shape \(\)",
    ),
    "parameter with a unit": (
        lambda: LIF(tau_mem="20 ms"),
        "LIF.tau_mem: got '20 ms', wants a number",
    ),
    "parameter None": (lambda: LIF(t_ref=None), "LIF.t_ref: got None, wants a number"),
    "parameter complex": (
        lambda: LIF(v_rest=[1j]),
        "LIF.v_rest: got .*1j.*, wants a number",
    ),
    "rate text": (
        lambda: PoissonInput("A", rate="5 Hz", weight=1.0),
        "PoissonInput.rate: got '5 Hz', wants a number",
    ),
    "input weight text": (
        lambda: net(ONE, PoissonInput("A", 1.0, "w")),
        "PoissonInput.weight: got 'w', wants a number",
    ),
    "start text": (
        lambda: net(ONE, StepCurrent("A", 1.0, start="1")),
        "StepCurrent.start: got '1', wants a finite number",
    ),
    "tau text": (
        lambda: OUCurrent("A", 1.0, tau="5"),
        "OUCurrent.tau: got '5', wants a number",
    ),
    "times text": (
        lambda: source(times=["a"], indices=[0]),
        r"SpikeSource.times: got \['a'\], wants a number",
    ),
    "rate beyond tables": (
        lambda: Simulator(net(ONE, PoissonInput("A", [1.0, 1e9], 1.0))),
        r"PoissonInput.rate: got 1e\+09 Hz, wants at most 5e\+06 Hz, 500 events a step",
    ),
    "condition told": (
        lambda: simulator().run_until(True),
        "condition: got True, wants a function",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


def test_a_tensor_with_a_gradient_is_refused_by_name():
    given = pytest.importorskip("torch").ones(2, requires_grad=True)
    refused = {
        "LIF.v_threshold": lambda: LIF(v_threshold=given),
        r"Projection\('A->B'\).weight": lambda: net(TWO, weight=given),
        "weight": lambda: Simulator(net(TWO)).set_weights("A->B", given),
    }
    for name, make in refused.items():
        with pytest.raises(
            TypeError, match=rf"^{name}: got an array of torch.float32 \[2\].*\.detach\(\)"
        ):
            make()
