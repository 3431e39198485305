"""The files of a comparison: rows and runs as JSON, a table in Markdown, one figure."""

import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from neurosparse.analysis.comparison.figure import comparison_figure
from neurosparse.analysis.comparison.settings import ComparisonSettings
from neurosparse.analysis.comparison.study import trials, write_json, write_text
from neurosparse.analysis.comparison.table import (
    Record,
    comparison_markdown,
    comparison_summary,
)
from neurosparse.store.single import new_file

# seeds and sparsities from which on a table may be a finding
FINDING = 5
PACKAGES = ("torch", "numba", "numpy")
HEADING = """\
# Sparse against dense: {dataset}

Equal for all: {budget};
SGD with momentum 0.9, its rate falling linearly to a tenth, none tuned; the last epoch counts;
one thread. Sparsity is that of the hidden layers, the output layer is dense. Differences from
other rows are paired by seed, brackets are bootstrap 95 % intervals. *Sparse kernel*: only stored
weights are computed; *mask*: zeros are stored and multiplied. State is weights, indices, masks and
moments at the end; peak RSS is that of the training process above its own baseline; MACs are
counted by formula for every operation (training: three times forward, and rewiring). Energy was
not measured.

"""


def comparison_report(
    settings: ComparisonSettings, records: Sequence[Record], folder: str | Path
) -> dict[str, Path]:
    """Write `report.json`, `report.md` and `report.png` into a folder; returns their paths by kind.

    Kinds are "rows", "table" and "figure".
    """
    folder = Path(folder)
    paths = {
        "rows": folder / "report.json",
        "table": folder / "report.md",
        "figure": folder / "report.png",
    }
    content = {
        "about": about(settings, records),
        "rows": comparison_summary(records),
        "runs": list(records),
    }
    write_json(paths["rows"], content)
    write_text(paths["table"], heading(settings, records) + comparison_markdown(records))
    with new_file(paths["figure"]) as temporary:
        comparison_figure(records).savefig(temporary, dpi=150, format="png")
    return paths


def heading(settings: ComparisonSettings, records: Sequence[Record]) -> str:
    """What a reader must know before the table."""
    words = []
    for name, value in settings.budget.items():
        if name != "dataset":
            text = "-".join(map(str, value)) if isinstance(value, list) else value
            words.append(f"{name.replace('_', ' ')} {text}")
    text = HEADING.format(dataset=settings.budget["dataset"], budget=", ".join(words))
    return text + "".join(f"**{doubt}**\n\n" for doubt in doubts(settings, records))


def doubts(settings: ComparisonSettings, records: Sequence[Record]) -> list[str]:
    """What keeps the table from being a finding.

    >>> doubts(ComparisonSettings(), [])
    ['0 of 230 runs are done: this table is not complete.']
    """
    sentences = []
    planned = len(trials(settings))
    if settings.seeds < FINDING:
        sentences.append(f"Seeds: {settings.seeds}. A finding needs at least {FINDING}.")
    if len(settings.sparsities) < FINDING:
        sentences.append(
            f"Sparsities: {len(settings.sparsities)}. "
            f"A curve needs at least {FINDING}, the losing ones among them."
        )
    if len(records) < planned:
        sentences.append(
            f"{len(records)} of {planned} runs are done: this table is not complete."
        )
    return sentences


def about(settings: ComparisonSettings, records: Sequence[Record]) -> dict[str, Any]:
    """Settings, doubts, machine, versions and command."""
    machine = {
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
    }
    versions = {"python": platform.python_version()}
    versions |= {name: version(name) for name in PACKAGES}
    return {
        "budget": settings.budget,
        "sparsities": list(settings.sparsities),
        "seeds": settings.seeds,
        "doubts": doubts(settings, records),
        "uncounted_operations": 0,
        "energy": "not measured",
        "machine": machine,
        "versions": versions,
        "command": " ".join(sys.argv),
    }
