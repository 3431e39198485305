"""Log-Gabor kernels: oriented filters like those of V1, alike in bandwidth or of several."""

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.errors import bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64

# of orientation, in degrees, as Ladret, Casanova and Perrinet have them
ONE_BANDWIDTH = (12.0,)
SIX_BANDWIDTHS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0)


@dataclass(frozen=True)
class LogGabors:
    """A bank of log-Gabor kernels `[orientations · bandwidths · phases, size, size]`.

    At the frequency f and direction θ of a grid, with f_0 = `frequency`,

        K(f, θ) = exp(-½ ln²(f/f_0)/B_f²)/f · exp((cos(θ - θ_0) - 1)/B_θ²) · e^{-iφ}

    and 0 at f = 0; the kernel is the real part of its inverse transform, inside the circle that
    the grid holds, of unit length. Bandwidths B_θ are in degrees.

    Args:
        orientations: evenly spaced in half a turn.
        bandwidths: B_θ, degrees, each at every orientation.
        phases: evenly spaced in half a turn: 1 even, 2 even and odd.
        size: side of the grid, 2 or more.
        frequency: f_0, cycles a pixel.
        spread: B_f, in natural logarithms of frequency. The papers leave it to a package; .4 is
            this library's choice.

    Raises:
        ValueError: no kernel, or a width that is not above 0.

    Source: Ladret, Casanova & Perrinet 2023, arXiv:2312.14685; D. Field 1987,
    doi:10.1364/JOSAA.4.002379.

    >>> LogGabors(12, SIX_BANDWIDTHS).kernels().shape, len(LogGabors(72, ONE_BANDWIDTH))
    ((144, 12, 12), 144)
    """

    orientations: int = 12
    bandwidths: tuple[float, ...] = SIX_BANDWIDTHS
    phases: int = 2
    size: int = 12
    frequency: float = 0.4
    spread: float = 0.4

    def __post_init__(self) -> None:
        counts = {"orientations": 1, "phases": 1, "size": 2}
        for name, least in counts.items():
            whole = whole_number(f"LogGabors.{name}", getattr(self, name), least)
            object.__setattr__(self, name, whole)
        wants = "widths in degrees"
        several = real_numbers("LogGabors.bandwidths", self.bandwidths, wants)
        widths = tuple(np.atleast_1d(several).tolist())
        if not widths:
            raise bad_argument(
                "LogGabors.bandwidths", self.bandwidths, "one or more widths"
            )
        for width in widths:
            positive("LogGabors.bandwidths", width, "degrees")
        object.__setattr__(self, "bandwidths", widths)
        positive("LogGabors.frequency", self.frequency, "cycles a pixel")
        positive("LogGabors.spread", self.spread)

    def __len__(self) -> int:
        return self.orientations * len(self.bandwidths) * self.phases

    def kernels(self) -> Float64:
        """Return the kernels, by orientation, then bandwidth, then phase."""
        radius, angle = self._grid()
        inside = np.where(radius > 0, radius, 1.0)
        band = np.exp(-0.5 * (np.log(inside / self.frequency) / self.spread) ** 2) / inside
        band = np.where(radius > 0, band, 0.0)
        kernels = [
            self._kernel(band, angle - turn, np.deg2rad(width), phase)
            for turn in np.pi * np.arange(self.orientations) / self.orientations
            for width in self.bandwidths
            for phase in np.pi * np.arange(self.phases) / self.phases
        ]
        return np.stack(kernels)

    def _grid(self) -> tuple[Float64, Float64]:
        """Radius (cycles a pixel) and angle of every frequency."""
        frequencies = np.fft.fftfreq(self.size)
        down, across = np.meshgrid(frequencies, frequencies, indexing="ij")
        return np.hypot(down, across), np.arctan2(down, across)

    def _kernel(self, band: Float64, angle: Float64, width: float, phase: float) -> Float64:
        turned = np.exp((np.cos(angle) - 1) / width**2)
        waves = np.fft.ifft2(band * turned * np.exp(-1j * phase))
        # the middle of the kernel to the middle of the grid
        kernel = np.fft.fftshift(waves.real) * self._circle()
        return np.asarray(kernel / np.linalg.norm(kernel))

    def _circle(self) -> Float64:
        side = np.linspace(-1, 1, self.size)
        circle: Float64 = (side[:, None] ** 2 + side**2 <= 1).astype(np.float64)
        return circle
