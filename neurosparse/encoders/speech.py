"""Speech as spikes: the channels of a mel filter bank add up their loudness until they spike."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.encoders.rate import integrate
from neurosparse.encoders.spikes import DeltaEncoder, Spikes, as_signal
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64


def mel(frequency: Any) -> Any:
    """Pitch in mel of a frequency in Hz: 2595 log10(1 + f / 700).

    Source: O'Shaughnessy 1987, ISBN 978-0-201-16520-3.

    >>> round(float(mel(1000.0)))
    1000
    """
    return 2595 * np.log10(1 + np.asarray(frequency, np.float64) / 700)


def filter_bank(
    n_channels: int, n_fft: int, rate: float, low: float, high: float
) -> Float64:
    """Triangular filters, evenly spaced in mel from low to high Hz: `[n_channels, n_fft // 2 + 1]`.

    >>> bank = filter_bank(4, 64, 8000.0, 100.0, 4000.0)
    >>> bank.shape, bool((bank.sum(1) > 0).all())
    ((4, 33), True)
    """
    edges = 700 * (10 ** (np.linspace(mel(low), mel(high), n_channels + 2) / 2595) - 1)
    bins = np.arange(n_fft // 2 + 1) * rate / n_fft
    left = edges[:-2, None]
    middle = edges[1:-1, None]
    right = edges[2:, None]
    rising = (bins - left) / (middle - left)
    falling = (right - bins) / (right - middle)
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


@dataclass(frozen=True)
class MelEncoder:
    """Turn sound into spikes of `3 n_channels` neurons, a step every `hop` ms.

    The energy in each mel channel is taken in dB down from the loudest, cut at `span` and scaled to
    [0, 1]. Neurons 0..n-1 spike when their sum passes `threshold` (how loud), the next n at each
    rise by `change`, the last n at each fall (what moves). Channels are the spacing of the ear, the
    rest is ours.

    Args:
        rate: samples a second.
        n_channels: filters between `low` Hz and half the rate.
        hop, window: in ms.
        span: dB below the loudest that are still heard.
        threshold: loudness that makes a spike; 1 is one step at the loudest.
        change: rise or fall that makes one.

    >>> beep = np.sin(2 * np.pi * 1000 * np.arange(4000) / 8000)
    >>> encoder = MelEncoder(n_channels=8)
    >>> steps, neurons = encoder.encode(beep)
    >>> int(np.bincount(neurons[neurons < 8]).argmax()), encoder.n_neurons
    (3, 24)
    """

    rate: float = 8000.0
    n_channels: int = 40
    hop: float = 10.0
    window: float = 25.0
    span: float = 50.0
    threshold: float = 1.5
    change: float = 0.2

    def __post_init__(self) -> None:
        checks.whole_number("n_channels", self.n_channels, 1)
        for name in ("rate", "hop", "window", "span", "threshold", "change"):
            checks.positive(name, getattr(self, name))
        if self.window * self.rate < 16_000:
            raise bad_argument("window", self.window, "at least 16 samples", "lengthen it")
        if round(self.hop * self.rate / 1000) < 1:
            raise bad_argument(
                "hop", self.hop, f"at least one sample, {1000 / self.rate:g} ms"
            )

    @property
    def n_neurons(self) -> int:
        """Neurons that it drives."""
        return 3 * self.n_channels

    def loudness(self, sound: Any) -> Float64:
        """Loudness in [0, 1] of each channel, `[n_steps, n_channels]`; a silent sound is all 0.

        Raises:
            ValueError: samples that are not a vector of finite numbers.
        """
        from scipy.signal import stft

        samples = as_signal(sound, 1)
        width = round(self.window * self.rate / 1000)
        hop = round(self.hop * self.rate / 1000)
        if samples.size < width:
            samples = np.pad(samples, (0, width - samples.size))
        n_fft = max(512, width)
        _, _, spectrum = stft(
            samples,
            self.rate,
            "hann",
            width,
            width - hop,
            n_fft,
            boundary=None,
            padded=False,
            detrend=False,
        )
        bank = filter_bank(self.n_channels, n_fft, self.rate, 60.0, self.rate / 2)
        energy = bank @ np.abs(spectrum) ** 2
        if not energy.max() > 0:
            return np.zeros(energy.T.shape)
        decibel = 10 * np.log10(np.maximum(energy / energy.max(), 1e-12))
        return np.asarray(np.maximum(0.0, 1 + decibel / self.span).T)

    def encode(self, sound: Any) -> Spikes:
        """Return (step, neuron) of all spikes of a sound `[n_samples]`, in order of time."""
        loud = self.loudness(sound)
        steps, neurons = integrate(loud, self.threshold)
        moved, signs = DeltaEncoder(self.change).encode(loud)
        shifted = self.n_channels * (1 + signs % 2) + signs // 2
        all_steps = np.concatenate([steps, moved])
        all_neurons = np.concatenate([neurons, shifted])
        order = np.lexsort((all_neurons, all_steps))
        return all_steps[order], all_neurons[order].astype(np.int32)
