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
