"""The engine on a GPU, or in Triton's interpreter: the spikes, states and recordings of the CPU; clear refusals.

Weights are sums of powers of two, so that fixed-point, float64 and any order give the same sums.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Rates, Simulator, Spikes, States, Weights
from neurosparse.engine.device import OnDevice
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import EIF, LIF, LIFExp, PoissonSource, SpikeSource
from neurosparse.plasticity import Dopamine, DopamineSTDP, PairSTDP
from neurosparse.stimuli import OUCurrent, PoissonInput, RampCurrent, SineCurrent, StepCurrent
from neurosparse.wiring import FixedInDegree

pytest.importorskip("triton")

QUICK = LIF(v_rest=0.0, v_threshold=2.0, v_reset=0.0, t_ref=0.3)
DEVICE = OnDevice(programs=1, chunk=7)


def wired(n_pre, n_post, fan_in, rng, delays=None, weights=None):
    built = FixedInDegree(fan_in).build(n_pre, n_post, np.random.default_rng(rng))
    drawn = np.random.default_rng(rng + 1)
    if weights is not None:
        built = built.with_weight(drawn.choice(np.float32(weights), built.nnz))
    return built if delays is None else built.with_delay(drawn.choice(np.array(delays, np.uint8), built.nnz))


def balanced(delays=None, weights=None):
    return Network(
        Population("E", 70, QUICK),
        Population("I", 9, LIF(v_rest=0.0, v_threshold=np.linspace(1.0, 2.0, 9), v_reset=0.0)),
        Projection(
            "E", "E", wired(70, 70, 6, 1, delays, weights), weight=None if weights else 0.25, delay=late(delays)
        ),
        Projection("E", "I", wired(70, 9, 5, 2, delays), weight=0.5, delay=late(delays)),
        Projection("I", "E", wired(9, 70, 3, 3), weight=-0.5, delay=0.0),
        PoissonInput("E", 9_000.0, 0.25),
        PoissonInput("I", np.linspace(0.0, 12_000.0, 9), 0.125),
    )


def late(delays):
    return None if delays else 0.4


def same_spikes(network, duration=2.5, at_least=20, **options):
    cpu, gpu = Simulator(network, seed=5), Simulator(network, seed=5, backend=DEVICE, **options)
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
    np.testing.assert_allclose(gpu.state("E", "v"), cpu.state("E", "v"), rtol=1e-12, atol=1e-12)
    assert gpu.seconds["device"] > 0


def test_float_atomics_give_the_same_where_sums_are_exact():
    cpu, gpu = Simulator(balanced(), seed=5), Simulator(balanced(), seed=5, backend=OnDevice(False, 30, 1))
    for sim in (cpu, gpu):
        sim.run(2.0)
    np.testing.assert_array_equal(gpu.spikes("E").i, cpu.spikes("E").i)
    assert len(cpu.spikes("E").i) > 10


def test_sources_drive_and_are_recorded():
    given = SpikeSource(times=[0.2, 0.2, 0.9, 1.5], indices=[3, 0, 3, 1])
    drive = Connectivity.from_dense(np.ones((4, 5), np.float32))
    same_spikes(
        Network(
            Population("list", 4, given),
            Population("poisson", 70, PoissonSource(rate=np.linspace(0, 4000, 70), start=0.3, stop=1.6)),
            Population("out", 5, QUICK),
            Projection("list", "out", drive, weight=2.5, delay=0.3),
            Projection("poisson", "out", wired(70, 5, 4, 7), weight=1.0, delay=0.1),
        )
    )


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_injected_currents_are_those_of_the_cpu(precision, tmp_path):
    network = Network(
        Population("a", 70, LIF(r_mem=np.linspace(0.5, 2.0, 70), v_rest=-60.0)),
        Population("b", 3, LIF()),
        StepCurrent("a", np.linspace(0.0, 8.0, 70), start=0.3, stop=1.2),
        RampCurrent("a", 9.0, start=0.5, stop=2.0),
        OUCurrent("a", 5.0, tau=2.0, start=0.2),
        SineCurrent("b", 40.0, frequency=300.0, phase=0.4),
    )
    cpu, gpu = (Simulator(network, seed=5, backend=b, precision=precision) for b in ("cpu", DEVICE))
    for sim in (cpu, gpu):
        sim.run(2.5)
    for name in "ab":
        np.testing.assert_allclose(
            gpu.state(name, "v"), cpu.state(name, "v"), rtol=1e-6 if precision == "float32" else 1e-12
        )
        assert np.ptp(cpu.state(name, "v")) > 0.1 or name == "b"
    assert np.abs(cpu.state("b", "v") + 65.0).min() > 0.1
    begun, ended = (Simulator(network, seed=5, backend=b, precision=precision) for b in (DEVICE, "cpu"))
    begun.run(1.1)
    begun.save(tmp_path / "half")
    ended.restore(tmp_path / "half")
    ended.run(1.4)
    np.testing.assert_allclose(ended.state("a", "v"), cpu.state("a", "v"), rtol=1e-6)


def test_recorded_states_and_rates_are_those_of_the_cpu():
    model = LIFExp(v_rest=0.0, v_threshold=1.0, v_reset=0.0, t_ref=np.array([0.5, 1.0, 0.2]))
    network = Network(Population("a", 3, model), PoissonInput("a", 20_000.0, 8.0, receptor="exc"))
    wanted = [States("a", "i_exc", every=0.3), States("a", "v", indices=[2, 0]), Rates("a", bin=0.5), Spikes("a")]
    cpu, gpu = Simulator(network, record=wanted), Simulator(network, record=wanted, backend=DEVICE)
    for sim in (cpu, gpu):
        sim.run(2.0)
    for request in wanted[:2]:
        np.testing.assert_allclose(gpu.recorded(request).values, cpu.recorded(request).values, rtol=1e-12)
    np.testing.assert_array_equal(gpu.recorded(wanted[2]).counts, cpu.recorded(wanted[2]).counts)
    assert len(cpu.spikes("a").i) > 3


def test_a_checkpoint_goes_from_one_backend_to_the_other(tmp_path):
    whole = Simulator(balanced(), seed=5)
    whole.run(2.4)
    for first, second in (("cpu", DEVICE), (DEVICE, "cpu")):
        begun, ended = Simulator(balanced(), seed=5, backend=first), Simulator(balanced(), seed=5, backend=second)
        begun.run(1.1)
        begun.save(tmp_path / "half")
        ended.restore(tmp_path / "half")
        ended.run(1.3)
        np.testing.assert_array_equal(ended.spikes("E").step, whole.spikes("E").step)
        np.testing.assert_array_equal(ended.state("E", "v"), whole.state("E", "v"))
    assert len(whole.spikes("E").i) > 10


def test_a_checkpoint_whose_spikes_wait_elsewhere_is_refused(tmp_path):
    Simulator(balanced([0, 2]), seed=5).save(tmp_path / "rings")
    with pytest.raises(ValueError, match=r"path.*other backend.*E->E"):
        Simulator(balanced([0, 2]), seed=5, backend=DEVICE).restore(tmp_path / "rings")


def test_a_log_that_is_too_small_is_enlarged_without_losing_spikes():
    sim = Simulator(balanced(), seed=5, backend=DEVICE)
    sim.runner.capacity = 3
    sim.run(1.5)
    whole = Simulator(balanced(), seed=5)
    whole.run(1.5)
    assert len(whole.spikes("E").i) > 3
    np.testing.assert_array_equal(sim.spikes("E").i, whole.spikes("E").i)
    assert sim.runner.capacity > 3


def test_new_weights_act_on_the_device():
    sims = Simulator(balanced(), seed=5), Simulator(balanced(), seed=5, backend=DEVICE)
    for sim in sims:
        sim.run(0.5)
        sim.set_weights("E->E", 1.5)
        sim.run(1.5)
    np.testing.assert_array_equal(sims[1].spikes("E").i, sims[0].spikes("E").i)
    plain = Simulator(balanced(), seed=5)
    plain.run(2.0)
    assert len(plain.spikes("E").i) != len(sims[0].spikes("E").i)


def learning(rule, delay=0.4):
    """A population driven by a few strong inputs, whose plastic synapses have weights of their own."""
    return Network(
        Population("in", 40, PoissonSource(rate=np.linspace(0.0, 2_000.0, 40))),
        Population("E", 30, QUICK),
        Projection("in", "E", wired(40, 30, 12, 1, None, [0.25, 0.5]), delay=delay, plasticity=rule),
        Projection("E", "E", wired(30, 30, 4, 2), weight=-0.25, delay=0.2),
        PoissonInput("E", 9_000.0, 0.25),
    )


@pytest.mark.parametrize("rule", [PairSTDP(0.05, 0.06, w_max=1.0), PairSTDP(0.05, 0.06, w_max=1.0, mu=0.3)])
def test_synapses_learn_as_on_the_cpu(rule):
    cpu, gpu = same_spikes(learning(rule))
    np.testing.assert_allclose(gpu.weights("in->E"), cpu.weights("in->E"), rtol=1e-5, atol=1e-6)
    assert np.abs(cpu.weights("in->E") - learning(rule).projections["in->E"].wiring.weight).max() > 0.02


def test_eligibility_waits_on_the_device_for_dopamine():
    sims = [Simulator(learning(DopamineSTDP(w_max=1.0)), seed=5, backend=b) for b in ("cpu", DEVICE)]
    for sim in sims:
        dopamine = Dopamine("in->E", tonic=20.0)
        sim.run(2.0, callbacks=[Every(0.5, dopamine)])
    np.testing.assert_allclose(sims[1].weights("in->E"), sims[0].weights("in->E"), rtol=1e-5, atol=1e-6)
    start = learning(DopamineSTDP()).projections["in->E"].wiring.weight
    assert np.abs(sims[0].weights("in->E") - start).max() > 1e-4


def test_what_is_learned_goes_from_one_backend_to_the_other(tmp_path):
    rule = PairSTDP(0.05, 0.06, w_max=1.0)
    whole = Simulator(learning(rule), seed=5)
    whole.run(2.4)
    begun, ended = Simulator(learning(rule), seed=5), Simulator(learning(rule), seed=5, backend=DEVICE)
    begun.run(1.1)
    begun.save(tmp_path / "half")
    ended.restore(tmp_path / "half")
    ended.run(1.3)
    np.testing.assert_array_equal(ended.spikes("E").step, whole.spikes("E").step)
    np.testing.assert_allclose(ended.weights("in->E"), whole.weights("in->E"), rtol=1e-5, atol=1e-6)
    assert len(whole.spikes("E").i) > 10


def test_a_chunk_that_is_run_again_does_not_learn_twice():
    rule = PairSTDP(0.05, 0.06, w_max=1.0)
    tight, wide = (Simulator(learning(rule), seed=5, backend=DEVICE) for _ in range(2))
    tight.runner.capacity = 3
    for sim in (tight, wide):
        sim.run(1.5)
    assert tight.runner.capacity > 3
    np.testing.assert_array_equal(tight.weights("in->E"), wide.weights("in->E"))


def test_weights_are_recorded_as_they_are_learned():
    rule, wanted = PairSTDP(0.05, 0.06, w_max=1.0), Weights("in->E", every=0.5)
    cpu, gpu = (Simulator(learning(rule), seed=5, backend=b, record=[wanted]) for b in ("cpu", DEVICE))
    for sim in (cpu, gpu):
        sim.run(1.6)
    np.testing.assert_allclose(gpu.recorded(wanted).values, cpu.recorded(wanted).values, rtol=1e-5, atol=1e-6)
    assert np.ptp(cpu.recorded(wanted).values, axis=0).max() > 0.02


def test_what_the_gpu_cannot_do_is_said_at_once_before_anything_is_built():
    network = Network(Population("a", 2, LIF(), mode="event"))
    with pytest.raises(ValueError, match=r"a: mode 'event', threads=2"):
        Simulator(network, backend="gpu", threads=2)


def rewired(sim):
    """Run, take synapses away and add some while spikes are under way, run on."""
    sim.run(1.1)
    sim.rewire("E->E", drop=list(range(60)), pre=[1, 2, 3], post=[4, 5, 6])
    sim.run(1.3)
    return sim


def test_rewiring_between_steps_is_that_of_the_cpu(tmp_path):
    cpu, gpu = (rewired(Simulator(balanced(), seed=5, backend=b)) for b in ("cpu", DEVICE))
    np.testing.assert_array_equal(gpu.spikes("E").step, cpu.spikes("E").step)
    np.testing.assert_array_equal(gpu.spikes("E").i, cpu.spikes("E").i)
    unchanged = Simulator(balanced(), seed=5)
    unchanged.run(2.4)
    assert len(unchanged.spikes("E").i) != len(cpu.spikes("E").i)
    begun, ended = Simulator(balanced(), seed=5), Simulator(balanced(), seed=5, backend=DEVICE)
    begun.run(1.1)
    begun.rewire("E->E", drop=list(range(60)), pre=[1, 2, 3], post=[4, 5, 6])
    begun.save(tmp_path / "edited")
    ended.restore(tmp_path / "edited")
    ended.run(1.3)
    np.testing.assert_array_equal(ended.spikes("E").i, cpu.spikes("E").i)


def test_rewiring_of_synapses_that_learn_is_that_of_the_cpu():
    rule = PairSTDP(0.05, 0.06, w_max=1.0)
    sims = [Simulator(learning(rule), seed=5, backend=b) for b in ("cpu", DEVICE)]
    for sim in sims:
        sim.run(1.2)
        sim.rewire("in->E", drop=[0, 5, 9, 40], pre=[38, 39], post=[2, 3], weight=0.5)
        sim.run(1.0)
    np.testing.assert_array_equal(sims[1].spikes("E").i, sims[0].spikes("E").i)
    np.testing.assert_allclose(sims[1].weights("in->E"), sims[0].weights("in->E"), rtol=1e-5, atol=1e-6)


def test_rewiring_synapses_that_differ_in_delay_is_refused_on_the_gpu():
    sim = Simulator(balanced([0, 1, 3]), backend=DEVICE)
    with pytest.raises(ValueError, match=r"backend.*'E->E'.*differ in delay.*one delay.*'cpu'"):
        sim.rewire("E->E", drop=[0])


def test_an_unknown_backend_names_the_known_ones():
    with pytest.raises(ValueError, match=r"backend.*gpu"):
        Simulator(balanced(), backend="gpus")


def test_without_a_gpu_the_remedy_is_named(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr("neurosparse.kernels.machine.gpu.interpreted", lambda: False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match=r"CUDA.*backend='cpu'"):
        Simulator(balanced(), backend="gpu")


def test_too_little_memory_says_what_is_asked_and_what_is_free(monkeypatch):
    monkeypatch.setattr("neurosparse.kernels.machine.gpu.free_memory", lambda device: 10)
    with pytest.raises(MemoryError, match=r"needs [\d,]+ bytes.*10 free"):
        Simulator(balanced(), backend=DEVICE)


def test_a_model_with_an_exponential_runs_too():
    network = Network(
        Population("a", 3, EIF(v_rest=-60.0, t_ref=0.5), initial={"v": -52.0}),
        PoissonInput("a", 9_000.0, 30.0, receptor="exc"),
    )
    same_spikes(network, at_least=1)
