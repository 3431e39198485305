"""What cannot be meant is refused with one clear error, and what goes wrong on the way loses
nothing.
"""

import errno
import os
import signal
from dataclasses import replace

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import VISUAL_CORTEX, MultiplicativeSTDP, PairSTDP, TripletSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, SineCurrent, StepCurrent
from neurosparse.wiring import Bernoulli

ONE = Connectivity.from_edges([0], [1], n_pre=2, n_post=3)
TWO = Connectivity.from_edges([0, 1], [1, 2], n_pre=2, n_post=3)


class Turned:
    """A rule that mixes up the sides."""

    def build(self, n_pre, n_post, rng):
        return Connectivity.empty(n_post, n_pre)


def net(wiring=ONE, *more, model=None, **given):
    a = Population("A", 2, model or LIF())
    return Network(a, Population("B", 3, LIF()), Projection("A", "B", wiring, **given), *more)


def edges(**given):
    return Connectivity.from_edges([0], [1], **({"n_pre": 2, "n_post": 3} | given))


def sim(*parts, **given):
    return Simulator(net(*parts), **given)


def source(**given):
    return Simulator(Network(Population("S", 2, SpikeSource(**given))))


RULE = PairSTDP(0.1, 0.1, w_max=1.0)

REFUSED = {
    # shapes
    "network in a network": (lambda: Network(net(), []), "Network: got Network"),
    "connectivity turned": (lambda: net(ONE.transpose()), r"shape \(3, 2\).*\[2, 3\]"),
    "rule turned": (
        lambda: Simulator(net(Turned())),
        r"A->B.wiring: got shape \(3, 2\).*\[2, 3\]",
    ),
    "weights too many": (lambda: Simulator(net(weight=[1.0, 2.0])), r"A->B.weight.*\[1\]"),
    "weights square": (lambda: Simulator(net(weight=np.ones((1, 1)))), r"A->B.weight.*\[1\]"),
    "delays too many": (lambda: Simulator(net(delay=[1.0, 2.0])), r"A->B.delay.*\[1\]"),
    "parameters too many": (
        lambda: Simulator(net(model=LIF(tau_mem=np.full(3, 20.0)))),
        r"A.tau_mem.*\[2\]",
    ),
    "starts too many": (
        lambda: Population("A", 2, LIF(), initial={"v": np.zeros(3)}),
        r"'v'.*array \[2\]",
    ),
    "amplitudes too many": (
        lambda: net(ONE, StepCurrent("A", [1.0] * 3)),
        r"amplitude.*\[2\]",
    ),
    "rates too many": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource([1.0] * 3)))),
        r"S.rate.*\[2\]",
    ),
    # delays
    "delay negative": (lambda: net(delay=-1.0), "delay: got -1.0 ms, wants 0 ms or more"),
    "delay fraction": (
        lambda: Simulator(net(delay=0.25)),
        "A->B.delay: got 0.25 ms.*for example 0.2 or 0.3",
    ),
    "delay NaN": (lambda: net(delay=np.nan), "delay: got nan"),
    "delay beyond the ring": (lambda: Simulator(net(delay=1e6)), "at most 65535 steps"),
    "delay without end": (
        lambda: Simulator(net(delay=1e9)),
        "A->B.delay: got 10000000000 steps, wants at most 65535",
    ),
    "delay beyond int64": (
        lambda: Simulator(net(delay=1e300)),
        "A->B.delay: got 1e[+]300 ms, wants fewer than 2.62",
    ),
    "duration beyond int64": (
        lambda: Simulator(net()).run(1e300),
        "got 1e[+]300 ms, wants fewer than 2.62",
    ),
    "delay text": (lambda: net(delay="1"), "delay: got '1', wants a number"),
    "steps fraction": (
        lambda: edges(delay_steps=0.5),
        r"whole simulation steps.*round\(delay_ms / dt\)",
    ),
    "steps negative": (lambda: edges(delay_steps=-1), "delay_steps: got -1"),
    "steps too many": (lambda: edges(delay_steps=70_000), "from 0 to 65535"),
    "delays that learn": (
        lambda: Simulator(net(TWO, delay=[1.0, 2.0], plasticity=RULE)),
        "one delay for all",
    ),
    # weights
    "weight NaN": (lambda: net(weight=np.nan), "weight: got nan, wants finite"),
    "weight NaN in it": (lambda: edges(weight=[np.nan]), "weight: got nan at position 0"),
    "weight too large": (
        lambda: Simulator(net(weight=1e300)),
        "A->B.weight: got 1e.300.*float32",
    ),
    "weight of another sign": (
        lambda: Simulator(net(weight=-0.5, plasticity=RULE)),
        "A->B.weight: got -0.5 .* 0 to 1",
    ),
    "weight above the rule": (
        lambda: Simulator(net(weight=[1.5], plasticity=RULE)),
        "got 1.5 at position 0.*PairSTDP",
    ),
    "weight negative, multiplied": (
        lambda: Simulator(net(weight=-0.5, plasticity=MultiplicativeSTDP(0.1, 0.1, mu=0.4))),
        "A->B.weight: got -0.5 at position 0, wants weights from 0 to inf, the bounds of its MultiplicativeSTDP",
    ),
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
    "spike out of range": (lambda: source(times=[0.2], indices=[5]), "S.indices: got 5"),
    "spike twice": (
        lambda: source(times=[0.2, 0.2], indices=[1, 1]),
        "neuron 1 twice in step 2",
    ),
    "spike between steps": (
        lambda: source(times=[0.25], indices=[0]),
        "S.times.*multiple of dt",
    ),
    "spike before the start": (
        lambda: source(times=[-1.0], indices=[0]),
        "times in ms, 0 or more",
    ),
    "recorded out of range": (
        lambda: sim(record=[States("A", "v", [2])]),
        "States.indices.*0 to 1",
    ),
    "weights out of range": (
        lambda: sim(record=[Weights("A->B", 1.0, [4])]),
        "Weights.positions: got 4",
    ),
    "rewired out of range": (lambda: sim().rewire("A->B", drop=[1]), "positions: got 1"),
    "grown out of range": (lambda: sim().rewire("A->B", pre=[2], post=[0]), "pre: got 2"),
    "grown NaN": (
        lambda: sim().rewire("A->B", pre=[0], post=[0], weight=[np.nan]),
        "weight: got nan",
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
    "spikes unknown": (
        lambda: sim(record=[Spikes("AB")]),
        "Spikes.population: got 'AB'.*did you mean 'A'|'B'",
    ),
    "variable unknown": (
        lambda: sim(record=[States("A", "u")]),
        "States.variable: got 'u', wants one of jump, v",
    ),
    "projection unknown": (lambda: sim().weights("A->C"), "did you mean 'A->B'"),
    "not recorded": (lambda: sim(record=[]).spikes("A"), r"record=\[Spikes\('A'\)\]"),
    "mode unknown": (lambda: Population("A", 2, LIF(), mode="evnt"), "did you mean 'event'"),
    "precision unknown": (lambda: sim(precision="float46"), "did you mean 'float64'"),
    "name twice": (
        lambda: Network([Population("A", 2, LIF())] * 2),
        "Population.name.*not used before",
    ),
    # units
    "tau 0": (lambda: LIF(tau_mem=0.0), "LIF.tau_mem: got 0.0, wants a value above 0"),
    "dt above tau": (
        lambda: Simulator(net(model=LIF(tau_mem=0.05))),
        "A.tau_mem: got 0.05 ms, wants at least dt",
    ),
    "dt above the rule's tau": (
        lambda: Simulator(net(plasticity=PairSTDP(0.1, 0.1, w_max=1.0, tau_plus=0.05))),
        "A->B.plasticity.tau_plus: got 0.05 ms, wants at least dt",
    ),
    "dt above the fit's tau": (
        lambda: Simulator(
            net(plasticity=TripletSTDP(w_max=1.0, fit=replace(VISUAL_CORTEX, tau_y=0.05)))
        ),
        "A->B.plasticity.tau_y: got 0.05 ms, wants at least dt",
    ),
    "dt 0": (lambda: sim(dt=0.0), "dt: got 0.0.*write dt=0.1"),
    "dt text": (lambda: sim(dt="0.1"), "dt: got '0.1'"),
    "rate negative": (lambda: PoissonSource(-1.0), "rates in Hz, 0 or more"),
    "rate above the steps": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource(2e4)))),
        "10000 Hz",
    ),
    "window empty": (
        lambda: net(ONE, SineCurrent("A", 1.0, start=5.0, stop=1.0)),
        "before stop = 1.0",
    ),
    # durations
    "duration between steps": (lambda: sim().run(0.25), "duration: got 0.25 ms.*0.2 or 0.3"),
    "long duration between steps": (
        lambda: sim().run(3_600_000.05),
        "duration: got 3600000.05 ms.*3600000.1",
    ),
    "duration negative": (
        lambda: sim().run(-1.0),
        "duration: got -1.0, wants a number, 0 or more",
    ),
    "duration infinite": (lambda: sim().run(np.inf), "duration: got inf"),
    "duration text": (lambda: sim().run("10"), "duration: got '10', wants a number"),
    "half a step": (lambda: sim().step(1.5), "n: got 1.5, wants a whole number of steps"),
    "period between steps": (
        lambda: sim().run(1.0, callbacks=[Every(0.25, print)]),
        "Every.period: got 0.25",
    ),
    "period 0": (
        lambda: sim().run(1.0, callbacks=[Every(0.0, print)]),
        "Every.period.*at least dt",
    ),
    "asked never": (
        lambda: sim().run_until(lambda s: False, every=0.0),
        "every.*at least dt",
    ),
    "recorded never": (
        lambda: sim(record=[States("A", "v", every=0.0)]),
        "States.every.*at least dt",
    ),
    "bin 0": (lambda: sim(record=[Rates("A", bin=0.0)]), "Rates.bin.*at least dt"),
    # kinds
    "no number of neurons": (
        lambda: Population("A", "ten", LIF()),
        "Population.n: got 'ten', wants a whole number",
    ),
    "infinitely many": (
        lambda: Population("A", np.inf, LIF()),
        "Population.n: got inf, wants a whole number",
    ),
    "no network": (lambda: Simulator(None), "network: got None, wants a Network"),
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
        "Population.positions: got 3",
    ),
    "parameter with a unit": (
        lambda: LIF(tau_mem="20 ms"),
        "LIF.tau_mem: got '20 ms', wants a number",
    ),
    "parameter None": (lambda: LIF(t_ref=None), "LIF.t_ref: got None, wants a number"),
    "parameter complex": (lambda: LIF(v_rest=[1j]), "LIF.v_rest: got .*1j.*, wants a number"),
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
        "StepCurrent.start: got '1', wants a number",
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
    "callback alone": (
        lambda: sim().run(1.0, callbacks=Every(1.0, print)),
        r"callbacks: got Every.*\[Every\(",
    ),
    "callback bare": (
        lambda: sim().run(1.0, callbacks=[print]),
        r"callbacks: got \[<built-in.*wants a list of Every",
    ),
    "condition told": (
        lambda: sim().run_until(True),
        "condition: got True, wants a function",
    ),
    "weights set to text": (
        lambda: sim().set_weights("A->B", "a"),
        "weight: got 'a', wants a number",
    ),
    "weights set too large": (
        lambda: sim().set_weights("A->B", [1e300]),
        "weight: got inf, wants finite numbers",
    ),
    "no request": (lambda: sim(record=["A"]), "record: got 'A'"),
    "request twice": (lambda: sim(record=[Spikes("A"), Spikes("A")]), "every request once"),
    "seed": (lambda: sim(seed=-1), "seed: got -1"),
    "threads": (lambda: sim(threads=0), "threads: got 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    make, words = REFUSED[case]
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def test_a_store_that_exists_is_refused_and_left_alone(tmp_path):
    with Simulator(net(), store=tmp_path / "run.zarr") as first:
        first.run(1.0)
    files = sorted(p.name for p in (tmp_path / "run.zarr").rglob("*"))
    with pytest.raises((ValueError, OSError), match="exist"):
        Simulator(net(), store=tmp_path / "run.zarr")
    assert sorted(p.name for p in (tmp_path / "run.zarr").rglob("*")) == files


def test_checkpoints_that_do_not_fit_change_nothing(tmp_path):
    sim(seed=1).save(tmp_path / "c")
    other = Simulator(net(TWO))
    other.run(1.0)
    with pytest.raises(ValueError, match="belongs to network"):
        other.restore(tmp_path / "c")
    with pytest.raises(ValueError, match="network"):
        Simulator(net(model=LIF(tau_mem=7.0))).restore(tmp_path / "c")
    head = tmp_path / "c" / "zarr.json"
    head.write_text(head.read_text().replace('"format_version": 1', '"format_version": 99'))
    with pytest.raises(ValueError, match="version"):
        sim().restore(tmp_path / "c")
    with pytest.raises(FileNotFoundError, match="there is no"):
        other.restore(tmp_path / "nowhere")
    assert other.now == 10
    other.run(1.0)


def busy():
    return Network(
        Population("S", 40, PoissonSource(50.0)),
        Population("A", 50, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0)),
        Projection(
            "S",
            "A",
            Bernoulli(0.4, weight=1.5),
            delay=1.0,
            plasticity=PairSTDP(0.1, 0.1, w_max=3.0),
        ),
    )


