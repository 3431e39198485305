"""Programs of operations: what they print, deliveries that join."""

import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.wiring import AllToAll
from tests.engine.networks import mixed_network


def test_a_program_prints_a_line_an_operation():
    sim = Simulator(mixed_network(), dt=0.1)
    lines = str(sim.program).splitlines()
    assert len(lines) == 1 + len(sim.program.operations)
    words = [line.split() for line in lines]
    assert words[0] == ["phase", "of", "function", "sizes"]
    assert [tuple(w[:2]) for w in words[1:]] == [
        ("stimulate", "in"),
        ("update", "A"),
        ("update", "E"),
        ("stimulate", "E"),
        ("deliver", "in->E"),
        ("deliver", "dense"),
        ("deliver", "in->A"),
        ("plasticity", "E->E"),
    ]
    rows = words[5]
    assert rows[2] == "deliver_spikes_float64_uint16_int64"
    assert {"n_pre=20", "n_delays=1", f"nnz={sim.connectivity('in->E').nnz}"} <= set(rows)


@pytest.mark.parametrize("n", [2, 50])
def test_matrices_onto_one_receptor_are_joined(n):
    parts = [
        Projection(
            "in", "E", AllToAll(), weight=0.01, delay=0.1 * (1 + k % 3), label=f"p{k}"
        )
        for k in range(n)
    ]
    source = Population("in", 64, PoissonSource(rate=100.0))
    net = Network(source, Population("E", 64, LIF(), mode="clock"), *parts)
    sim = Simulator(net, dt=0.1)
    assert {p.layout for p in sim.summary().projections} == {"bits"}
    joined = [
        op for op in sim.program.operations if op.name == "deliver_coincident_float64"
    ]
    assert [op.block.words.n_blocks for op in joined] == [min(n, 47), n - 47][
        : 1 + (n > 47)
    ]
    assert joined[0].owner.split(", ") == [p.name for p in parts[:47]]
    assert f"n_blocks={min(n, 47)}" in str(sim.program)
