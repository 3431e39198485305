"""The emergent memory in the engine: equal to its law, and to the clique matrix."""

from typing import Any

import numpy as np
import pytest

from neurosparse.memory import CliqueMemory, Emergence, MessageNoise


def shown(messages: Any, cycles: int, units: int, noise: MessageNoise, rng: Any = 1) -> Any:
    """Each message for so many cycles, one after the other, through noise."""
    return noise(np.repeat(messages, cycles, axis=0), units, rng)


def drawn(m: int, clusters: int, size: int, rng: Any = 0) -> Any:
    return np.random.default_rng(rng).integers(0, size, (m, clusters))


def stored(messages: Any, units: int) -> CliqueMemory:
    memory = CliqueMemory(units, messages.shape[1])
    memory.store(messages)
    return memory


@pytest.mark.parametrize(
    ("gain", "resolution", "noise"),
    [
        (4.0, 1.0, MessageNoise()),
        (4.0, 0.25, MessageNoise(0.2, 0.3)),
        (1.0, 0.125, MessageNoise(0.1, 0.5)),
        (2.5, 0.5, MessageNoise(0.5, 1.0)),
    ],
)
def test_the_engine_is_the_law_to_the_bit(
    gain: float, resolution: float, noise: MessageNoise
) -> None:
    emergence = Emergence(units=32, clusters=4, gain=gain, resolution=resolution)
    inputs = shown(drawn(5, 4, 8), 15, 32, noise)
    ours, law = emergence.run(inputs), emergence.law(inputs)
    np.testing.assert_array_equal(ours.fired, law.fired)
    np.testing.assert_array_equal(
        ours.synapses.weights_array(), law.synapses.weights_array()
    )
    assert ours.spikes == law.spikes > 100
    # the energy limit
    assert ours.fired.reshape(-1, 4, 8).sum(axis=2).max() == 1


@pytest.mark.parametrize(
    "noise", [MessageNoise(), MessageNoise(0.1, 0.05), MessageNoise(0.2, 0.05)], ids=repr
)
def test_the_synapses_become_the_clique_matrix(noise: MessageNoise) -> None:
    messages = drawn(12, 6, 12, 2)
    memory = stored(messages, 72)
    emerged = Emergence(units=72, clusters=6, gain=6.0).run(shown(messages, 60, 72, noise))
    np.testing.assert_array_equal(emerged.links, memory.dense)
    assert emerged.against(memory) == (1.0, 0)
    # consolidated: nothing is left in between
    weights = emerged.synapses.weights_array()
    assert np.isin(weights, [0, 1]).all()
    assert 0 < weights.mean() < 0.3


def test_input_weaker_than_recurrence_is_captured_by_what_was_stored() -> None:
    messages = drawn(30, 6, 8, 3)
    memory = stored(messages, 48)
    inputs = shown(messages, 30, 48, MessageNoise())
    loud, quiet = (
        Emergence(units=48, clusters=6, gain=g).run(inputs).against(memory)[0]
        for g in (6.0, 1.0)
    )
    assert loud == 1
    assert quiet < 0.5


def test_too_much_noise_loses_links() -> None:
    messages = drawn(12, 6, 12, 2)
    inputs = shown(messages, 60, 72, MessageNoise(0.5, 0.5))
    kept, false = (
        Emergence(units=72, clusters=6, gain=6.0).run(inputs).against(stored(messages, 72))
    )
    assert kept < 0.9
    assert false <= 2


def test_what_was_learned_completes_half_a_message() -> None:
    messages = drawn(6, 6, 12, 4)
    emergence = Emergence(units=72, clusters=6, gain=6.0)
    learned = emergence.run(shown(messages, 30, 72, MessageNoise(0.1, 0.05))).synapses
    part = np.where(np.arange(6) < 3, messages, -1)
    for k in range(3):
        cue = MessageNoise()(np.repeat(part[k : k + 1], 4, axis=0), 72)
        whole = MessageNoise()(messages[k : k + 1], 72)[0]
        assert (emergence.run(cue, start=learned).fired[-1] == whole).all()
        assert (emergence.run(cue).fired[-1] == cue[0]).all()


def test_noise_is_what_it_says() -> None:
    messages = drawn(4000, 5, 10, 5)
    said = MessageNoise()(messages, 50)
    assert (said.sum(axis=1) == 5).all()
    heard = MessageNoise(erase=0.3)(messages, 50, 0)
    assert (heard <= said).all()
    assert heard.sum() / said.sum() == pytest.approx(0.7, abs=0.02)
    more = MessageNoise(insert=0.4)(messages, 50, 0)
    assert (more & ~said).sum() / 20_000 == pytest.approx(0.4 * 0.9, abs=0.02)


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"MessageNoise.erase: got 2, wants a probability"):
        MessageNoise(erase=2)
    with pytest.raises(
        ValueError, match="messages: got symbols from 0 to 9, wants symbols from 0 to 3"
    ):
        MessageNoise()([[0, 9]], units=8)
    with pytest.raises(ValueError, match=r"messages: got an array of int64 \[2\]"):
        MessageNoise()([0, 1], units=8)
    with pytest.raises(
        ValueError, match="units: got 9, wants a multiple of the 2 clusters"
    ):
        MessageNoise()([[0, 1]], units=9)
    with pytest.raises(ValueError, match="clusters: got 9, wants at most one a unit"):
        Emergence(units=8, clusters=9, gain=1.0)
    with pytest.raises(ValueError, match=r"Emergence.gain: got 0"):
        Emergence(units=8, clusters=4, gain=0)
    with pytest.raises(ValueError, match=r"inputs: got an array of bool \[3, 7\]"):
        Emergence(units=8, clusters=4, gain=4.0).run(np.zeros((3, 7), np.bool_))


@pytest.mark.parametrize("method", ["network", "run", "law"])
@pytest.mark.parametrize("wrong", [0.3, -1.0, np.nan, 2])
def test_noise_is_no_input(method: str, wrong: float) -> None:
    inputs = np.zeros((3, 8))
    inputs[1, 2] = wrong
    with pytest.raises(ValueError, match="inputs: got .* wants 0 and 1"):
        getattr(Emergence(8, 2, 3.0), method)(inputs)
