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


@pytest.mark.parametrize(
    ("slots", "share", "said"),
    [
        (torch.tensor([1, 5]), torch.ones(2), "slots: got slot 5, wants 0..3"),
        (torch.tensor([1.0]), torch.ones(1), "slots: got .* whole numbers"),
        (torch.tensor([1, 2]), torch.ones(1), "share: got .* the shape of slots"),
    ],
)
def test_reads_of_slots_that_there_are_not(slots, share, said):
    usage = SlotUsage(4)
    with pytest.raises((TypeError, ValueError), match=said):
        usage.count(slots, share)
    assert not usage.reads.any()
