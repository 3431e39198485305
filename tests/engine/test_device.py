"""The engine on a GPU, or in Triton's interpreter: the spikes, states and recordings of the CPU;
clear refusals.

Weights are sums of powers of two, so that fixed-point, float64 and any order give the same sums.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, OnDevice, Rates, Simulator, Spikes, States, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import EIF, LIF, LIFExp, PoissonSource, SpikeSource
from neurosparse.plasticity import Dopamine, DopamineSTDP, PairSTDP
from neurosparse.stimuli import (
    OUCurrent,
    PoissonInput,
    RampCurrent,
    SineCurrent,
    StepCurrent,
)
from tests.engine.on_device import (
    DEVICE,
    QUICK,
    RULE,
    balanced,
    learned,
    learning,
    listed,
    same_weights,
    wired,
)

pytest.importorskip("triton")


def same_spikes(network, duration=1.4, at_least=40, **options):
    cpu, gpu = (Simulator(network, seed=5, backend=b, **options) for b in ("cpu", DEVICE))
    for sim in (cpu, gpu):
        sim.run(duration)
    count = 0
    for name in network.populations:
        np.testing.assert_array_equal(gpu.spikes(name).step, cpu.spikes(name).step)
        np.testing.assert_array_equal(gpu.spikes(name).i, cpu.spikes(name).i)
        count += len(cpu.spikes(name).i)
    assert count >= at_least
    return cpu, gpu


@pytest.mark.parametrize(
    ("delays", "weights"),
    [(None, None), ([0, 1, 3, 9], None), (None, [0.25, 0.5])],
    ids=["one delay", "own delays", "own weights"],
)
def test_spikes_and_states_are_those_of_the_cpu(delays, weights):
    cpu, gpu = same_spikes(balanced(delays, weights))
    np.testing.assert_allclose(
        gpu.state("E", "v"), cpu.state("E", "v"), rtol=1e-12, atol=1e-12
    )
    assert len(cpu.spikes("I").i) > 5
    assert gpu.seconds["device"] > 0


def test_spikes_in_float32_are_those_of_the_cpu():
    cpu, gpu = same_spikes(balanced(None, [0.25, 0.5]), precision="float32")
    assert gpu.state("E", "v").dtype == np.float32
    np.testing.assert_allclose(
        gpu.state("E", "v"), cpu.state("E", "v"), rtol=1e-5, atol=1e-6
    )


def test_float_atomics_give_the_same_where_sums_are_exact():
    cpu, gpu = (
        Simulator(balanced(), seed=5, backend=b) for b in ("cpu", OnDevice(False, 30, 2))
    )
    for sim in (cpu, gpu):
        sim.run(1.0)
    np.testing.assert_array_equal(gpu.spikes("E").i, cpu.spikes("E").i)
    assert len(cpu.spikes("E").i) > 20


def test_sources_and_noise_drive_and_are_recorded():
    drive = Connectivity.from_dense(np.ones((4, 5), np.float32))
    cpu, _ = same_spikes(
        Network(
            Population(
                "list", 4, SpikeSource(times=[0.2, 0.2, 0.9, 1.1], indices=[3, 0, 3, 1])
            ),
            Population(
                "poisson",
                70,
                PoissonSource(rate=np.linspace(0, 4000, 70), start=0.3, stop=1.2),
            ),
            Population("out", 5, QUICK),
            Projection("list", "out", drive, weight=2.5, delay=0.3),
            Projection("poisson", "out", wired(70, 5, 4, 7), weight=1.0, delay=0.1),
            PoissonInput("out", np.linspace(0.0, 12_000.0, 5), 0.25),
        )
    )
    assert min(len(cpu.spikes(name).i) for name in cpu.network.populations) > 3


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_injected_currents_are_those_of_the_cpu(precision, tmp_path):
    network = Network(
        Population("a", 70, LIF(r_mem=np.linspace(0.5, 2.0, 70), v_rest=-60.0)),
        Population("b", 3, LIF()),
        StepCurrent("a", np.linspace(0.0, 8.0, 70), start=0.3, stop=1.1),
        RampCurrent("a", 9.0, start=0.5, stop=2.0),
        OUCurrent("a", 5.0, tau=2.0, start=0.2),
        SineCurrent("b", 40.0, frequency=300.0, phase=0.4),
    )
    cpu, gpu = (
        Simulator(network, seed=5, backend=b, precision=precision) for b in ("cpu", DEVICE)
    )
    for sim in (cpu, gpu):
        sim.run(1.4)
    for name in "ab":
        np.testing.assert_allclose(
            gpu.state(name, "v"),
            cpu.state(name, "v"),
            rtol=1e-6 if precision == "float32" else 1e-12,
        )
        assert np.ptp(cpu.state(name, "v")) > 0.1 or name == "b"
    assert np.abs(cpu.state("b", "v") + 65.0).min() > 0.1
    begun, ended = (
        Simulator(network, seed=5, backend=b, precision=precision) for b in (DEVICE, "cpu")
    )
    begun.run(0.6)
    begun.save(tmp_path / "half")
    ended.restore(tmp_path / "half")
    ended.run(0.8)
    np.testing.assert_allclose(ended.state("a", "v"), cpu.state("a", "v"), rtol=1e-6)


def test_recorded_states_and_rates_are_those_of_the_cpu():
    model = LIFExp(
        v_rest=0.0, v_threshold=1.0, v_reset=0.0, t_ref=np.array([0.5, 1.0, 0.2])
    )
    drive = Projection("in", "a", wired(8, 3, 3, 5), weight=16.0, delay=0.1, receptor="exc")
    network = Network(listed(8, 3), Population("a", 3, model), drive)
    wanted = [
        States("a", "i_exc", every=0.3),
        States("a", "v", indices=[2, 0]),
        Rates("a", bin=0.5),
        Spikes("a"),
    ]
    cpu, gpu = (Simulator(network, record=wanted, backend=b) for b in ("cpu", DEVICE))
    for sim in (cpu, gpu):
        sim.run(1.5)
    for request in wanted[:2]:
        np.testing.assert_allclose(
            gpu.recorded(request).values, cpu.recorded(request).values, rtol=1e-12
        )
    np.testing.assert_array_equal(
        gpu.recorded(wanted[2]).counts, cpu.recorded(wanted[2]).counts
    )
    assert len(cpu.spikes("a").i) > 3


def test_a_checkpoint_goes_from_one_backend_to_the_other(tmp_path):
    whole = Simulator(balanced(), seed=5)
    whole.run(1.4)
    for first, second in (("cpu", DEVICE), (DEVICE, "cpu")):
        begun = Simulator(balanced(), seed=5, backend=first)
        ended = Simulator(balanced(), seed=5, backend=second)
        begun.run(0.7)
        assert (begun.plan.groups["E"].event is not None) == (
            first == "cpu"
        )  # there some neurons sleep
        begun.save(tmp_path / "half")
        ended.restore(tmp_path / "half")
        np.testing.assert_allclose(ended.state("E", "v"), begun.state("E", "v"), rtol=1e-14)
        ended.run(0.7)
        for name in "EI":
            np.testing.assert_array_equal(ended.spikes(name).step, whole.spikes(name).step)
            np.testing.assert_array_equal(ended.spikes(name).i, whole.spikes(name).i)
            np.testing.assert_allclose(
                ended.state(name, "v"), whole.state(name, "v"), rtol=1e-12, atol=1e-12
            )
    assert len(whole.spikes("E").i) > 20
    assert len(whole.spikes("I").i) > 5


def test_new_weights_act_on_the_device():
    sims = Simulator(balanced(), seed=5), Simulator(balanced(), seed=5, backend=DEVICE)
    for sim in sims:
        sim.run(0.4)
        sim.set_weights("E->E", 1.5)
        sim.run(0.8)
    np.testing.assert_array_equal(sims[1].spikes("E").i, sims[0].spikes("E").i)
    plain = Simulator(balanced(), seed=5)
    plain.run(1.2)
    assert len(plain.spikes("E").i) != len(sims[0].spikes("E").i)


@pytest.mark.parametrize(
    "rule", [RULE, PairSTDP(0.05, 0.06, w_max=1.0, mu=0.3)], ids=["additive", "power"]
)
def test_synapses_learn_as_on_the_cpu_and_are_recorded(rule):
    wanted = Weights("in->E", every=0.5)
    cpu, gpu = same_spikes(learning(rule), record=[Spikes("in"), Spikes("E"), wanted])
    same_weights(gpu, cpu)
    assert learned(cpu) > 0.02
    np.testing.assert_allclose(
        gpu.recorded(wanted).values, cpu.recorded(wanted).values, rtol=1e-5, atol=1e-6
    )
    assert np.ptp(cpu.recorded(wanted).values, axis=0).max() > 0.02


def test_eligibility_waits_on_the_device_for_dopamine():
    sims = [
        Simulator(learning(DopamineSTDP(w_max=1.0)), seed=5, backend=b)
        for b in ("cpu", DEVICE)
    ]
    for sim in sims:
        sim.run(1.2, callbacks=[Every(0.4, Dopamine("in->E", tonic=20.0))])
    same_weights(sims[1], sims[0])
    assert learned(sims[0]) > 1e-4


def test_what_is_learned_goes_from_one_backend_to_the_other(tmp_path):
    whole, begun, ended = (
        Simulator(learning(RULE), seed=5, backend=b) for b in ("cpu", "cpu", DEVICE)
    )
    whole.run(1.4)
    begun.run(0.7)
    begun.save(tmp_path / "half")
    ended.restore(tmp_path / "half")
    ended.run(0.7)
    np.testing.assert_array_equal(ended.spikes("E").step, whole.spikes("E").step)
    same_weights(ended, whole)
    assert len(whole.spikes("E").i) > 10


def test_what_the_gpu_cannot_do_is_said_at_once_before_anything_is_built():
    network = Network(Population("a", 2, LIF(), mode="event"))
    with pytest.raises(ValueError, match=r"a: mode 'event', threads=2"):
        Simulator(network, backend="gpu", threads=2)


EDIT = {"drop": list(range(60)), "pre": [1, 2, 3], "post": [4, 5, 6]}


def test_rewiring_between_steps_is_that_of_the_cpu(tmp_path):
    cpu, gpu = (Simulator(balanced(), seed=5, backend=b) for b in ("cpu", DEVICE))
    for sim in (cpu, gpu):
        sim.run(0.7)
        sim.rewire("E->E", **EDIT)
        sim.run(0.7)
    np.testing.assert_array_equal(gpu.spikes("E").step, cpu.spikes("E").step)
    np.testing.assert_array_equal(gpu.spikes("E").i, cpu.spikes("E").i)
    unchanged = Simulator(balanced(), seed=5)
    unchanged.run(1.4)
    inputs = [sim.state("E", "jump").tolist() for sim in (unchanged, cpu, gpu)]
    assert inputs[0] != inputs[1] == inputs[2]
    for first, second in (("cpu", DEVICE), (DEVICE, "cpu")):
        begun = Simulator(balanced(), seed=5, backend=first)
        ended = Simulator(balanced(), seed=5, backend=second)
        begun.run(0.7)
        begun.rewire("E->E", **EDIT)
        begun.save(tmp_path / "edited")
        ended.restore(tmp_path / "edited")
        ended.run(0.7)
        np.testing.assert_array_equal(ended.spikes("E").i, cpu.spikes("E").i)
        assert ended.state("E", "jump").tolist() == inputs[1]


def test_rewiring_of_synapses_that_learn_is_that_of_the_cpu():
    sims = [Simulator(learning(RULE), seed=5, backend=b) for b in ("cpu", DEVICE)]
    for sim in sims:
        sim.run(0.7)
        sim.rewire("in->E", drop=[0, 5, 9, 40], pre=[10, 11], post=[2, 3], weight=0.5)
        sim.run(0.7)
    np.testing.assert_array_equal(sims[1].spikes("E").i, sims[0].spikes("E").i)
    same_weights(sims[1], sims[0])
    assert len(sims[0].spikes("E").i) > 10


def test_a_model_with_an_exponential_runs_too():
    cell = EIF(v_rest=-60.0, t_ref=0.5)
    drive = Projection("in", "a", wired(8, 3, 3, 5), weight=40.0, delay=0.1, receptor="exc")
    cpu, _ = same_spikes(
        Network(listed(8, 3), Population("a", 3, cell, initial={"v": -52.0}), drive)
    )
    assert len(cpu.spikes("a").i) > 0


def test_silenced_neurons_are_silent_and_snapshots_go_back():
    def runs(backend):
        sim = Simulator(balanced(None, None), seed=5, backend=backend)
        sim.run(0.1)
        start = sim.snapshot()
        sim.silence("E", slice(0, 20))
        sim.run(0.4)
        sim.release("E", slice(0, 10))
        sim.run(0.2)
        silenced = sim.spikes("E")
        sim.go_back(start)
        sim.run(0.3)
        return silenced, sim.spikes("E")

    for cpu, gpu in zip(runs("cpu"), runs(DEVICE), strict=True):
        np.testing.assert_array_equal(gpu.step, cpu.step)
        np.testing.assert_array_equal(gpu.i, cpu.i)
        assert len(cpu) > 5
