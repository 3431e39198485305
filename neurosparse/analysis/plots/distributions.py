"""Figures of distributions: degrees with their fits, weights, delays."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import (
    COLOURS,
    GREY,
    INK,
    add_legend,
    finish_axes,
    new_axes,
)
from neurosparse.analysis.topology.graph import as_connectivity
from neurosparse.analysis.topology.powerlaw import PowerLaw, fit_power_law
from neurosparse.errors import bad_argument
from neurosparse.typing import Array, Float64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.connectivity import Connectivity

_BARS = 500


def plot_degree_ccdf(
    degrees: npt.ArrayLike,
    *,
    fit: PowerLaw | bool = True,
    label: str = "degree",
    colour: str = COLOURS[0],
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw P(degree ≥ k) on log axes with the fitted power-law tail and the verdict of its tests.

    Call it again on the same axes to compare.

    Args:
        degrees: whole numbers, or strengths with fractions `[n]`; zeros count in the share but have
            no place on a log axis.
        fit: True to fit, False for none, or a fit from before.
        label: in the legend.
        colour: of the dots.
        ax: drawn on, or new axes.

    >>> ax = plot_degree_ccdf([1, 1, 2, 4], fit=False)
    >>> ax.lines[0].get_ydata().tolist()
    [1.0, 0.5, 0.25]
    """
    values = np.asarray(degrees)
    numbers = values.ndim == 1 and values.dtype.kind in "iuf"
    if not (numbers and np.isfinite(values).all() and values.min(initial=0) >= 0):
        remedy = "such as degrees(c).outgoing"
        expected = "finite numbers from 0 up, one a neuron"
        raise bad_argument("degrees", degrees, expected, remedy)
    ax = new_axes(ax)
    values = np.sort(values)
    distinct = np.unique(values[values > 0])
    share = 1.0 - np.searchsorted(values, distinct) / max(len(values), 1)
    ax.loglog(distinct, share, ".", color=colour, markersize=3, label=label)
    law = fit_power_law(values) if fit is True else fit
    if isinstance(law, PowerLaw) and np.isfinite(law.alpha):
        _tail(ax, law, distinct, share)
    add_legend(ax, loc="lower left")
    return finish_axes(ax, "k", "share with degree ≥ k")


def _tail(ax: "Axes", law: PowerLaw, values: Array, share: Float64) -> None:
    from scipy.special import zeta

    k = np.geomspace(law.xmin, values[-1], 50)
    start = float(share[np.searchsorted(values, law.xmin)])
    label = f"α = {law.alpha:.2f} ± {law.error:.2f} from {law.xmin:g}; {law.verdict}"
    # the law of whole numbers has a whole beginning, whatever type the values came in
    if isinstance(law.xmin, int):
        tail = zeta(law.alpha, k) / zeta(law.alpha, law.xmin)
    else:
        tail = (k / law.xmin) ** (1 - law.alpha)
    ax.loglog(k, start * tail, color=INK, linewidth=1, label=label)


def plot_weights(
    connectivity: "Connectivity", *, bins: int = 60, ax: "Axes | None" = None
) -> "Axes":
    """Draw how often each weight occurs; excitatory and inhibitory weights in two colours.

    >>> from neurosparse.connectivity import Connectivity
    >>> mixed = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, weight=[0.5, -0.5])
    >>> [bars.get_data().values.tolist() for bars in plot_weights(mixed, bins=2).patches]
    [[0, 1], [1, 0]]
    """
    values = np.asarray(as_connectivity(connectivity).weights_array(), np.float64)
    ax = new_axes(ax)
    edges = (
        np.histogram_bin_edges(values, bins) if values.size else np.linspace(0, 1, bins + 1)
    )
    excitatory = np.histogram(values[values >= 0], edges)[0]
    inhibitory = np.histogram(values[values < 0], edges)[0]
    ax.stairs(excitatory, edges, color=COLOURS[0], fill=True)
    ax.stairs(inhibitory, edges, color=COLOURS[1], fill=True)
    ax.axvline(0, color=GREY, linewidth=0.5)
    return finish_axes(ax, "weight", "edges")


def plot_delays(
    connectivity: "Connectivity", dt: float | None = None, *, ax: "Axes | None" = None
) -> "Axes":
    """Draw how often each delay occurs, in ms when the step `dt` (ms) is given, else in steps.

    One bar a step up to 500 steps; beyond, a bar stands for as many steps as make 500 bars enough.

    >>> from neurosparse.connectivity import Connectivity
    >>> wired = Connectivity.from_edges([0, 1], [1, 0], n_pre=2, n_post=2, delay_steps=[1, 3])
    >>> [int(bar.get_height()) for bar in plot_delays(wired).patches]
    [0, 1, 0, 1]
    """
    as_connectivity(connectivity)
    ax = new_axes(ax)
    delays = np.asarray(connectivity.delay_steps_array(), np.int64)
    wide = int(delays.max(initial=0)) // _BARS + 1
    count = np.bincount(delays // wide, minlength=1)
    unit = dt or 1.0
    middle = np.arange(len(count)) * wide + (wide - 1) / 2
    ax.bar(middle * unit, count, width=0.9 * wide * unit, color=COLOURS[2])
    label = "delay (ms)" if dt else "delay (steps)"
    if wide > 1:
        label += f", {wide} steps a bar"
    return finish_axes(ax, label, "edges")
