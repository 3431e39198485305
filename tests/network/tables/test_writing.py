"""A network written as TOML is the same when it is read back: every part, every spike."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse import (
    LIF,
    Connectivity,
    Network,
    PairSTDP,
    PoissonInput,
    Population,
    Projection,
    Simulator,
)
from neurosparse.cli.model_file.build import build_network
from neurosparse.cli.model_file.files import load_config
from neurosparse.network.tables.kinds import NEURONS, PLASTICITY, STIMULI, WIRING, make
from neurosparse.network.tables.strict import Kind
from neurosparse.network.tables.writing import MOST_SYNAPSES
from neurosparse.neurons import LIFExp, SpikeSource
from neurosparse.plasticity import HIPPOCAMPUS, TripletSTDP
from neurosparse.stimuli import StepCurrent
from neurosparse.wiring import (
    Bernoulli,
    DistanceDependent,
    FixedInDegree,
    FromData,
    Gaussian,
    LogNormal,
    Normal,
    Uniform,
)

RNG = np.random.default_rng(4)
LOOP = Connectivity.from_edges(
    [0, 1, 9],
    [2, 3, 0],
    n_pre=10,
    n_post=40,
    weight=[-1.0, -2.5, -0.1],
    delay_steps=[1, 2, 0],
)
PARTS: tuple[Any, ...] = (
    Projection("E", "E", DistanceDependent(kernel=Gaussian(0.5, 0.3)), weight=0.5),
    Projection("E", "I", Bernoulli(0.3, weight=Normal(1.0, 0.1)), delay=Uniform(1, 5)),
    Projection(
        "E[:20]", "I[::2]", Bernoulli(0.3), weight=LogNormal(0.5, 0.3), label="half"
    ),
    Projection("E[20:-1]", "I[1::2]", Bernoulli(0.3), receptor="exc"),
    Projection("I", "E", LOOP),
    Projection("I", "I", FromData(np.eye(10)), weight=-0.5, delay=1.5),
    Projection("S", "E", FixedInDegree(2), weight=30.0, label="kick"),
    Projection("S", "I", FixedInDegree(2), plasticity=PairSTDP(0.1, 0.1, w_max=2.0)),
    PoissonInput(["E", "I"], rate=3000.0, weight=1.0),
    PoissonInput("E", rate=RNG.uniform(0.0, 2000.0, (2, 40)), weight=1.0, bin=5.0),
    StepCurrent("E", amplitude=np.linspace(0.0, 2.0, 40), start=1.0, stop=9.0),
)


def network(parts: Any) -> Network:
    return Network(
        Population.at(
            "E",
            RNG.random((40, 2)),
            LIF(tau_mem=np.linspace(10.0, 20.0, 40)),
            initial={"v": np.linspace(-65.0, -55.0, 40)},
        ),
        Population("I", 10, LIFExp(), mode="clock"),
        Population("S", 3, SpikeSource(times=[1.0, 2.0, 3.0], indices=[0, 1, 2])),
        parts,
    )


@settings(max_examples=6, deadline=None)
@given(st.sets(st.sampled_from(range(len(PARTS))), min_size=1))
def test_a_network_comes_back_as_it_was(chosen: set[int]) -> None:
    declared = network([PARTS[k] for k in sorted(chosen)])
    text = declared.to_toml()
    again = Network.from_toml(text)
    assert again.to_toml() == text
    assert list(again.projections) == list(declared.projections)
    assert len(again.stimuli) == len(declared.stimuli)
    with (
        Simulator(declared, dt=0.1, seed=3) as one,
        Simulator(again, dt=0.1, seed=3) as two,
    ):
        for simulator in (one, two):
            simulator.run(20.0)
        assert len(one.spikes("S")) == 3
        for name in declared.populations:
            spikes = (simulator.spikes(name) for simulator in (one, two))
            first, second = ((s.step, s.i) for s in spikes)
            np.testing.assert_array_equal(first, second)
            for variable in () if name == "S" else ("v",):
                states = (simulator.state(name, variable) for simulator in (one, two))
                np.testing.assert_array_equal(*states)
        for name in declared.projections:
            np.testing.assert_array_equal(one.weights(name), two.weights(name))


def test_all_parts_fire_together() -> None:
    with Simulator(Network.from_toml(network(PARTS).to_toml()), seed=1) as simulator:
        simulator.run(50.0)
        assert all(len(simulator.spikes(name)) > 2 for name in "EIS")


@pytest.mark.parametrize("known", [NEURONS, PLASTICITY, STIMULI, WIRING])
def test_every_kind_that_needs_no_more_than_numbers_is_written_and_read(known: Any) -> None:
    from neurosparse.network.tables.writing import _kind

    some = {"target": "E", "rate": 5.0, "weight": 1.0, "amplitude": 1.0, "p": 0.5, "k": 4}
    some |= {
        "w_max": 1.0,
        "w_unit": 1.0,
        "a_plus": 0.1,
        "a_minus": 0.1,
        "frequency": 5.0,
        "sigma": 1.0,
        "tau": 5.0,
    }
    read = 0
    for name in known:
        parameters = {}
        for key in getattr(known.find(name), "__dataclass_fields__", ()):
            if key in some:
                parameters[key] = some[key]
        try:
            part = make(Kind(name, parameters), known, "here")
            table = _kind(part, known, "here")
        except (ValueError, TypeError):
            continue  # wants more, or is a diagram
        read += 1
        rest = {key: value for key, value in table.items() if key != "kind"}
        assert _kind(make(Kind(name, rest), known, "there"), known, "there") == table
    assert read >= 3


def test_a_rule_is_written_with_its_fit() -> None:
    rule = TripletSTDP(w_max=2.0, fit=HIPPOCAMPUS)
    text = network([Projection("S", "I", FixedInDegree(2), plasticity=rule)]).to_toml()
    again = Network.from_toml(text)
    assert again.projections["S->I"].plasticity == rule
    assert again.to_toml() == text


def test_neurosparse_run_takes_it(tmp_path: Path) -> None:
    text = network(PARTS).to_toml()
    path = tmp_path / "model.toml"
    path.write_text("title = 'written'\n[simulation]\nduration = 5.0\n" + text)
    assert build_network(load_config(path)).to_toml() == text
    # and what runs need besides is passed over
    assert Network.from_toml(path.read_text()).to_toml() == text


class Mine(LIF):
    """A model of one's own."""


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (Population("X", 2, Mine()), "Population('X').model: got"),
        (
            Projection("E", "E", Bernoulli(0.1), weight=lambda n, rng: rng.random(n)),
            "weight",
        ),
        (
            Projection("E", "E", DistanceDependent(kernel=lambda d: np.exp(-d))),
            "wiring.kernel: got",
        ),
    ],
)
def test_what_no_table_can_name_is_refused(part: Any, says: str) -> None:
    with pytest.raises(TypeError, match="what a table can name") as caught:
        network([part]).to_toml()
    assert says in str(caught.value)


def test_large_diagrams_belong_into_files() -> None:
    n = 400
    assert n * n > MOST_SYNAPSES
    full = Connectivity.from_dense(np.ones((n, n)))
    declared = Network(Population("E", n, LIF()), Projection("E", "E", full))
    with pytest.raises(
        ValueError, match=r"160,000 synapses, wants at most.*FromData\(PATH\)"
    ):
        declared.to_toml()


def test_bad_texts_are_refused() -> None:
    for text, says in (
        ("[[population]", "not TOML"),
        ("[[populaton]]\nname = 'E'", "populaton: unknown key; did you mean 'population'?"),
        ("[[projection]]\npre = 'E'", "population"),
        ("[[population]]\nname = 'E'\nn = 2\nmodel = { kind = 'LIFF' }", "'LIF'"),
    ):
        with pytest.raises(ValueError, match=".") as caught:
            Network.from_toml(text)
        assert says in str(caught.value)
    with pytest.raises(TypeError, match=r"text: got .*read_text"):
        Network.from_toml(Path("model.toml"))  # type: ignore[arg-type]
