"""One HTML page of an experiment: design, effects beside nulls, rasters, neurons, provenance."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse import typing
from neurosparse.analysis import (
    ReportFigure,
    ReportTable,
    ReportText,
    SpikeTrains,
    plot_raster,
    write_report,
)
from neurosparse.experiment.effects import Beside
from neurosparse.experiment.evidence import Evidence

MOST_ROWS = 2_000
DRAWN = 24
RASTERS = 4
MOST_LINES = 80


def experiment_report(
    evidence: Evidence, path: typing.Path | None = None, *, title: str = "Experiment"
) -> Path:
    """Write one self-contained HTML page about an experiment and return where it is.

    Args:
        evidence: what `Experiment.run` or `open_evidence` gave, complete or not.
        path: of the page; `report.html` beside the results unless said.
        title: of the page.
    """
    target = evidence.results.path.with_name("report.html")
    target = target if path is None else Path(path)
    sections = {
        "Design": _design(evidence),
        "Effects": _effects(evidence),
        "The intact brain beside rewired ones": _baselines(evidence),
        "Spikes by type": _rasters(evidence),
        "Neurons most affected": _neurons(evidence),
        "Provenance": _provenance(evidence),
    }
    return write_report(target, title, sections, repr(evidence))


def _design(evidence: Evidence) -> list[Any]:
    about = evidence.about
    controls = ", ".join(f"{name} ({k} graphs)" for name, k in about["controls"].items())
    synapse = about["synapse"]
    rows = [
        ["neurons", f"{evidence.connectome.n:,}"],
        ["connections", f"{evidence.connectome.connectivity.nnz:,}"],
        ["model", about["model"]],
        ["synapse", f"weight {synapse['weight']:g} each, delay {synapse['delay']:g} ms"],
        ["drive", ", ".join(about["drive"]) or "none"],
        ["arms", f"{len(evidence.arms) - 1}, and {evidence.arms[0]}"],
        ["controls", controls or "none"],
        ["trials", f"{about['trials']} of {about['duration']:g} ms, dt {about['dt']:g} ms"],
        ["spikes counted", f"from {about['warmup']:g} ms"],
    ]
    return [ReportTable(["", ""], rows)]


def _effects(evidence: Evidence) -> list[Any]:
    effects = sorted(evidence.effects, key=lambda row: -abs(row.effect))
    controls = list(evidence.about["controls"])
    head = ["arm", "read-out", "intact Hz", "arm Hz", "effect Hz", "95 %", "d_z", "q"]
    for name in controls:
        head += [f"{name}: effect Hz", "95 % of further graphs", "q against them"]
    rows = []
    for row in effects[:MOST_ROWS]:
        cells: list[Any] = [row.arm, row.readout, row.intact, row.rate, row.effect]
        cells += [_span(row.low, row.high), row.size, row.q]
        for name in controls:
            cells += _beside(row.beside.get(name))
        rows.append(cells)
    words = (
        "Effect: rate in the arm less that of the intact brain, paired by trials, with its "
        "bootstrap interval over trials. q: share of false discoveries (Benjamini-Hochberg) over "
        "all rows, from a sign-flip test over trials; against controls, from the distance of the "
        "effect to those on rewired graphs, of which 95 % of further ones lie in the interval. "
        f"{resolution(evidence)}"
    )
    parts: list[Any] = [words]
    if effects:
        parts.append(_forest(evidence, effects[:DRAWN]))
        parts += _map(evidence)
        parts.append(ReportTable(head, rows, f"{len(rows)} of {len(effects)} effects"))
    return parts if effects else []


def resolution(evidence: Evidence) -> str:
    """Say how small a probability the trials can show at all.

    The mean of T differences is as far from 0 under two of 2^T sign patterns at least.
    """
    trials = evidence.about["trials"]
    tests = len(evidence.effects)
    least = max(2.0 / 2**trials, 1e-4)
    return (
        f"With {trials} trials no probability is below {least:.2g}: "
        f"{max(1, int(np.ceil(least * tests / 0.05)))} of {tests} effects must be as clear for q "
        "to reach 0.05."
    )


def _forest(evidence: Evidence, effects: list[Any]) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 0.7 + 0.24 * len(effects)), layout="constrained")
    ax = figure.subplots()
    places = np.arange(len(effects))[::-1]
    values = np.array([row.effect for row in effects])
    bounds = np.array([[row.low, row.high] for row in effects])
    ax.axvline(0.0, color="0.6", linewidth=0.8)
    for k, name in enumerate(evidence.about["controls"]):
        spans = [row.beside.get(name) for row in effects]
        for place, span in zip(places, spans, strict=True):
            if span is not None:
                height = place + 0.16 * (k + 1)
                label = name if place == places[0] else None
                ax.plot(
                    [span.low, span.high], [height] * 2, color=f"C{k + 1}", linewidth=3,
                    alpha=0.6, label=label,
                )  # fmt: skip
    error = np.abs(bounds.T - values)
    ax.errorbar(values, places, xerr=error, fmt="o", color="C0", ms=4, label="connectome")
    ax.set_yticks(places, [f"{row.arm} → {row.readout}" for row in effects], fontsize=7)
    ax.set_xlabel("effect (Hz)")
    ax.legend(fontsize=7, loc="lower right")
    caption = (
        "The largest effects with their 95 % intervals, and 95 % of those on controls."
    )
    return ReportFigure(ax, caption)


def _map(evidence: Evidence) -> list[ReportFigure]:
    """The effect of every arm on every read-out as colour, where both are several."""
    from matplotlib.figure import Figure

    arms = list(dict.fromkeys(row.arm for row in evidence.effects))
    shape = (len(arms), len(evidence.readouts))
    if min(shape) < 2 or max(shape) > MOST_LINES:
        return []
    values = np.array([row.effect for row in evidence.effects]).reshape(shape)
    # a few large effects would leave the others white
    bound = float(np.quantile(np.abs(values), 0.98)) or 1.0
    size = (2.5 + 0.2 * shape[1], 1.2 + 0.2 * shape[0])
    ax = Figure(figsize=size, layout="constrained").subplots()
    drawn = ax.imshow(values, cmap="RdBu_r", vmin=-bound, vmax=bound, aspect="auto")
    ax.set_xticks(range(shape[1]), evidence.readouts, rotation=90, fontsize=7)
    ax.set_yticks(range(shape[0]), arms, fontsize=7)
    ax.figure.colorbar(drawn, label="effect (Hz)", extend="both")
    return [ReportFigure(ax, "Effect of each arm (rows) on each read-out.")]


def _baselines(evidence: Evidence) -> list[Any]:
    controls = list(evidence.about["controls"])
    head = ["read-out", "neurons", "intact Hz"]
    for name in controls:
        head += [f"{name}: Hz", "95 % of further graphs", "q"]
    sizes = evidence.about["readouts"]
    rows = []
    for readout, rate, beside in evidence.baselines:
        cells: list[Any] = [readout, sizes[readout], rate]
        for name in controls:
            cells += _beside(beside.get(name))
        rows.append(cells)
    parts = [ReportTable(head, rows)] if rows else []
    return parts


def _rasters(evidence: Evidence) -> list[Any]:
    table = evidence.connectome.table
    groups = table.get("type", np.full(evidence.connectome.n, "all"))
    parts = []
    for arm in evidence.arms[: RASTERS + 1]:
        record = evidence.spikes(arm)
        if record is not None and len(record):
            spikes = SpikeTrains.from_record(record, stop=evidence.about["duration"])
            chosen = groups if len(np.unique(groups)) <= 30 else None
            ax = plot_raster(spikes, groups=chosen)
            parts.append(ReportFigure(ax, f"{arm}: the first trial"))
    return parts


def _neurons(evidence: Evidence) -> list[Any]:
    head = ["arm", "neuron", "id", "type", "side", "intact Hz", "arm Hz", "difference Hz"]
    # an id is a name: it keeps all its digits
    rows = [
        [row.arm, row.neuron, (float(row.neuron), str(row.id)), *row[3:]]
        for row in evidence.most_affected(k=200)
    ]
    parts = [ReportTable(head, rows, "means over trials")] if rows else []
    return parts


def _provenance(evidence: Evidence) -> list[Any]:
    names = ("data", "versions", "seed", "fingerprint")
    content = {name: evidence.about.get(name) for name in names}
    text = json.dumps(content, indent=2, default=str)
    return [ReportText(text)]


def _span(low: float, high: float) -> tuple[float, str]:
    return low, f"{low:.4g} .. {high:.4g}"


def _beside(row: Beside | None) -> list[Any]:
    return [None] * 3 if row is None else [row.mean, _span(row.low, row.high), row.q]
