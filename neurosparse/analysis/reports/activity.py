"""Sections of what was recorded: spikes with their statistics, variables, rates, weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse import analysis
from neurosparse.analysis.plots.activity import plot_raster, plot_rate
from neurosparse.analysis.plots.style import COLOURS, add_legend, finish_axes, new_axes
from neurosparse.analysis.reports.page import Section, Sheet, Words
from neurosparse.analysis.reports.picture import picture
from neurosparse.analysis.spikes.source import SpikeTrains

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.recording import SpikeRecord

HEAD = (
    "population",
    "neurons",
    "spikes",
    "rate (Hz)",
    "active",
    "CV",
    "LV",
    "Fano (100 ms)",
    "synchrony (5 ms)",
)
DOTS = 40_000
# above this many spikes a window at the end is shown, and pairwise measures are taken there
MANY = 2_000_000


def activity(records: "Mapping[str, SpikeRecord]", stop: float) -> list[Section]:
    """Statistics of every population, then raster and rate."""
    if not records:
        return []
    rows = []
    parts = list[Any]()
    for name, record in records.items():
        spikes = SpikeTrains.from_record(record, stop=stop)
        part = _window(spikes, len(record))
        rows.append(_row(name, spikes, part))
        if len(record):
            parts.append(picture(plot_raster(part, most=DOTS), f"{name}: spikes"))
            parts.append(picture(plot_rate(part, _width(part)), f"{name}: mean rate of a neuron"))
    about = Words(
        "CV and LV are medians over neurons; empty where too few spikes define a measure."
    )
    return [Section("Activity", [about, Sheet(HEAD, rows), *parts])]


def series(run: Any) -> list[Section]:
    """Recorded variables, population rates and weights."""
    parts = [
        picture(
            _traces(record),
            f"{record.name}: {record.variable} of {min(len(record.i), len(COLOURS))} neurons",
        )
        for record in run.states.values()
        if len(record)
    ]
    parts += [
        picture(_curve(record), f"{record.name}: recorded rate")
        for record in run.rates.values()
        if len(record)
    ]
    parts += [
        picture(_weights(record), f"{record.name}: recorded weights at the start and at the end")
        for record in run.weights.values()
        if len(record)
    ]
    return [Section("Recorded variables", parts)] if parts else []


def _window(spikes: SpikeTrains, count: int) -> SpikeTrains:
    if count <= MANY:
        return spikes
    return spikes.window(spikes.stop - spikes.duration * MANY / count, spikes.stop)


def _row(name: str, spikes: SpikeTrains, part: SpikeTrains) -> list[Any]:
    found = analysis.spike_summary(spikes)
    known = [found.neurons, found.spikes, found.mean_rate, found.active, found.cv, found.lv]
    return [
        name,
        *known,
        _fano(part),
        analysis.synchrony(part, 5.0) if part.duration >= 10.0 else None,
    ]


def _fano(spikes: SpikeTrains) -> float | None:
    if spikes.duration < 200.0:
        return None
    values = analysis.fano_factor(spikes, 100.0)
    values = values[np.isfinite(values)]
    return float(values.mean()) if values.size else None


def _width(spikes: SpikeTrains) -> float:
    """About two hundred bins, of 1, 2 or 5 times a power of ten ms, but none shorter than a
    step.
    """
    aim = max(spikes.duration / 200, spikes.dt or 0.1)
    power = 10.0 ** np.floor(np.log10(aim))
    wide = next(float(k * power) for k in (1, 2, 5, 10) if k * power >= aim * 0.999)
    return min(wide, spikes.duration)


def _traces(record: Any) -> "Axes":
    ax = new_axes(None)
    every = max(1, len(record) // 2000)
    shown = record.select(indices=record.i[: len(COLOURS)])
    for column, colour in enumerate(COLOURS[: len(shown.i)]):
        label = f"{record.label} {shown.i[column]}"
        ax.plot(
            shown.t[::every],
            shown.values[::every, column],
            color=colour,
            linewidth=0.8,
            label=label,
        )
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return finish_axes(
        ax, "time (ms)", f"{record.variable} ({record.unit})" if record.unit else record.variable
    )


def _curve(record: Any) -> "Axes":
    ax = new_axes(None)
    ax.plot(record.t, record.rate, color=COLOURS[0], linewidth=0.9)
    return finish_axes(ax, "time (ms)", "rate (Hz)")


def _weights(record: Any) -> "Axes":
    ax = new_axes(None)
    ends = [record.stored[row : row + 1].ravel() for row in (0, len(record) - 1)]
    edges = np.histogram_bin_edges(np.concatenate(ends), 60)
    for values, colour, row in zip(ends, COLOURS, (0, len(record) - 1), strict=False):
        ax.stairs(
            np.histogram(values, edges)[0],
            edges,
            color=colour,
            linewidth=1.2,
            label=f"{record.t[row]:g} ms",
        )
    add_legend(ax)
    return finish_axes(ax, f"weight ({record.unit})" if record.unit else "weight", "synapses")
