"""From a file to a network: names are found, values arrive, errors say where they stand."""

from typing import Any

import numpy as np
import pytest

from neurosparse.cli.model_file.build import build_network, build_requests
from neurosparse.cli.model_file.files import parse_config
from neurosparse.engine import Simulator
from neurosparse.network.tables.strict import ConfigError
from tests.cli.model_file.models import document


def test_everything_arrives() -> None:
    network = build_network(
        parse_config(
            document(
                projection=[
                    {
                        "pre": "E",
                        "post": "I",
                        "receptor": "inh",
                        "wiring": {
                            "kind": "Bernoulli",
                            "p": 0.5,
                            "weight": {"kind": "Normal", "mean": 1.0, "sd": 0.1},
                        },
                        "delay": 1.5,
                        "label": "feedforward",
                    }
                ],
                stimulus=[
                    {"kind": "PoissonInput", "target": "E", "rate": [10.0] * 8, "weight": 2}
                ],
            )
        )
    )
    assert network.populations["E"].initial == {"v": -60.0}
    assert network.populations["I"].model.tau_mem.tolist() == [10.0, 20.0]
    assert network.populations["I"].mode == "clock"
    wiring = network.projections["feedforward"].wiring
    assert wiring.p == 0.5
    assert wiring.weight.mean == 1.0
    assert 0 < wiring.build(8, 2, np.random.default_rng(1)).nnz < 16
    assert network.stimuli[0].rate.shape == (8,)


def test_plasticity_changes_weights() -> None:
    rule = {"kind": "PairSTDP", "a_plus": 0.1, "a_minus": 0.05, "w_max": 2.0}
    learning = {
        "pre": "E",
        "post": "E",
        "wiring": {"kind": "AllToAll"},
        "weight": 0.5,
        "plasticity": rule,
    }
    drive = {"kind": "PoissonInput", "target": "E", "rate": 2000.0, "weight": 10.0}
    config = parse_config(document(projection=[learning], stimulus=[drive]))
    simulator = Simulator(build_network(config), 0.1, 1)
    simulator.run(100.0)
    weights = simulator.weights("E->E")
    assert len(simulator.spikes("E")) > 10
    assert np.ptp(weights) > 0.01
    assert 0 <= weights.min() <= weights.max() <= 2.0


def test_a_rule_that_nobody_rewards_is_refused() -> None:
    learning = {
        "pre": "E",
        "post": "E",
        "wiring": {"kind": "AllToAll"},
        "plasticity": {"kind": "DopamineSTDP"},
    }
    with pytest.raises(
        ConfigError, match=r"projection\[0\].plasticity: waits for a reward.*from a script"
    ):
        build_network(parse_config(document(projection=[learning])))


def test_rules_together_and_what_their_synapses_keep_are_recorded() -> None:
    pair = {"kind": "PairSTDP", "a_plus": 0.1, "a_minus": 0.1, "w_max": 4.0}
    calcium = {"kind": "GraupnerBrunel", "w_max": 4.0}
    rules: dict[str, Any] = {
        "simulation": {"duration": 10.0},
        "population": [{"name": "E", "n": 4, "model": {"kind": "LIF", "i_ext": 40.0}}],
        "projection": [
            {
                "pre": "E",
                "post": "E",
                "wiring": {"kind": "AllToAll"},
                "weight": 1.0,
                "plasticity": [pair, calcium],
            }
        ],
        "record": [
            {
                "kind": "SynapseStates",
                "projection": "E->E",
                "variable": "calcium",
                "every": 1.0,
            },
            {
                "kind": "Traces",
                "projection": "E->E",
                "side": "post",
                "variable": "recent",
                "every": 1.0,
            },
        ],
    }
    config = parse_config(rules)
    requests = build_requests(config)
    with Simulator(build_network(config), record=requests) as simulation:
        simulation.run(30.0)
        assert [simulation.recorded(r).values.max() > 0.5 for r in requests] == [True, True]
    rules["projection"][0]["plasticity"] = [pair, {"kind": "DopamineSTDP"}]
    with pytest.raises(
        ConfigError, match=r"projection\[0\]\.plasticity: waits for a reward"
    ):
        build_network(parse_config(rules))
    rules["projection"][0]["plasticity"] = [pair, {"kind": "PairSTP"}]
    with pytest.raises(ConfigError, match=r"plasticity\[1\].*did you mean 'PairSTDP'"):
        build_network(parse_config(rules))


