"""Sections of what was recorded: spikes with their statistics, variables, rates, weights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.plots.activity import plot_raster, plot_rate
from neurosparse.analysis.plots.style import COLOURS, add_legend, finish_axes, new_axes
from neurosparse.analysis.reports.page import Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import Picture, picture
from neurosparse.analysis.spikes.counts import fano_factor, synchrony
from neurosparse.analysis.spikes.intervals import spike_summary
from neurosparse.analysis.spikes.source import SpikeTrains

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.recording import Run, SpikeRecord

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
    pictures = list[Picture]()
    for name, record in records.items():
        spikes = SpikeTrains.from_record(record, stop=stop)
        part = _window(spikes, len(record))
        rows.append(_row(name, spikes, part))
        if len(record):
            raster = plot_raster(part, most=DOTS)
            rate = plot_rate(part, _width(part))
            pictures.append(picture(raster, f"{name}: spikes"))
            pictures.append(picture(rate, f"{name}: mean rate of a neuron"))
    about = (
        "CV and LV are medians over neurons; empty where too few spikes define a measure."
    )
    return [Section("Activity", [Paragraph(about), Sheet(HEAD, rows), *pictures])]


def series(run: "Run") -> list[Section]:
    """Recorded variables of neurons and synapses, population rates and weights."""
    pictures = []
    learned = [*run.synapses.values(), *run.traces.values()]
    for state in [*run.states.values(), *learned]:
        if len(state):
            shown = min(len(state.i), len(COLOURS))
            caption = f"{state.name}: {state.variable} of {shown} {state.label}s"
            pictures.append(picture(_traces(state), caption))
    for rate in run.rates.values():
        if len(rate):
            pictures.append(picture(_curve(rate), f"{rate.name}: recorded rate"))
    for weights in run.weights.values():
        if len(weights):
            caption = f"{weights.name}: recorded weights at the start and at the end"
            pictures.append(picture(_weights(weights), caption))
    return [Section("Recorded variables", pictures)] if pictures else []


def _window(spikes: SpikeTrains, count: int) -> SpikeTrains:
    if count <= MANY:
        return spikes
    return spikes.window(spikes.stop - spikes.duration * MANY / count, spikes.stop)


def _row(name: str, spikes: SpikeTrains, part: SpikeTrains) -> list[Any]:
    together = synchrony(part, 5.0) if part.duration >= 10.0 else None
    return [name, *spike_summary(spikes), _fano(part), together]


def _fano(spikes: SpikeTrains) -> float | None:
    if spikes.duration < 200.0:
        return None
    values = fano_factor(spikes, 100.0)
    values = values[np.isfinite(values)]
    return float(values.mean()) if values.size else None


def _width(spikes: SpikeTrains) -> float:
    """About two hundred bins of 1, 2 or 5 times a power of ten ms, none shorter than a step."""
    aim = max(spikes.duration / 200, spikes.dt or 0.1)
    power = 10.0 ** np.floor(np.log10(aim))
    width = next(float(k * power) for k in (1, 2, 5, 10) if k * power >= aim * 0.999)
    return min(width, spikes.duration)


def _traces(record: Any) -> "Axes":
    ax = new_axes(None)
    # a line of two thousand points is as fine as the page
    every = max(1, len(record) // 2000)
    shown = record.select(indices=record.i[: len(COLOURS)])
    for column, colour in enumerate(COLOURS[: len(shown.i)]):
        label = f"{record.label} {shown.i[column]}"
        values = shown.values[::every, column]
        ax.plot(shown.t[::every], values, color=colour, linewidth=0.8, label=label)
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    return finish_axes(ax, "time (ms)", _with_unit(record.variable, record.unit))


def _curve(record: Any) -> "Axes":
    ax = new_axes(None)
    ax.plot(record.t, record.rate, color=COLOURS[0], linewidth=0.9)
    return finish_axes(ax, "time (ms)", "rate (Hz)")


def _weights(record: Any) -> "Axes":
    ax = new_axes(None)
    rows = (0, len(record) - 1)
    ends = [record.stored[row : row + 1].ravel() for row in rows]
    edges = np.histogram_bin_edges(np.concatenate(ends), 60)
    for row, values, colour in zip(rows, ends, COLOURS, strict=False):
        count = np.histogram(values, edges)[0]
        ax.stairs(count, edges, color=colour, linewidth=1.2, label=f"{record.t[row]:g} ms")
    add_legend(ax)
    return finish_axes(ax, _with_unit("weight", record.unit), "synapses")


def _with_unit(name: str, unit: str | None) -> str:
    return f"{name} ({unit})" if unit else name
