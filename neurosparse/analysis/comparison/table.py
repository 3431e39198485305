"""The comparison as rows and as Markdown: means over seeds, and paired differences."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurosparse.analysis.comparison.contestant import EQUAL, REFERENCE
from neurosparse.analysis.comparison.intervals import bootstrap_interval, paired_interval

Record = dict[str, Any]
Groups = dict[tuple[float, str], list[Record]]
REFERENCES = (EQUAL, REFERENCE, "random static")
MEANS = (
    "weights",
    "macs",
    "training_macs",
    "rewiring_macs",
    "value_bytes",
    "index_bytes",
    "moment_bytes",
    "peak_rss_bytes",
    "train_seconds",
    "rewiring_seconds",
    "forward_ms",
    "backward_ms",
    "forward_one_ms",
)
HEAD = (
    "sparsity",
    "method",
    "computed by",
    "accuracy %",
    *(f"− {reference}" for reference in REFERENCES),
    "parameters",
    "MACs",
    "training MACs",
    "state kB",
    "peak RSS MB",
    "forward ms",
    "backward ms",
    "train s",
    "rewire s",
    "seeds",
)


def comparison_summary(records: Sequence[Record]) -> list[Record]:
    """One row for each density and method; seeds that both have are paired.

    Of a density the dense network of equal parameters comes first, which a sparse one has to beat
    to be worth its indices; then the others, best accuracy first. The dense network of the same
    width stands above all, at density 1.

    >>> base = dict.fromkeys(MEANS, 1.0) | {"kernel": "dense"}
    >>> run = {"name": "random static", "density": 0.1, "seed": 0, "accuracy": 0.8, **base}
    >>> rows = comparison_summary([run])
    >>> rows[0]["accuracy"], rows[0]["seeds"]
    (0.8, 1)
    """
    groups: Groups = {}
    for record in records:
        groups.setdefault((record["density"], record["name"]), []).append(record)
    rows = [_row(density, name, groups) for density, name in groups]
    return sorted(rows, key=_place)


def _place(row: Record) -> tuple[float, bool, float]:
    """What rows are sorted by."""
    return -row["density"], row["method"] != EQUAL, -row["accuracy"]


def _row(density: float, name: str, groups: Groups) -> Record:
    group = groups[density, name]
    accuracy = bootstrap_interval([record["accuracy"] for record in group])
    row: Record = {
        "density": density,
        "method": name,
        "kernel": group[0]["kernel"],
        "seeds": len(group),
        "accuracy": accuracy.mean,
        "low": accuracy.low,
        "high": accuracy.high,
    }
    for reference in REFERENCES:
        # the dense network runs once, whatever the density of the others
        others = groups.get((1.0 if reference == REFERENCE else density, reference), [])
        gap = paired_interval(_by_seed(group), _by_seed(others))
        row[f"against {reference}"] = (
            None if gap is None or name == reference else tuple(gap)
        )
    row |= {key: float(np.mean([record[key] for record in group])) for key in MEANS}
    row["bytes"] = row["value_bytes"] + row["index_bytes"] + row["moment_bytes"]
    return row


def _by_seed(group: Sequence[Record]) -> dict[int, float]:
    return {record["seed"]: record["accuracy"] for record in group}


def comparison_markdown(records: Sequence[Record]) -> str:
    """The rows of `comparison_summary` as a Markdown table.

    Accuracy is in percent, differences in points, brackets are 95 % intervals; of one seed there
    are none.

    >>> comparison_markdown([]).count("|") > 10
    True
    """
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    for row in comparison_summary(records):
        lines.append("| " + " | ".join(_cells(row)) + " |")
    return "\n".join(lines) + "\n"


def _cells(row: Record) -> list[str]:
    # one seed says nothing about how sure a number is
    sure = row["seeds"] > 1
    accuracy = f"{100 * row['accuracy']:.2f}"
    if sure:
        accuracy += f" [{100 * row['low']:.2f}, {100 * row['high']:.2f}]"
    return [
        "0 %" if row["density"] == 1 else f"{100 * (1 - row['density']):g} %",
        row["method"],
        row["kernel"],
        accuracy,
        *(_gap(row[f"against {reference}"], sure) for reference in REFERENCES),
        f"{row['weights']:,.0f}",
        f"{row['macs']:,.0f}",
        f"{row['training_macs'] + row['rewiring_macs']:.3g}",
        f"{row['bytes'] / 1e3:.4g}",
        f"{row['peak_rss_bytes'] / 1e6:.1f}",
        f"{row['forward_ms']:.3f}",
        f"{row['backward_ms']:.3f}",
        f"{row['train_seconds']:.2f}",
        f"{row['rewiring_seconds']:.3f}",
        str(row["seeds"]),
    ]


def _gap(gap: tuple[float, float, float] | None, sure: bool) -> str:
    if gap is None:
        return ""
    mean, low, high = gap
    text = f"{100 * mean:+.2f}"
    return f"{text} [{100 * low:+.2f}, {100 * high:+.2f}]" if sure else text
