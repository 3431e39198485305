"""`neurosparse demo` as a whole."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.cli import status
from neurosparse.recording import open_run


@pytest.mark.slow
def test_the_demonstration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["demo", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "spikes identical: yes" in said
    assert "110,677" in said
    assert (tmp_path / "demo.png").stat().st_size > 50_000
    recorded = open_run(tmp_path / "recording.zarr")
    assert recorded.finished
    assert len(np.unique(recorded.spikes["brain"].i)) > 1000
