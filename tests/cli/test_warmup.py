"""`neurosparse warmup` compiles every model that has defaults."""

import pytest

from neurosparse.cli import status, warmup
from neurosparse.network.tables.kinds import NEURONS


def test_every_model_with_defaults_is_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    models: list[str] = []
    module = sys.modules["neurosparse.cli.warmup"]
    monkeypatch.setattr(
        module, "_run_briefly", lambda model: models.append(type(model).__name__)
    )
    assert callable(warmup)
    assert status(["warmup"]) == 0
    assert {"LIF", "LIFExp", "AdEx", "Izhikevich"} <= set(models) <= set(NEURONS)
    # its spikes have no default
    assert "SpikeSource" not in models
    assert "in all" in capsys.readouterr().out
