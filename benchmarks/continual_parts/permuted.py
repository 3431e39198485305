"""Permuted MNIST: ten tasks, each another permutation of the pixels, one head, one after the other.

The trainer is `DendriticNet` computed by winners alone; `same_as_torch` holds it against the
library's module, torch's autograd and Adam. Settings: Iyer et al. 2022, arXiv:2201.00042 (hidden
2048, 2048; weight density 0.5;
5 % winners; ten segments; Adam 5e-4, begun anew with every task; batches of 256; three epochs a
task).
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from continual_parts.trainer import RATE, Trainer
from neurosparse.models import DendriticNet, DendriticSettings

BATCH = 256
EPOCHS = 3
TASKS = 10


def same_as_torch(dendrites: bool = True) -> float:
    """Largest difference of weights after ten steps, two tasks, from the library's net under
    autograd and Adam.
    """
    small = DendriticSettings(hidden_sizes=(60, 50), num_segments=4, active_share=0.1)
    torch.manual_seed(0)
    net = DendriticNet(30, 5, 30, small, rng=0)
    mine = Trainer(net, dendrites)
    rng = np.random.default_rng(0)
    for _ in range(2):
        context = rng.normal(size=30).astype(np.float32)
        mine.begin(context)
        adam = torch.optim.Adam(net.parameters(), lr=RATE)
        for _ in range(5):
            x = rng.normal(size=(16, 30)).astype(np.float32)
            y = rng.integers(0, 5, 16)
            mine.learn(x, y)
            out = forward(
                net, torch.tensor(x), torch.tensor(context).expand(16, -1), dendrites
            )
            adam.zero_grad()
            torch.nn.functional.cross_entropy(out, torch.tensor(y)).backward()
            adam.step()
    theirs = Trainer(net, dendrites)
    pairs = [(a.w, b.w) for a, b in zip(mine.parts, theirs.parts, strict=True)]
    pairs += [(a.u, b.u) for a, b in zip(mine.dendrites, theirs.dendrites, strict=True)]
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def forward(
    net: DendriticNet, x: torch.Tensor, context: torch.Tensor, dendrites: bool
) -> torch.Tensor:
    """The library's net; without dendrites its layers are the sparse ones and their winners
    alone.
    """
    if dendrites:
        return net(x, context)
    for layer, winners in zip(net.layers, net.winners, strict=True):
        x = winners(layer.linear(x))
    return net.head(x)


class DenseTrainer:
    """The dense twin: 784-2048-2048-10, ReLU, torch."""

    def __init__(self) -> None:
        self.net = torch.nn.Sequential(
            torch.nn.Linear(784, 2048),
            torch.nn.ReLU(),
            torch.nn.Linear(2048, 2048),
            torch.nn.ReLU(),
            torch.nn.Linear(2048, 10),
        )

    def begin(self, context: np.ndarray) -> None:
        """Begin a task: Adam anew."""
        self.adam = torch.optim.Adam(self.net.parameters(), lr=RATE, fused=True)

    def learn(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step on a batch."""
        loss = torch.nn.functional.cross_entropy(
            self.net(torch.from_numpy(x)), torch.from_numpy(y)
        )
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return float(loss.detach())

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Class of each input."""
        with torch.no_grad():
            return self.net(torch.from_numpy(x)).argmax(1).numpy()

    def arrays(self) -> dict[str, np.ndarray]:
        """All weights."""
        return {name: p.detach().numpy() for name, p in self.net.state_dict().items()}

    def restore(self, arrays: Any) -> None:
        """Take over weights."""
        self.net.load_state_dict(
            {name: torch.tensor(arrays[name]) for name in self.net.state_dict()}
        )


def make(method: str, seed: int) -> Any:
    """A fresh trainer: "active dendrites", "sparse only" or "dense"."""
    torch.manual_seed(seed)
    if method == "dense":
        return DenseTrainer()
    return Trainer(
        DendriticNet(784, 10, 784, DendriticSettings(), rng=seed),
        method == "active dendrites",
    )


def accuracy(
    trainer: Any, images: np.ndarray, labels: np.ndarray, order: np.ndarray
) -> float:
    """Share of a permuted test set that is right."""
    hits = [
        trainer.predict(images[a : a + 500][:, order]) == labels[a : a + 500]
        for a in range(0, len(labels), 500)
    ]
    return float(np.mean(np.concatenate(hits)))


def run(
    method: str, seed: int, data: Any, state: Path, enough: Any
) -> dict[str, Any] | None:
    """Go on with a run where it stands; None when `enough()` says stop before it ends."""
    (images, labels), test = data
    rng = np.random.default_rng(seed)
    orders = [np.random.default_rng([seed, t]).permutation(784) for t in range(TASKS)]
    trainer = make(method, seed)
    done = 0
    learned = []
    if state.exists():
        with np.load(state, allow_pickle=False) as kept:
            trainer.restore(kept)
            done = int(kept["done"])
            learned = kept["learned"].tolist()
    for task in range(done, TASKS):
        if enough():
            return None
        x = np.ascontiguousarray(images[:, orders[task]])
        trainer.begin(x.mean(0))
        rng = np.random.default_rng([seed, 1000 + task])
        for _ in range(EPOCHS):
            shuffled = rng.permutation(len(x))
            for a in range(0, len(x), BATCH):
                rows = shuffled[a : a + BATCH]
                trainer.learn(x[rows], labels[rows])
        learned.append(accuracy(trainer, *test, orders[task]))
        print(
            f"{method} seed {seed} task {task + 1}: {learned[-1]:.4f} just after learning",
            flush=True,
        )
        save(
            state,
            trainer.arrays() | {"done": np.array(task + 1), "learned": np.array(learned)},
        )
    final = [accuracy(trainer, *test, order) for order in orders]
    return {"accuracy": float(np.mean(final)), "final": final, "learned": learned}


def save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write under a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.partial.npz")
    np.savez(part, **arrays)
    part.replace(path)
