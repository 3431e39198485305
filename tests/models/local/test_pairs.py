"""Good and bad samples: labels are right and wrong, hybrids hold two images."""

import pytest
import torch

from neurosparse.models import Hybrids, LabelPixels


def test_labels_are_written_and_wrong_ones_are_wrong():
    torch.manual_seed(0)
    x = torch.rand(200, 12)
    y = torch.arange(200) % 4
    kept = x.clone()
    good, bad = LabelPixels(4, level=2.0)(x, y)
    assert torch.equal(x, kept)
    assert torch.equal(good[:, 4:], x[:, 4:])
    assert torch.equal(bad[:, 4:], x[:, 4:])
    assert torch.equal(good[:, :4].argmax(1), y)
    wrong = bad[:, :4].argmax(1)
    assert (wrong != y).all()
    assert (good[:, :4].sum(1) == 2).all()
    # every wrong label is drawn about as often
    shifts = torch.bincount((wrong - y) % 4, minlength=4)
    assert shifts[0] == 0
    assert (shifts[1:] > 40).all()


def test_hybrids_are_made_of_both_images():
    torch.manual_seed(0)
    x = torch.stack([torch.full((64,), float(n)) for n in (1, 2, 3)])
    good, bad = Hybrids(8, 8)(x, torch.zeros(3))
    assert torch.equal(good, x)
    for row, (own, other) in zip(bad, [(1, 3), (2, 1), (3, 2)], strict=True):
        assert set(row.tolist()) == {own, other}
    masks = Hybrids(8, 8).masks(50).reshape(50, 8, 8)
    assert 0.3 < masks.mean() < 0.7
    # parts are coarse: neighbours mostly agree
    assert (masks[:, 1:] == masks[:, :-1]).float().mean() > 0.75


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: LabelPixels(1), "classes: got 1"),
        (lambda: LabelPixels(3, level=0), "level: got 0"),
        (lambda: LabelPixels(9).check(4), "pairs.classes: got 9, wants at most 4"),
        (lambda: LabelPixels(3)(torch.rand(2, 4), torch.tensor([0, 3])), "labels 0..3"),
        (lambda: LabelPixels(3)(torch.rand(2, 4), torch.tensor([0])), "one a sample"),
        (lambda: Hybrids(3, 3).check(8), "images of 3 x 3"),
        (lambda: Hybrids(2, 2)(torch.rand(1, 4), torch.zeros(1)), "one image"),
        (lambda: Hybrids(0, 2), "height: got 0"),
    ],
)
def test_refusals(act, words):
    with pytest.raises(ValueError, match=words):
        act()


def test_labels_of_another_kind_are_refused():
    with pytest.raises(TypeError, match="y: got torch.float32"):
        LabelPixels(3)(torch.rand(2, 4), torch.zeros(2))
