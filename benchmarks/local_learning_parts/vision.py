"""The precortical module under other light, and features chosen by QuickSelection, on MNIST."""

import numpy as np
import torch
from torch import nn

from neurosparse.datasets import mnist
from neurosparse.models import (
    Data,
    Precortical,
    QuickSelection,
    TrainingPlan,
    change_contrast,
    evaluate,
    fit,
    lenet,
    shift_light,
)

SHIFTS = (-0.6, 0.6)
DEVIATION = 2.0
NETWORKS = ("LeNet", "module + LeNet")
SELECTORS = ("QuickSelection", "dense autoencoder, equal weights", "variance", "random")


def padded(x: np.ndarray) -> torch.Tensor:
    """Images of 32 x 32, pixels from 0 to 1."""
    images = torch.from_numpy(x / np.float32(255))[:, None]
    return nn.functional.pad(images, (2, 2, 2, 2))


def seen(method: str, samples: int, tests: int, epochs: int, seed: int) -> dict:
    """EV1: train one network, test it in other light (Adam 1e-3, batch 64, as published but for
    sizes).
    """
    images = mnist()
    torch.manual_seed(seed)
    model: nn.Module = lenet()
    if method != "LeNet":
        model = nn.Sequential(Precortical(), model)
    y = torch.from_numpy(images.train_y[:samples].astype(np.int64))
    data = Data(padded(images.train_x[:samples]), y, batch=64)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    fit(model, data, optimizer, TrainingPlan(epochs, seed))
    x = padded(images.test_x[:tests])
    labels = torch.from_numpy(images.test_y[:tests].astype(np.int64))
    lights = {"as it is": x, "contrast 2": change_contrast(x, DEVIATION)}
    lights |= {f"light {shift:+g}": shift_light(x, shift) for shift in SHIFTS}
    accuracies = {
        name: evaluate(model.eval(), light, labels)["accuracy"]
        for name, light in lights.items()
    }
    weights = sum(p.numel() for p in model.parameters())
    record = {"method": method, "seed": seed, "weights": weights, "accuracies": accuracies}
    return record if method == "LeNet" else record | {"kernel_sums": model[0].kernel_sums}


def chosen(method: str, samples: int, tests: int, epochs: int, seed: int) -> dict:
    """FS1: accuracy of 50 extremely randomised trees on 50 pixels that a method chose."""
    from sklearn.ensemble import ExtraTreesClassifier

    images = mnist()
    x = images.train_x[:samples].reshape(-1, 784) / np.float32(255)
    test_x = images.test_x[:tests].reshape(-1, 784) / np.float32(255)
    match method:
        case "QuickSelection":
            kept = QuickSelection(50, epochs=epochs, rng=seed).fit(x).get_support(True)
        case "variance":
            kept = np.sort(x.var(0).argsort()[-50:])
        case "random":
            kept = np.sort(np.random.default_rng(seed).permutation(784)[:50])
        case _:
            # 46,384 synapses are those of 30 hidden units that have all of them
            dense = QuickSelection(50, units=30, epsilon=1e6, epochs=epochs, rng=seed)
            kept = dense.fit(x).get_support(True)
    trees = ExtraTreesClassifier(50, random_state=seed).fit(
        x[:, kept], images.train_y[:samples]
    )
    accuracy = trees.score(test_x[:, kept], images.test_y[:tests])
    return {"method": method, "seed": seed, "accuracy": float(accuracy)}
