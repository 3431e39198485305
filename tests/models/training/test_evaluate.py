"""Loss and accuracy on samples, and the mode a network is left in."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    evaluate,
)
from tests.models.training.helpers import samples

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_an_evaluation_leaves_every_part_in_its_mode():
    data = samples()
    model = nn.Sequential(
        nn.Linear(12, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 4)
    ).train()
    model[1].eval()
    row = evaluate(model, data.x, data.y)
    assert [part.training for part in model] == [True, False, True, True]
    assert row == evaluate(model, data.x, data.y)  # no dropout while it lasted
    assert np.isfinite(row["test_loss"])
    with pytest.raises(ValueError, match="loss"):
        evaluate(
            model,
            data.x,
            data.y,
            lambda out, target: (_ for _ in ()).throw(ValueError("loss")),
        )
    assert model[2].training


def test_parts_of_many_samples_make_the_mean_of_all():
    x = torch.randn(2500, 3, generator=torch.Generator().manual_seed(0))
    model = nn.Linear(3, 2)
    row = evaluate(model, x, x[:, :2], nn.functional.mse_loss)
    assert row == {
        "test_loss": pytest.approx(
            nn.functional.mse_loss(model(x), x[:, :2]).item(), rel=1e-5
        )
    }
    labels = model(x).argmax(1)
    assert evaluate(model, x, labels)["accuracy"] == 1.0


def over_time(output, target):
    return torch.nn.functional.cross_entropy(output.flatten(0, 1), target.flatten())


def test_accuracy_over_time_is_the_share_of_all_targets():
    x = torch.randn(7, 5, 3)
    y = x.argmax(-1)
    y[:, 0] = (y[:, 0] + 1) % 3
    assert evaluate(torch.nn.Identity(), x, y, over_time)["accuracy"] == pytest.approx(0.8)
    # torch's own loss has classes along axis 1
    assert evaluate(torch.nn.Identity(), x.mT, y)["accuracy"] == pytest.approx(0.8)
    square = torch.randn(4, 3, 3)
    assert evaluate(torch.nn.Identity(), square, square.argmax(1))["accuracy"] == 1
    assert (
        evaluate(torch.nn.Identity(), square, square.argmax(2), over_time)["accuracy"] == 1
    )


@pytest.mark.parametrize("shape", [(6,), (6, 1)])
def test_one_output_has_no_accuracy(shape):
    def loss(output, target):
        return (output - target.view(output.shape)).square().mean()

    for y in (torch.arange(6) % 2, (torch.arange(6) % 2).view(shape)):
        assert "accuracy" not in evaluate(torch.nn.Identity(), torch.randn(shape), y, loss)


def test_targets_that_are_padding_are_no_errors():
    outputs = torch.eye(3)[[0, 1, 2, 0]]
    y = torch.tensor([0, 1, -100, 1])
    assert evaluate(nn.Identity(), outputs, y)["accuracy"] == pytest.approx(2 / 3)