def test_all_spikes_are_recorded_unless_told() -> None:
    assert [r.population for r in build_requests(parse_config(document()))] == ["E", "I"]
    told = [
        {
            "kind": "States",
            "population": "E",
            "variable": "v",
            "indices": [0, 2],
            "every": 1.0,
        }
    ]
    (request,) = build_requests(parse_config(document(record=told)))
    assert (request.variable, request.indices.tolist(), request.every) == ("v", [0, 2], 1.0)
    assert np.issubdtype(request.indices.dtype, np.integer)


ALL = {"kind": "AllToAll"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            {"projection": [{"pre": "X", "post": "I", "wiring": ALL}]},
            "got 'X', wants one of E, I",
        ),
        (
            {
                "projection": [
                    {"pre": "E", "post": "I", "wiring": {"kind": "Bernouli", "p": 0.1}}
                ]
            },
            "mean 'Bernoulli'?",
        ),
        (
            {
                "projection": [
                    {"pre": "E", "post": "I", "wiring": {"kind": "Bernoulli", "p": 2.0}}
                ]
            },
            "projection[0]",
        ),
        (
            {"projection": [{"pre": "E", "post": "I", "wiring": {"kind": "Bernoulli"}}]},
            "wiring.p: missing",
        ),
        (
            {"projection": [{"pre": "E", "post": "I", "wiring": ALL, "delay": -1.0}]},
            "wants 0 ms or more",
        ),
        (
            {
                "projection": [
                    {"pre": "E", "post": "I", "wiring": ALL, "weight": float("nan")}
                ]
            },
            "finite numbers",
        ),
        (
            {"projection": [{"pre": "E", "post": "I", "wiring": ALL, "receptor": "ex"}]},
            "did you mean 'exc'?",
        ),
        (
            {"projection": [{"pre": "E", "post": "I", "wiring": ALL}] * 2},
            "a name not used before",
        ),
        (
            {
                "stimulus": [
                    {"kind": "PoissonInput", "target": "E", "rate": -1.0, "weight": 1.0}
                ]
            },
            "stimulus[0]",
        ),
        (
            {
                "stimulus": [
                    {"kind": "PoissonInput", "target": "A", "rate": 1.0, "weight": 1.0}
                ]
            },
            "wants one of E, I",
        ),
        (
            {"stimulus": [{"kind": "StepCurrent", "target": "E"}]},
            "stimulus[0].amplitude: missing",
        ),
        (
            {"population": [{"name": "E", "n": 0, "model": {"kind": "LIF"}}]},
            "population[0]: Population.n: got 0",
        ),
        (
            {"population": [{"name": "E", "n": 1, "model": {"kind": "LIF"}, "mode": "x"}]},
            "population[0]",
        ),
        (
            {
                "population": [
                    {"name": "E", "n": 1, "model": {"kind": "LIF"}, "initial": {"u": 1.0}}
                ]
            },
            "initial",
        ),
    ],
)
def test_what_cannot_be_meant_is_named(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build_network(parse_config(document(**more)))
    assert says in str(caught.value)


def test_a_nested_kind_that_is_not_there() -> None:
    wiring = {"kind": "AllToAll", "weight": {"kind": "Normall", "mean": 1.0, "sd": 1.0}}
    with pytest.raises(
        ConfigError,
        match="wiring.weight.kind: unknown kind 'Normall'; did you mean 'Normal'",
    ):
        build_network(
            parse_config(document(projection=[{"pre": "E", "post": "I", "wiring": wiring}]))
        )
