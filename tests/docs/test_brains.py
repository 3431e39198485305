"""The tables of the embedded brains agree with what the library computes, and the counts with the
papers.
"""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import GraphTable, describe
from neurosparse.datasets import c_elegans, larva_brain

PAGE = Path(__file__).parents[2] / "docs" / "brains.md"
NULLS, SEED = 20, 0
BRAINS = {
    "Larva": lambda: larva_brain().connectivity,
    "Worm": lambda: c_elegans("varshney_chem").connectivity,
}


def written(heading: str) -> dict[str, list[str]]:
    """Rows of the table below a heading of the page, by their first cell."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [
        line.strip("| ").split(" | ")
        for line in section.splitlines()
        if line.startswith("| ")
    ]
    return {row[0]: row[1:] for row in rows[1:]}


def figure(text: str) -> float:
    return float(text.replace(",", "").replace("–", "nan"))


def rows(table: GraphTable) -> str:
    """The table as the page shows it; run this file to print it."""

    def shown(x: float) -> str:
        whole = math.isfinite(x) and float(x).is_integer() and abs(x) >= 1
        return (
            "–" if math.isnan(x) else f"{x:,.0f}" if whole or abs(x) >= 1e4 else f"{x:.4g}"
        )

    lines = [
        f"| {r.measure} | {shown(r.value)} | {shown(r.low)} | {shown(r.high)} | {r.note} |"
        for r in table
    ]
    return "\n".join(
        [
            "| measure | value | chance from | to | note |",
            "|---|---:|---:|---:|---|",
            *lines,
        ]
    )


def test_counts_are_those_of_the_papers() -> None:
    said = written("Counts")
    larva = larva_brain().connectivity
    worm = c_elegans().connectivity
    gaps = c_elegans("varshney_gap").connectivity
    joined = (worm.in_degree + worm.out_degree + gaps.in_degree + gaps.out_degree) > 0
    pre, post = gaps.edges()
    computed = {
        "larva: neurons": larva.n_pre,
        "larva: connections": larva.nnz,
        "larva: synapses": larva.weights_array().sum(),
        "worm: neurons": np.count_nonzero(joined),
        "worm: chemical connections": worm.nnz,
        "worm: pairs joined by gap junctions": np.count_nonzero(pre < post),
    }
    assert set(said) == set(computed)
    for name, value in computed.items():
        published, ours = (figure(cell) for cell in said[name][:2])
        assert published == ours == value, name
    assert [figure(row[0]) for row in said.values()] == [
        2952,
        110677,
        352611,
        279,
        2194,
        514,
    ]


@pytest.mark.parametrize("brain", BRAINS)
def test_tables_are_what_describe_gives(brain: str) -> None:
    said = written(brain)
    table = describe(BRAINS[brain](), nulls=NULLS, rng=SEED)
    assert list(said) == [row.measure for row in table]
    for row in table:
        for cell, value in zip(
            said[row.measure], (row.value, row.low, row.high), strict=False
        ):
            assert math.isnan(value) == math.isnan(figure(cell)), row.measure
            assert math.isnan(value) or figure(cell) == pytest.approx(
                value, rel=2e-3, abs=1e-3
            ), row.measure


def test_the_page_can_tell_a_wrong_number() -> None:
    assert re.search(r"\| 110,677 \|", PAGE.read_text(encoding="utf-8"))
    assert figure(written("Larva")["reciprocity"][0]) == pytest.approx(0.2569, abs=1e-3)


if __name__ == "__main__":
    for name, load in BRAINS.items():
        print(f"## {name}\n\n{rows(describe(load(), nulls=NULLS, rng=SEED))}\n")
