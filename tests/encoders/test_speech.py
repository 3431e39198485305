"""Speech: channels the pitch; rises and falls have neurons by themselves."""

from typing import Any

import numpy as np
import pytest

from neurosparse.encoders import MelEncoder, RateEncoder, integrate, raster
from neurosparse.encoders.speech import filter_bank, mel

RATE = 8000


def tone(frequency: float, seconds: float = 0.5) -> Any:
    return np.sin(2 * np.pi * frequency * np.arange(int(seconds * RATE)) / RATE)


def test_neighbouring_filters_share_every_frequency_between_their_peaks() -> None:
    bank = filter_bank(20, 2048, RATE, 60.0, RATE / 2)
    bins = np.arange(1025) * RATE / 2048
    peaks = 700 * (10 ** (np.linspace(mel(60.0), mel(RATE / 2), 22)[1:-1] / 2595) - 1)
    inside = (bins >= peaks[0]) & (bins <= peaks[-1])
    np.testing.assert_allclose(bank.sum(0)[inside], 1.0, atol=1e-12)
    assert np.abs(bins[bank.argmax(1)] - peaks).max() <= RATE / 2048
    assert ((bank >= 0) & (bank <= 1)).all()


def test_a_tone_excites_the_channel_of_its_pitch() -> None:
    encoder = MelEncoder(n_channels=24)
    edges = np.linspace(mel(60.0), mel(RATE / 2), 26)
    for frequency in (150.0, 440.0, 1000.0, 2500.0):
        steps, neurons = encoder.encode(tone(frequency))
        loudest = np.bincount(neurons[neurons < 24], minlength=24).argmax()
        nearest = np.abs(edges[1:-1] - mel(frequency)).argmin()
        assert abs(int(loudest) - int(nearest)) <= 1
        assert (np.diff(steps) >= 0).all()


def test_volume_does_not_count_and_silence_says_nothing() -> None:
    encoder = MelEncoder(n_channels=8)
    sound = tone(700.0) + 0.2 * tone(2000.0)
    np.testing.assert_allclose(
        encoder.loudness(0.01 * sound), encoder.loudness(sound), atol=1e-9
    )
    assert encoder.loudness(sound).max() == 1.0
    for quiet in (np.zeros(4000), np.empty(0)):
        assert len(encoder.encode(quiet)[0]) == 0
    assert encoder.loudness(tone(700.0, 0.001)).shape == (1, 8)


def test_rises_and_falls_speak_through_neurons_of_their_own() -> None:
    encoder = MelEncoder(n_channels=8)
    gap = np.zeros(RATE // 2)
    steps, neurons = encoder.encode(np.concatenate([gap, tone(700.0), gap]))
    rising = steps[(neurons >= 8) & (neurons < 16)]
    falling = steps[neurons >= 16]
    begin, end = 500 / encoder.hop, 1000 / encoder.hop
    assert len(rising)
    assert len(falling)
    # the tone is steady but for its edges, which a window of 25 ms blurs
    assert np.abs(np.median(rising) - begin) <= 4
    assert np.abs(np.median(falling) - end) <= 4
    assert encoder.n_neurons == 24 > neurons.max()
    assert ((steps[neurons < 8] >= begin - 4) & (steps[neurons < 8] <= end + 4)).all()


BAD: dict[str, Any] = {
    "hop: got 0.01, wants at least one sample, 0.125 ms": lambda: MelEncoder(hop=0.01),
    "window: got 1.0, wants at least 16 samples": lambda: MelEncoder(window=1.0),
    "span: got 0": lambda: MelEncoder(span=0.0),
    "n_channels: got 0": lambda: MelEncoder(n_channels=0),
    "values: got nan at": lambda: MelEncoder().encode([np.nan] * 900),
    "values: got an array": lambda: MelEncoder().encode(np.ones((2, 900))),
    "values: got 0.0 to 2.0": lambda: RateEncoder(5).encode([0.0, 2.0]),
    "most: got 0": lambda: RateEncoder(5, most=0.0),
    "n_steps: got 0": lambda: RateEncoder(0),
    "threshold: got 0": lambda: integrate([[1.0]], 0.0),
    r"spikes: got steps 5..5, wants 0..2": lambda: raster(
        (np.array([5]), np.array([0])), 3, 2
    ),
    r"spikes: got neurons 2..2, wants 0..1": lambda: raster(
        (np.array([0]), np.array([2])), 3, 2
    ),
}


@pytest.mark.parametrize("says", BAD)
def test_bad_input_is_refused(says: str) -> None:
    with pytest.raises(ValueError, match=says):
        BAD[says]()
