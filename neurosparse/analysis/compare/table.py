"""The comparison as rows and as Markdown: means over seeds, paired differences, what was computed how."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurosparse.analysis.compare.intervals import bootstrap, paired

Record = dict[str, Any]
REFERENCES = ("dense, same width", "random static")


def summarise(records: Sequence[Record]) -> list[Record]:
    """One row for each density and method, best accuracy first; seeds that both have are paired.

    >>> base = {"kernel": "dense", "weights": 1, "macs": 1, "value_bytes": 4, "index_bytes": 0,
    ...         "moment_bytes": 0, "train_seconds": 1.0, "rewiring_seconds": 0.0}
    >>> rows = summarise([{"method": "random static", "density": 0.1, "seed": 0, "accuracy": 0.8, **base}])
    >>> rows[0]["accuracy"], rows[0]["seeds"]
    (0.8, 1)
    """
    groups: dict[tuple[float, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["density"], record["method"]), []).append(record)
    rows = [_row(density, name, group, groups) for (density, name), group in groups.items()]
    return sorted(rows, key=lambda row: (-row["density"], -row["accuracy"]))


def _row(density: float, name: str, group: list[Record], groups: dict[tuple[float, str], list[Record]]) -> Record:
    mean = bootstrap([r["accuracy"] for r in group])
    row: Record = {"density": density, "method": name, "kernel": group[0]["kernel"], "seeds": len(group)}
    row |= {"accuracy": mean.mean, "low": mean.low, "high": mean.high}
    for reference in REFERENCES:
        others = groups.get((1.0 if reference == "dense, same width" else density, reference), [])
        gap = paired(*({r["seed"]: r["accuracy"] for r in side} for side in (group, others)))
        row[f"against {reference}"] = None if gap is None or name == reference else tuple(gap)
    for key in ("weights", "macs", "train_seconds", "rewiring_seconds"):
        row[key] = float(np.mean([r[key] for r in group]))
    row["bytes"] = float(np.mean([r["value_bytes"] + r["index_bytes"] + r["moment_bytes"] for r in group]))
    return row


def markdown(records: Sequence[Record]) -> str:
    """The rows of `summarise` as a Markdown table; accuracy in percent, differences in points, 95 % intervals.

    >>> markdown([]).count("|") > 10
    True
    """
    head = ["sparsity", "method", "computed by", "accuracy %", *(f"− {r}" for r in REFERENCES)]
    head += ["weights", "MACs", "state MB", "train s", "rewire s", "seeds"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in summarise(records):
        gaps = [_gap(row[f"against {r}"]) for r in REFERENCES]
        accuracy = f"{100 * row['accuracy']:.2f} [{100 * row['low']:.2f}, {100 * row['high']:.2f}]"
        cells = [f"{100 * (1 - row['density']):g} %", row["method"], row["kernel"], accuracy, *gaps]
        cells += [f"{row['weights']:,.0f}", f"{row['macs']:,.0f}", f"{row['bytes'] / 1e6:.3g}"]
        cells += [f"{row['train_seconds']:.1f}", f"{row['rewiring_seconds']:.2f}", str(row["seeds"])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _gap(gap: tuple[float, float, float] | None) -> str:
    return "" if gap is None else f"{100 * gap[0]:+.2f} [{100 * gap[1]:+.2f}, {100 * gap[2]:+.2f}]"