def same(a, b):
    assert np.array_equal(a.spikes("A").step, b.spikes("A").step)
    assert np.array_equal(a.spikes("A").i, b.spikes("A").i)
    assert a.weights("S->A").tobytes() == b.weights("S->A").tobytes()
    assert a.state("A", "v").tobytes() == b.state("A", "v").tobytes()
    assert len(a.spikes("A").i) > 50


def test_interrupted_runs_keep_what_was_and_go_on_to_the_same_bits():
    whole = Simulator(busy(), seed=1)
    stopped = Simulator(busy(), seed=1)
    calls = []
    before = signal.getsignal(signal.SIGINT)
    whole.run(200.0)

    def interrupt(s):
        calls.append(s.now)
        if s.now == 730:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(
        KeyboardInterrupt, match="stopped at 73 ms; everything until then is kept"
    ):
        stopped.run(200.0, callbacks=[Every(7.3, interrupt)])
    assert stopped.now == calls[-1] == 730
    assert np.array_equal(
        stopped.spikes("A").i, whole.spikes("A").i[whole.spikes("A").step < 730]
    )
    assert signal.getsignal(signal.SIGINT) is before
    stopped.run(127.0)
    same(whole, stopped)


def test_a_full_disk_keeps_the_simulation_whole(monkeypatch):
    """The first sink fails: the others, the callbacks and the simulation are as if it had not."""
    record = [
        Spikes("S"),
        Spikes("A"),
        Rates("A"),
        States("A", "v", every=1.0),
        Weights("S->A", every=10.0),
    ]
    whole = Simulator(busy(), seed=1, record=record)
    failing = Simulator(busy(), seed=1, record=record)
    called = []
    whole.run(200.0)
    sink = failing.recorders.spikes["S"]
    room = [2]
    append = sink.append

    def full(step, index):
        append(step, index)  # a sink keeps what it could not write
        room[0] -= 1
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sink, "append", full)
    callbacks = [Every(10.0, lambda s: called.append(s.now))]
    with pytest.raises(OSError, match="No space left"):
        failing.run(200.0, callbacks=callbacks)
    assert 0 < failing.now < 2000
    failing.run(200.0 - failing.time, callbacks=callbacks)
    assert called == list(range(100, 2001, 100))
    same(whole, failing)
    assert np.array_equal(whole.spikes("S").i, failing.spikes("S").i)
    for request in record[2:]:
        a, b = (s.recorded(request) for s in (whole, failing))
        kept = "counts" if isinstance(request, Rates) else "values"
        assert np.array_equal(getattr(a, kept), getattr(b, kept))


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
