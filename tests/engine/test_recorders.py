"""Recorders: which record belongs to a request, and what it says of itself."""

import numpy as np
import pytest

from neurosparse.engine import Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.recording import open_run
from neurosparse.wiring import AllToAll, Bernoulli
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
