"""Figures of activity: spike raster and population rate."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import (
    COLOURS,
    FONT_SIZE,
    GREY,
    INK,
    add_legend,
    by_group,
    finish_axes,
    group_ticks,
    new_axes,
)
from neurosparse.analysis.spikes.counts import population_rate
from neurosparse.analysis.spikes.source import SpikeTrains, as_trains
from neurosparse.checks import whole_number
from neurosparse.typing import Int64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.recording import SpikeRecord

# more dots than this only add ink: an even sample of neurons is shown and said so
DOTS = 200_000


def plot_raster(
    spikes: "SpikeTrains | SpikeRecord",
    *,
    groups: npt.ArrayLike | None = None,
    ax: "Axes | None" = None,
    most: int = DOTS,
    stop: float | None = None,
) -> "Axes":
    """Draw every spike as a dot, neurons sorted by group (`groups` `[n]`, any labels).

    Above `most` spikes every k-th neuron is drawn and the title says which share. Where a group is
    too narrow for its name, the axis says how many groups there are. A record of a simulation is
    drawn until `stop` ms, or to its last spike.

    >>> pair = SpikeTrains.from_times([1.0, 2.0], [0, 1], n=2, stop=5.0)
    >>> tuple(map(float, plot_raster(pair, groups=["a", "b"]).get_xlim()))
    (0.0, 5.0)
    """
    spikes = as_trains(spikes, stop, last=True)
    whole_number("most", most, 1)
    ax = new_axes(ax)
    order, names, bounds = by_group(groups, spikes.n)
    place = np.empty(spikes.n, np.int64)
    place[order] = np.arange(spikes.n)
    time, index = spikes.arrays()
    row = place[index]
    step = max(1, -(-len(time) // most))
    shown = row % step == 0
    time = time[shown]
    row = row[shown]
    member = np.searchsorted(bounds, row, side="right") - 1
    size = float(np.clip(2e4 / max(len(time), 1), 0.15, 6.0))
    # a bitmap inside a vector file: a hundred thousand circles do not print
    for group in np.unique(member):
        chosen = member == group
        colour = COLOURS[group % len(COLOURS)] if names else INK
        ax.scatter(
            time[chosen], row[chosen], s=size, c=colour, linewidths=0, rasterized=True
        )
    named = _name_groups(ax, names, bounds, spikes.n)
    ax.set_xlim(spikes.start, spikes.stop)
    ax.set_ylim(-0.5, max(spikes.n, 1) - 0.5)
    title = f"1 in {step} neurons shown" if step > 1 else None
    narrow = f"{len(names)} groups" if named < len(names) else ""
    return finish_axes(ax, "time (ms)", narrow if names else "neuron", title)


def _name_groups(ax: "Axes", names: list[str], bounds: Int64, n: int) -> int:
    """Write the names that there is room for; return how many."""
    if not names:
        return 0
    for line in bounds[1:-1]:
        ax.axhline(line - 0.5, color=GREY, linewidth=0.4)
    ticks = group_ticks(names, bounds, 0.045 * n)
    middles = [middle - 0.5 for middle, _ in ticks]
    ax.set_yticks(middles, [name for _, name in ticks], fontsize=FONT_SIZE - 1)
    ax.tick_params(axis="y", length=0)
    return len(ticks)


def plot_rate(
    spikes: "SpikeTrains | SpikeRecord",
    width: float = 5.0,
    *,
    groups: npt.ArrayLike | None = None,
    ax: "Axes | None" = None,
    stop: float | None = None,
) -> "Axes":
    """Draw the population rate (Hz per neuron) in bins of `width` ms, one line per group.

    More than six groups share one line: colours would repeat. A record of a simulation is drawn
    until `stop` ms, or to its last spike.

    >>> pair = SpikeTrains.from_times([1.0, 2.0], [0, 1], n=2, stop=5.0)
    >>> plot_rate(pair, width=1.0).lines[0].get_ydata().tolist()
    [0.0, 500.0, 500.0, 0.0, 0.0]
    """
    spikes = as_trains(spikes, stop, last=True)
    ax = new_axes(ax)
    _, names, _ = by_group(groups, spikes.n)
    if len(names) > len(COLOURS) or len(names) < 2:
        curve = population_rate(spikes, width)
        ax.plot(curve.time + width / 2, curve.rate, color=INK, linewidth=0.9)
    else:
        _, member = np.unique(np.asarray(groups), return_inverse=True)
        _lines_by_group(ax, spikes, width, member, names)
    ax.set_xlim(spikes.start, spikes.stop)
    ax.set_ylim(bottom=0)
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return finish_axes(ax, "time (ms)", "rate (Hz)")


def _lines_by_group(
    ax: "Axes", spikes: SpikeTrains, width: float, member: Int64, names: list[str]
) -> None:
    bins = spikes.bins(width)
    count = np.zeros((len(names), bins))
    for bin_, index in spikes.binned(width):
        np.add.at(count, (member[index], bin_), 1)
    middle = spikes.start + width * (np.arange(bins) + 0.5)
    for row, size, name, colour in zip(
        count, np.bincount(member), names, COLOURS, strict=False
    ):
        ax.plot(
            middle,
            row * 1000.0 / width / size,
            color=colour,
            linewidth=0.9,
            label=str(name),
        )
