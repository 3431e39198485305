"""The comparison as rows and as Markdown: means over seeds, paired differences, what was computed
how.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurosparse.analysis.comparison.contestant import REFERENCE
from neurosparse.analysis.comparison.intervals import bootstrap_interval, paired_interval

Record = dict[str, Any]
REFERENCES = (REFERENCE, "random static")
MEANS = (
    "weights", "macs", "training_macs", "rewiring_macs", "value_bytes", "index_bytes", "moment_bytes",
    "peak_rss_bytes", "train_seconds", "rewiring_seconds", "forward_ms", "backward_ms", "forward_one_ms",
)  # fmt: skip


def comparison_summary(records: Sequence[Record]) -> list[Record]:
    """One row for each density and method, best accuracy first; seeds that both have are paired.

    >>> base = dict.fromkeys(MEANS, 1.0) | {"kernel": "dense"}
    >>> rows = comparison_summary([{"name": "random static", "density": 0.1, "seed": 0, "accuracy": 0.8, **base}])
    >>> rows[0]["accuracy"], rows[0]["seeds"]
    (0.8, 1)
    """
    groups: dict[tuple[float, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["density"], record["name"]), []).append(record)
    rows = [_row(density, name, group, groups) for (density, name), group in groups.items()]
    return sorted(rows, key=lambda row: (-row["density"], -row["accuracy"]))


def _row(
    density: float, name: str, group: list[Record], groups: dict[tuple[float, str], list[Record]]
) -> Record:
    mean = bootstrap_interval([r["accuracy"] for r in group])
    row: Record = {
        "density": density,
        "method": name,
        "kernel": group[0]["kernel"],
        "seeds": len(group),
    }
    row |= {"accuracy": mean.mean, "low": mean.low, "high": mean.high}
    for reference in REFERENCES:
        others = groups.get((1.0 if reference == REFERENCE else density, reference), [])
        gap = paired_interval(
            *({r["seed"]: r["accuracy"] for r in side} for side in (group, others))
        )
        row[f"against {reference}"] = None if gap is None or name == reference else tuple(gap)
    row |= {key: float(np.mean([r[key] for r in group])) for key in MEANS}
    row["bytes"] = row["value_bytes"] + row["index_bytes"] + row["moment_bytes"]
    return row


def comparison_markdown(records: Sequence[Record]) -> str:
    """The rows of `comparison_summary` as a Markdown table; accuracy in percent, differences in points, 95 % intervals.

    Of one seed there are no intervals.

    >>> comparison_markdown([]).count("|") > 10
    True
    """
    head = [
        "sparsity",
        "method",
        "computed by",
        "accuracy %",
        *(f"− {r}" for r in REFERENCES),
        "parameters",
    ]
    head += [
        "MACs",
        "training MACs",
        "state kB",
        "peak RSS MB",
        "forward ms",
        "backward ms",
        "train s",
        "rewire s",
    ]
    head += ["seeds"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in comparison_summary(records):
        lines.append("| " + " | ".join(_cells(row)) + " |")
    return "\n".join(lines) + "\n"


def _cells(row: Record) -> list[str]:
    # one seed says nothing about how sure a number is
    one = row["seeds"] == 1
    accuracy = f"{100 * row['accuracy']:.2f}" + (
        "" if one else f" [{100 * row['low']:.2f}, {100 * row['high']:.2f}]"
    )
    sparsity = "0 %" if row["density"] == 1 else f"{100 * (1 - row['density']):g} %"
    cells = [
        sparsity,
        row["method"],
        row["kernel"],
        accuracy,
        *(_gap(row[f"against {r}"], one) for r in REFERENCES),
    ]
    cells += [
        f"{row['weights']:,.0f}",
        f"{row['macs']:,.0f}",
        f"{row['training_macs'] + row['rewiring_macs']:.3g}",
    ]
    cells += [f"{row['bytes'] / 1e3:.4g}", f"{row['peak_rss_bytes'] / 1e6:.1f}"]
    cells += [f"{row['forward_ms']:.3f}", f"{row['backward_ms']:.3f}"]
    return [
        *cells,
        f"{row['train_seconds']:.2f}",
        f"{row['rewiring_seconds']:.3f}",
        str(row["seeds"]),
    ]


def _gap(gap: tuple[float, float, float] | None, one: bool) -> str:
    if gap is None:
        return ""
    return f"{100 * gap[0]:+.2f}" + ("" if one else f" [{100 * gap[1]:+.2f}, {100 * gap[2]:+.2f}]")
