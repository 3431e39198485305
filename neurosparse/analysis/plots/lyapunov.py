"""Figures of Lyapunov exponents."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.plots import style
from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.lyapunov import LyapunovSpectrum


def plot_lyapunov_spectrum(
    spectra: Any, ax: "Axes | None" = None, unit: str = "1 / time", title: str | None = None
) -> "Axes":
    """Draw exponents λ_i over i / n, a line a spectrum; below 0 perturbations do not grow.

    Args:
        spectra: exponents `[k]`, a `LyapunovSpectrum`, or several by name in a dict.
        ax: drawn on, or new axes.
        unit: of the exponents.
        title: above.

    Raises:
        ValueError: a spectrum without numbers.

    >>> ax = plot_lyapunov_spectrum({"a": [0.9, 0.0, -14.6], "b": [-1.0, -2.0]})
    >>> len(ax.get_lines())
    3
    """
    ax = style.new_axes(ax)
    named = spectra if isinstance(spectra, dict) else {"": spectra}
    for place, (name, one) in enumerate(named.items()):
        values = np.asarray(getattr(one, "exponents", one), np.float64)
        if values.ndim != 1 or not values.size or np.isnan(values).any():
            raise bad_argument("spectra", values, "exponents, shape [k]")
        share = (np.arange(len(values)) + 0.5) / len(values)
        ax.plot(
            share,
            # largest first
            -np.sort(-values),
            color=style.COLOURS[place % len(style.COLOURS)],
            marker="o" if len(values) <= 12 else None,
            markersize=3,
            linewidth=1.2,
            label=name or None,
        )
    ax.axhline(0.0, color=style.GREY, lw=0.8, zorder=0)
    style.add_legend(ax)
    return style.finish_axes(ax, "index / number", f"exponent ({unit})", title)


def plot_lyapunov_convergence(
    spectrum: "LyapunovSpectrum",
    ax: "Axes | None" = None,
    most: int = 6,
    unit: str = "1 / time",
    title: str | None = None,
) -> "Axes":
    """Draw the running averages of the largest exponents: flat ends are estimates one may trust.

    Args:
        spectrum: with the history of its averages.
        ax: drawn on, or new axes.
        most: lines.
        unit: of the exponents.
        title: above.

    >>> from neurosparse.lyapunov import LinearMap, spectrum
    >>> system = LinearMap([[0.5, 1.0], [0.0, 2.0]])
    >>> exponents = spectrum(system, [0.0, 0.0], 30, rng=0)
    >>> len(plot_lyapunov_convergence(exponents).get_lines())
    2
    """
    ax = style.new_axes(ax)
    for i, averages in enumerate(spectrum.history.T[:most]):
        colour = style.COLOURS[i % len(style.COLOURS)]
        ax.plot(spectrum.times, averages, color=colour, linewidth=1.0, label=f"λ{i + 1}")
    style.add_legend(ax, ncols=2)
    return style.finish_axes(ax, "time averaged over", f"exponent ({unit})", title)
