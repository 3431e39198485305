"""Which slots are read."""

import pytest
import torch

from neurosparse.models import SlotUsage


def test_even_use_has_no_divergence() -> None:
    usage = SlotUsage(8)
    usage.count(torch.arange(8), torch.full((8,), 0.5))
    assert usage.divergence() == pytest.approx(0, abs=1e-12)
    assert usage.alive() == 1
    assert not len(usage.dead())


def test_without_reads_there_is_no_divergence() -> None:
    with pytest.raises(ValueError, match="usage: got no reads"):
        SlotUsage(3).divergence()
    with pytest.raises(ValueError, match="slots: got 0"):
        SlotUsage(0)
