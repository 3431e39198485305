"""Every published model in `examples/models` runs, small and short, and does what it should."""

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import fidelity

FIGURES = {name: fidelity.load(name) for name in fidelity.models()}
PAGE = fidelity.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FIGURES)
def test_it_does_what_was_published(name: str) -> None:
    rows: list[Any] = FIGURES[name]["compare"](quick=True)
    assert len(rows) >= 3
    assert [row for row in rows if not row.good] == []


@pytest.mark.parametrize("name", FIGURES)
def test_the_page_of_fidelity_shows_it(name: str) -> None:
    assert f"`python examples/models/{name}.py`" in PAGE
    text = FIGURES[name]["__doc__"]
    assert f"Run: python examples/models/{name}.py" in text
    assert "doi:" in text
