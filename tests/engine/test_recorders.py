"""Recorders: which record belongs to a request, and what it says of itself."""

import numpy as np
import pytest

from neurosparse.engine import (
    Rates,
    Simulator,
    Spikes,
    States,
    SynapseStates,
    Traces,
    Weights,
)
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import Composed, DopamineSTDP, GraupnerBrunel, PairSTDP
from neurosparse.recording import open_run
from neurosparse.wiring import AllToAll, Bernoulli, Uniform
from tests.engine.networks import source_network
from tests.engine.refused import refuse, simulator

WIRED = Bernoulli(0.02).build(200, 200, 3)


def test_two_requests_alike_have_a_record_each():
    asked = [
        States("E", "v", [0]),
        States("E", "v", [3]),
        Weights("S->E", 1.0, [1]),
        Weights("S->E", 2.0, [5, 9]),
    ]
    sim = Simulator(source_network(), record=asked)
    sim.run(4.0)
    assert [sim.recorded(r).i.tolist() for r in asked] == [[0], [3], [1], [5, 9]]
    assert [len(sim.recorded(r)) for r in asked] == [40, 40, 4, 2]
    with pytest.raises(ValueError, match="the very object given as record="):
        sim.recorded(States("E", "v"))


def test_a_like_request_finds_the_only_record():
    sim = Simulator(
        source_network(), record=[States("E", "v", [2]), Rates("S", 2.0), Spikes("S")]
    )
    sim.run(4.0)
    assert sim.recorded(States("E", "v")).i.tolist() == [2]
    assert len(sim.recorded(Rates("S", 2.0))) == 2
    assert len(sim.recorded(Spikes("S"))) == len(sim.spikes("S"))


@pytest.mark.parametrize(
    "request_", [Rates("S", 1.0), Rates("E", 2.0), Spikes("E"), States("E", "jump"), "S"]
)
def test_what_was_not_asked_for_is_not_there(request_):
    sim = Simulator(
        source_network(), record=[States("E", "v"), Rates("S", 2.0), Spikes("S")]
    )
    with pytest.raises(ValueError, match="request: got .* wants one of the requests"):
        sim.recorded(request_)


def test_records_in_memory_say_whose_they_are():
    asked = [States("E", "v"), Weights("S->E", 1.0), Rates("S", 1.0), Spikes("S")]
    sim = Simulator(source_network(), record=asked)
    sim.run(2.0)
    assert [sim.recorded(request).name for request in asked] == ["E", "S->E", "S", "S"]
    assert sim.recorded(asked[0]).to_xarray().attrs["population"] == "E"


@pytest.mark.parametrize("wiring", [WIRED, AllToAll()], ids=["rows", "bits"])
def test_recorded_weights_say_which_neurons_they_join(wiring, tmp_path):
    network = Network(
        Population("S", 200, PoissonSource(rate=10.0)),
        Population("E", 200, LIF()),
        Projection("S", "E", wiring),
    )
    asked = Weights("S->E", 1.0, [700, 0, 399])
    memory = Simulator(network, record=[asked])
    kept = Simulator(network, record=[asked], store=tmp_path / "run.zarr")
    pre, post = (part[[700, 0, 399]] for part in memory.connectivity("S->E").edges())
    for sim in (memory, kept):
        sim.run(1.0)
        sim.rewire("S->E", drop=[0])
        sim.run(2.0)
    kept.close()
    for record in (memory.recorded(asked), open_run(tmp_path / "run.zarr").weights["S->E"]):
        np.testing.assert_array_equal(record.along["pre"], pre)
        np.testing.assert_array_equal(record.along["post"], post)
        assert np.isnan(record.values[1:, 1]).all()
        assert record.to_xarray().coords["post"].values.tolist() == post.tolist()


