"""The stages of a block against their definitions."""

import torch

from neurosparse.models import MergeSegments, STanHopBlock
from tests.models.forecasting.networks import SMALL


def test_stages_keep_to_their_axis() -> None:
    block = STanHopBlock(SMALL)
    x = torch.randn(1, 3, 5, 8)
    changed = x.clone()
    changed[0, 1, 2] += 1.0
    moved = (block(changed) - block(x)).abs().amax(-1)[0]
    # time first, within the column; then every column hears of it at that moment
    assert (moved > 0).all(0).sum() >= 2
    block.across.out_proj.weight.data.zero_()
    alone = (block(changed) - block(x)).abs().amax(-1)[0]
    assert (alone[1] > 0).all()
    assert (alone[[0, 2]] == 0).all()


def test_coarsening_merges_neighbours() -> None:
    coarsen = MergeSegments(SMALL)
    x = torch.randn(1, 1, 5, 8)
    parts = [x[0, 0, [0, 1]], x[0, 0, [2, 3]], x[0, 0, [4, 4]]]
    expected = torch.stack([coarsen.linear(coarsen.norm(p.flatten())) for p in parts])
    torch.testing.assert_close(coarsen(x)[0, 0], expected)
