"""Sections of a simulated run: activity, variables, where the time went, how it was made."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neurosparse.analysis.reports.activity import activity, series
from neurosparse.analysis.reports.page import Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import of_file
from neurosparse.errors import Said, bad_argument
from neurosparse.recording import Run, open_run
from neurosparse.recording.length import duration
from neurosparse.store.single import reading

# bytes of a figure that a page may hold
LARGEST_PNG = 4_000_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def simulation(source: Path) -> list[Section]:
    """Show a run folder, or a recording alone.

    Raises:
        ValueError: the recording or its summary is damaged or of another kind.
    """
    alone = (source / "zarr.json").is_file()
    summary = {} if alone else _summary(source / "summary.json")
    # arrays are read as they are shown
    with reading(source, "a recording that is whole", OSError):
        return _shown(source, alone, summary)


def _shown(source: Path, alone: bool, summary: Mapping[str, Any]) -> list[Section]:
    run = open_run(source if alone else source / "recording.zarr")
    stop = _duration(run, summary)
    sections = [Section("Run", [_about(run, summary, stop)])]
    sections += activity(run.spikes, stop)
    sections += series(run)
    sections += _drawn(source) if not alone else []
    if isinstance(summary.get("synapses"), dict):
        rows = list(summary["synapses"].items())
        sections.append(Section("Synapses", [Sheet(["projection", "synapses"], rows)]))
    if isinstance(summary.get("seconds"), dict):
        seconds = summary["seconds"].items()
        rows = [(name, value) for name, value in seconds if isinstance(value, int | float)]
        sections.append(Section("Where the time went", [Sheet(["part", "seconds"], rows)]))
    return [*sections, _origin(source, run, alone)]


def _about(run: Run, summary: Mapping[str, Any], stop: float) -> Paragraph:
    state = "finished" if run.finished else "not finished: still running, or stopped"
    title = f"{summary['title']}. " if summary.get("title") else ""
    return Paragraph(
        f"{title}{stop:g} ms in steps of {run.dt:g} ms, seed {run.seed}; {state}."
    )


def _drawn(folder: Path) -> list[Section]:
    """Figures that the run left in its folder, such as that of the demonstration."""
    small = [
        path for path in sorted(folder.glob("*.png")) if path.stat().st_size <= LARGEST_PNG
    ]
    pictures = [
        of_file(path) for path in small if path.read_bytes().startswith(PNG_SIGNATURE)
    ]
    return [Section("Figures of the run", pictures)] if pictures else []


def _duration(run: Run, summary: Mapping[str, Any]) -> float:
    """Milliseconds that were simulated: as the summary says, else up to the last thing recorded."""
    simulated = summary.get("duration_ms")
    if isinstance(simulated, int | float) and simulated > 0:
        return float(simulated)
    return duration(run)


def _origin(source: Path, run: Run, alone: bool) -> Section:
    parts: list[Any] = []
    config = source / "config.toml"
    if not alone and config.is_file():
        parts.append(Paragraph(config.read_text(encoding="utf-8"), literal=True))
    elif run.config:
        parts.append(Paragraph(json.dumps(run.config, indent=1), literal=True))
    parts.append(Sheet(["", "version"], list(run.versions.items())))
    return Section("How it was made", parts)


def _summary(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise bad_argument("source", Said(f"{path.name}: {error}"), "JSON") from None
    return summary if isinstance(summary, dict) else {}