REFUSED = {
    "weights out of range": (
        lambda: simulator(record=[Weights("A->B", 1.0, [4])]),
        "Weights.positions: got 4",
    ),
    "not recorded": (lambda: simulator(record=[]).spikes("A"), r"record=\[Spikes\('A'\)\]"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


LEARNS = PairSTDP(0.3, 0.2, w_max=4.0)
MARKS = DopamineSTDP(tau_plus=15.0)
CALCIUM = Composed(LEARNS, GraupnerBrunel(w_max=4.0, tau=9000.0))


def learning_network(rule, delay=0.5):
    wiring = Bernoulli(0.7)
    projection = Projection("S", "E", wiring, weight=2.0, delay=delay, plasticity=rule)
    target = Population("E", 5, LIF(v_threshold=-62.0))
    return Network(Population("S", 6, PoissonSource(150.0)), target, projection)


def traces_of(spikes, record, lag, tau):
    """What spikes that came `lag` steps late left at the times of a record, by closed form."""
    values = np.zeros(record.values.shape)
    for row, time in enumerate(record.t):
        since = round(time / 0.1) - 1 - (spikes.step + lag)
        left = np.exp(-0.1 * since / tau) * (since >= 0)
        values[row] = np.bincount(spikes.i, left, max(record.i) + 1)[record.i]
    return values


@pytest.mark.filterwarnings("ignore:.*nothing turns eligibility:UserWarning")
@pytest.mark.parametrize("rule", [MARKS, CALCIUM], ids=["eligibility", "calcium"])
@pytest.mark.parametrize("kept", [False, True], ids=["memory", "store"])
def test_traces_and_synapses_are_recorded_as_they_are(rule, kept, tmp_path):
    variable = "eligibility" if rule is MARKS else "calcium"
    requests = [
        SynapseStates("S->E", variable, 2.0, [7, 0, 3]),
        Traces("S->E", "pre", "recent", 1.0, [4, 1]),
        Traces("S->E", "post", "recent", 2.0),
        Weights("S->E", 2.0),
        Spikes("S"),
        Spikes("E"),
    ]
    store = tmp_path / "run.zarr" if kept else None
    seen = {"synapse": [], "pre": [], "post": [], "weight": []}
    network = learning_network(rule, Uniform(0.2, 0.8) if kept else 0.5)
    with Simulator(network, seed=2, record=requests, store=store) as sim:
        for _ in range(20):
            sim.run(1.0)
            pre, post = sim.plan.synapses["S->E"].plastic.traces(sim.now)
            seen["pre"].append(pre[0, [4, 1]])
            if sim.now % 20 == 0:
                each = sim.recorders.synapses_of("S->E", variable, sim.now)
                seen["synapse"].append(each[[7, 0, 3]])
                seen["post"].append(post[0, :5].copy())
                seen["weight"].append(sim.weights("S->E"))
        records = [sim.recorded(request) for request in requests[:4]]
        one_delay = rule is MARKS and not kept
        for record, source, lag in ((records[1], "S", 5 * one_delay), (records[2], "E", 0)):
            tau = 15.0 if (rule is MARKS and source == "S") else 20.0
            by_spikes = traces_of(sim.spikes(source), record, lag, tau)
            np.testing.assert_allclose(record.values, by_spikes, rtol=1e-4, atol=1e-6)
        names = [(r.variable, r.name, r.label) for r in records]
        assert names[0] == (variable, "S->E", "synapse")
        assert [name[1:] for name in names[1:3]] == [("S->E", "neuron")] * 2
    if kept:
        run = open_run(store)
        records = [run.synapses["S->E", variable], *run.traces.values()]
        assert [key[1] for key in run.traces] == ["post", "pre"]
        records = [records[0], records[2], records[1], run.weights["S->E"]]
    for record, values in zip(records, seen.values(), strict=True):
        expected = np.array(values)
        assert np.abs(expected).max() > 0.05
        np.testing.assert_array_equal(record.values[:], expected)
    assert records[0].t.tolist() == list(np.arange(1, 11) * 2.0)


def test_what_synapses_keep_is_followed_through_an_edit(tmp_path):
    request = SynapseStates("S->E", "calcium", 1.0, [2, 0])
    with Simulator(learning_network(CALCIUM), seed=2, record=[request]) as sim:
        sim.run(10.0)
        sim.save(tmp_path / "state")
        sim.rewire("S->E", drop=[0], pre=[5], post=[1], weight=1.0)
        sim.run(5.0)
        values = sim.recorded(request).values
        assert np.isnan(values[10:, 1]).all()
        assert np.isfinite(values[10:, 0]).all()
        sim.restore(tmp_path / "state")
        sim.run(5.0)
        again = sim.recorded(request).values
    assert len(again) == 15
    assert np.isfinite(again).all()
    # an edit brings synapses forward, which rounds
    np.testing.assert_allclose(again[:, 0], values[:, 0], rtol=1e-6)


UNKNOWN = [
    (SynapseStates("S->E", "calcum", 1.0), MARKS, "SynapseStates.variable"),
    (SynapseStates("S->E", "eligibility", 1.0), LEARNS, "SynapseStates.variable"),
    (SynapseStates("S->E", "eligibility", 1.0), None, "with plasticity="),
    (SynapseStates("S->E", "eligibility", 1.0, [99]), MARKS, "SynapseStates.positions"),
    (Traces("S->E", "post", "late", 1.0), MARKS, "Traces.variable"),
    (Traces("S->E", "pre", "recent", 1.0, [6]), MARKS, "Traces.indices.*0 to 5"),
    (Traces("S->E", "pre", "recent", 0.25), MARKS, "Traces.every"),
    (Traces("S->X", "pre", "recent", 1.0), MARKS, "S->X"),
]


@pytest.mark.parametrize(("request_", "rule", "says"), UNKNOWN)
def test_what_no_rule_keeps_is_refused(request_, rule, says):
    with pytest.raises(ValueError, match=says):
        Simulator(learning_network(rule), record=[request_])


def test_a_side_is_pre_or_post():
    with pytest.raises(ValueError, match=r"Traces\.side: .*'pst'"):
        Traces("S->E", "pst", "recent", 1.0)
