"""Every script in `examples/` runs, prints, draws what the gallery shows, and takes the two options
all have.
"""

import inspect
import re
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))
DRAWING = [
    name
    for name in EXAMPLES
    if "savefig" in (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
]
GALLERY = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")


def loaded(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "examples" / f"{name}.py"))


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - set(DRAWING)))
def test_it_runs_and_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    loaded(name)["main"]()
    assert len(capsys.readouterr().out.splitlines()) >= 1


@pytest.mark.parametrize("name", DRAWING)
def test_it_runs_and_draws(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from matplotlib.image import imread

    loaded(name)["main"](out=tmp_path, quick=True)
    said = capsys.readouterr().out
    assert len(said.splitlines()) >= 1
    if "is not here" in said:
        pytest.skip(said.strip())  # a data set that has to be fetched
    drawn = imread(tmp_path / f"{name}.png")
    assert drawn.shape[1] > 600
    ink = np.mean(drawn[..., :3].min(axis=2) < 0.9)
    assert 0.005 < ink < 0.9, "an empty figure, or one that is all ink"
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gallery_shows_it(name: str) -> None:
    assert f"`python examples/{name}.py`" in GALLERY
    source = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    assert f"Run: python examples/{name}.py" in source
    if name in DRAWING:
        assert f"(figures/{name}.png)" in GALLERY
        assert (ROOT / "docs" / "figures" / f"{name}.png").stat().st_size > 5_000
        assert set(inspect.signature(loaded(name)["main"]).parameters) == {"out", "quick"}


def test_figures_in_the_pages_are_there() -> None:
    shown = set()
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"
            shown.add((page.parent / link).resolve())
    assert len(shown) > 10
