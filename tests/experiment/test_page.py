"""The page of an experiment: every section, and one that is under way."""

from pathlib import Path

import pytest

from neurosparse.experiment import Rewired, experiment_report, open_evidence
from tests.experiment.small import experiment


def test_a_page_has_all_of_it(tmp_path: Path) -> None:
    design = experiment(controls=[Rewired("degrees", 2)], trials=2, duration=50.0)

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        design.run(tmp_path, progress=stop)
    page = experiment_report(open_evidence(tmp_path), tmp_path / "early.html")
    early = page.read_text()
    assert "1 of 9 arms" in early
    assert "<h2>Design</h2>" in early
    assert "<h2>Effects</h2>" not in early
    page = experiment_report(design.run(tmp_path), title="a < b")
    assert page == tmp_path / "report.html"
    text = page.read_text()
    sections = (
        "Design",
        "Effects",
        "Spikes by type",
        "Neurons most affected",
        "Provenance",
    )
    assert all(f"<h2>{name}</h2>" in text for name in sections)
    for words in ("a &lt; b", "silence relay", "degrees kept: effect Hz", "fingerprint"):
        assert words in text
    assert "://" not in text.split("Provenance")[0]
