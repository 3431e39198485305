"""What is asked for with record= comes back for that very request, or is refused before anything is
built.
"""

import numpy as np
import pytest

from neurosparse.engine import Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.recording import RunStore, open_run
from neurosparse.wiring import AllToAll, Bernoulli

WIRED = Bernoulli(0.02).build(200, 200, 3)


def net(**given):
    return Network(
        Population("S", 4, PoissonSource(rate=1000.0)),
        Population("E", 4, LIF()),
        Projection("S", "E", AllToAll(), weight=[0.1] * 16, **given),
    )


def test_two_requests_alike_have_a_record_each():
    asked = [
        States("E", "v", [0]),
        States("E", "v", [3]),
        Weights("S->E", 1.0, [1]),
        Weights("S->E", 2.0, [5, 9]),
    ]
    sim = Simulator(net(), record=asked)
    sim.run(4.0)
    assert [sim.recorded(r).i.tolist() for r in asked] == [[0], [3], [1], [5, 9]]
    assert [len(sim.recorded(r)) for r in asked] == [40, 40, 4, 2]
    with pytest.raises(ValueError, match="the very object given as record="):
        sim.recorded(States("E", "v"))


def test_a_like_request_finds_the_only_record():
    sim = Simulator(net(), record=[States("E", "v", [2]), Rates("S", 2.0), Spikes("S")])
    sim.run(4.0)
    assert sim.recorded(States("E", "v")).i.tolist() == [2]
    assert len(sim.recorded(Rates("S", 2.0))) == 2
    assert len(sim.recorded(Spikes("S"))) == len(sim.spikes("S"))


@pytest.mark.parametrize(
    "request_", [Rates("S", 1.0), Rates("E", 2.0), Spikes("E"), States("E", "jump"), "S"]
)
def test_what_was_not_asked_for_is_not_there(request_):
    sim = Simulator(net(), record=[States("E", "v"), Rates("S", 2.0), Spikes("S")])
    with pytest.raises(ValueError, match="request: got .* wants one of the requests"):
        sim.recorded(request_)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([Rates("S", 1.0), Rates("S", 2.0)], "every request once: one Rates a population"),
        ([Spikes("S"), Spikes("S")], "every request once: one Spikes a population"),
        ([States("E", "v", [0.5, 2.7])], "States.indices: got .*0.5, 2.7.*whole numbers"),
        ([States("E", "v", [False, False, True, True])], "np.flatnonzero"),
        ([States("E", "v", [[0, 1]])], "flat array"),
        ([States("E", "v", [1, 1])], "every number once"),
        ([Weights("S->E", 1.0, [1.5])], "Weights.positions"),
        ([Weights("S->E", 1.0, np.ones(16, bool))], "Weights.positions.*np.flatnonzero"),
    ],
)
def test_requests_that_cannot_be_meant(record, words):
    with pytest.raises(ValueError, match=words):
        Simulator(net(), record=record)


def test_a_request_alone_is_no_list():
    with pytest.raises(TypeError, match=r"write record=\[...\]"):
        Simulator(net(), record=Spikes("S"))


@pytest.mark.parametrize("given", [{"delay": 0.05}, {}])
def test_a_failed_call_leaves_no_store_behind(given, tmp_path):
    beyond = [Weights("S->E", 1.0, [99])]
    with pytest.raises(ValueError, match=r"multiple of dt|positions of synapses"):
        Simulator(net(**given), record=beyond, store=tmp_path / "run.zarr")
    assert not (tmp_path / "run.zarr").exists()
    with Simulator(net(), store=tmp_path / "run.zarr", threads=np.int64(2)) as sim:
        sim.run(1.0)


def test_a_store_of_another_time_step_is_refused(tmp_path):
    store = RunStore.create(tmp_path / "run.zarr", dt=1.0, seed=0)
    with pytest.raises(
        ValueError, match="store: got a RunStore made for dt = 1.0 ms, wants one for dt = 0.1"
    ):
        Simulator(net(), dt=0.1, store=store)
    assert (tmp_path / "run.zarr").exists()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_closed_simulator_says_so(threads):
    sim = Simulator(net(), threads=threads)
    sim.run(1.0)
    sim.close()
    with pytest.raises(ValueError, match="closed"):
        sim.run(1.0)
    assert sim.now == 10
    assert sim.spikes("S").n == 4


@pytest.mark.parametrize("threads", [1, 3])
def test_columns_stand_in_the_order_of_the_request(threads, tmp_path):
    n = 200
    start = np.linspace(-64.0, -60.0, 200)
    network = Network(Population("E", n, LIF(), initial={"v": start}))
    asked = [150, 3, 199, 64]
    every = Simulator(network, record=[States("E", "v")], threads=threads)
    some = Simulator(network, record=[States("E", "v", indices=asked)], threads=threads)
    kept = Simulator(
        network,
        record=[States("E", "v", indices=asked)],
        threads=threads,
        store=tmp_path / "run.zarr",
    )
    for sim in (every, some, kept):
        sim.run(3.0)
    kept.close()
    wanted = every.recorded(States("E", "v")).values[:, asked]
    for record in (
        some.recorded(States("E", "v")),
        open_run(tmp_path / "run.zarr").states["E", "v"],
    ):
        assert record.i.tolist() == asked
        np.testing.assert_array_equal(record.values, wanted)
    assert wanted[0, 0] > wanted[0, 1]


def test_records_in_memory_say_whose_they_are():
    asked = [States("E", "v"), Weights("S->E", 1.0), Rates("S", 1.0), Spikes("S")]
    sim = Simulator(net(), record=asked)
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
