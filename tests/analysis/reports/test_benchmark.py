"""Pages of benchmark results."""

from pathlib import Path

from tests.analysis.reports.helpers import page_of

ROOT = Path(__file__).parents[3]


def test_results_against_peers(tmp_path):
    page = page_of(
        ROOT / "benchmarks" / "results" / "topology.json", out=tmp_path / "a.html"
    )
    assert "goals met" in page.words
    assert len(page.pictures) == 1
