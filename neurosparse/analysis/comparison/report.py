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
from neurosparse.analysis.comparison.table import Record, comparison_markdown, comparison_summary
from neurosparse.store.single import new_file

FINDING = 5
PACKAGES = ("torch", "numba", "numpy")


def comparison_report(
    settings: ComparisonSettings, records: Sequence[Record], folder: str | Path
) -> dict[str, Path]:
    """Write `report.json`, `report.md` and `report.png` into the folder; returns their paths by
    kind.
    """
    folder = Path(folder)
    paths = {
        kind: folder / f"report.{ending}" for kind, ending in (("rows", "json"), ("table", "md"))
    }
    content = {
        "about": about(settings, records),
        "rows": comparison_summary(records),
        "runs": list(records),
    }
    write_json(paths["rows"], content)
    write_text(paths["table"], heading(settings, records) + comparison_markdown(records))
    paths["figure"] = folder / "report.png"
    with new_file(paths["figure"]) as temporary:
        comparison_figure(records).savefig(temporary, dpi=150, format="png")
    return paths


def heading(settings: ComparisonSettings, records: Sequence[Record]) -> str:
    """What a reader must know before the table."""
    shown = {
        name: "-".join(map(str, v)) if isinstance(v, list) else v
        for name, v in settings.budget.items()
    }
    given = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in shown.items() if name != "dataset"
    )
    lines = [
        f"# Sparse against dense: {settings.dataset}",
        "",
        f"Equal for all: {given};",
        "SGD with momentum 0.9, its rate falling linearly to a tenth, none tuned; the last epoch counts; one thread.",
        "Sparsity is that of the hidden layers, the output layer is dense. Differences from other rows",
        "are paired by seed, brackets are bootstrap 95 % intervals. *Sparse kernel*: only stored weights are",
        "computed; *mask*: zeros are stored and multiplied. State is weights, indices, masks and moments at the",
        "end; peak RSS is that of the training process above its own baseline; MACs are counted by formula for",
        "every operation (training: three times forward, and rewiring). Energy was not measured.",
        "",
        *(f"**{doubt}**\n" for doubt in doubts(settings, records)),
    ]
    return "\n".join(lines)


def doubts(settings: ComparisonSettings, records: Sequence[Record]) -> list[str]:
    """What keeps the table from being a finding.

    >>> doubts(ComparisonSettings(), [])
    ['0 of 230 runs are done: this table is not complete.']
    """
    found = []
    wanted = len(trials(settings))
    if settings.seeds < FINDING:
        found.append(f"Seeds: {settings.seeds}. A finding needs at least {FINDING}.")
    if len(settings.sparsities) < FINDING:
        found.append(
            f"Sparsities: {len(settings.sparsities)}. A curve needs at least {FINDING}, the losing ones among them."
        )
    if len(records) < wanted:
        found.append(f"{len(records)} of {wanted} runs are done: this table is not complete.")
    return found


def about(settings: ComparisonSettings, records: Sequence[Record]) -> dict[str, Any]:
    """ComparisonSettings, doubts, machine, versions and command."""
    return {
        "budget": settings.budget,
        "sparsities": list(settings.sparsities),
        "seeds": settings.seeds,
        "doubts": doubts(settings, records),
        "uncounted_operations": 0,
        "energy": "not measured",
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "system": platform.platform(),
        },
        "versions": {"python": platform.python_version()} | {n: version(n) for n in PACKAGES},
        "command": " ".join(sys.argv),
    }
