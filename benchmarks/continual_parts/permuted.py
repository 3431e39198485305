"""Permuted MNIST: ten tasks, each another permutation of the pixels, one head, one after the other.

The trainer is `DendriticNet` computed by winners alone; `same_as_torch` holds it against the
library's module, torch's autograd and Adam. Settings: Iyer et al. 2022, arXiv:2201.00042 (hidden
2048, 2048; weight density 0.5;
5 % winners; ten segments; Adam 5e-4, begun anew with every task; batches of 256; three epochs a
task).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from continual_parts import volleys
from neurosparse.models import DendriticNet, DendriticSettings

BATCH = 256
EPOCHS = 3
RATE = 5e-4
TASKS = 10


@dataclass
class Part:
    """Weights with their gradient, moments and mask, all of one shape."""

    w: np.ndarray
    mask: np.ndarray
    g: np.ndarray = field(init=False)
    m: np.ndarray = field(init=False)
    v: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.g, self.m, self.v = (np.zeros_like(self.w) for _ in range(3))

    def update(self, step: int) -> None:
        """One step of Adam."""
        volleys.adam(
            *(a.ravel() for a in (self.w, self.g, self.m, self.v, self.mask)), RATE, step
        )

    def for_kernels(self) -> tuple[np.ndarray, ...]:
        """Weights, moments and mask, for kernels that keep the gradient to themselves."""
        return self.w, self.m, self.v, self.mask

    def forget(self) -> None:
        """Begin Adam anew."""
        self.m[:], self.v[:] = 0, 0


class Dendrites:
    """Segments of one layer under one context at a time."""

    def __init__(self, u: np.ndarray) -> None:
        self.u = u
        self.m, self.v, self.d = (np.zeros(u.shape[:2], np.float32) for _ in range(3))

    def attend(self, context: np.ndarray) -> None:
        """Begin a task: another context, Adam anew."""
        self.c = context
        self.d[:] = self.u @ context
        self.m[:], self.v[:] = 0, 0

    def gate(self) -> np.ndarray:
        """σ of the segment of largest |d| for each unit; `chosen` remembers which."""
        self.chosen = np.abs(self.d).argmax(1)
        return sigmoid(self.d[np.arange(len(self.d)), self.chosen])

    def update(self, g_d: np.ndarray, step: int) -> None:
        """One step of Adam on segments that a gradient ever reached."""
        volleys.adam_segments(
            self.u, self.d, self.chosen, g_d, self.m, self.v, self.c, RATE, step
        )


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x)."""
    return (1 / (1 + np.exp(-x))).astype(np.float32)


def pick(y: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k largest of each row: (index int32 [batch, k], value [batch, k])."""
    idx = np.sort(np.argpartition(y, -k, axis=1)[:, -k:], axis=1).astype(np.int32)
    return idx, np.take_along_axis(y, idx, axis=1)


class Trainer:
    """A two-layer net of winners with or without dendrites, trained sample by sample of a batch by
    events.
    """

    def __init__(self, net: DendriticNet, dendrites: bool) -> None:
        first, second = (layer.linear.to_dense() for layer in net.layers)
        head = net.head.to_dense()
        self.w1, self.w2, self.wh = (
            _part(w) for w in (first.weight, second.weight.T, head.weight.T)
        )  # by unit, by presynaptic unit, by presynaptic unit
        self.b1, self.b2, self.bh = (_part(x.bias, whole=True) for x in (first, second, head))
        self.k = [w.k for w in net.winners]
        segments = [layer.segments.detach().numpy().copy() for layer in net.layers]
        self.dendrites = [Dendrites(u) for u in segments] if dendrites else []
        self.step, self.prototypes = 0, np.zeros((0, self.w1.w.shape[1]), np.float32)

    @property
    def parts(self) -> list[Part]:
        """All weights but those of the dendrites."""
        return [self.w1, self.w2, self.wh, self.b1, self.b2, self.bh]

    def begin(self, context: np.ndarray) -> None:
        """Begin a task with its prototype."""
        self.prototypes = np.vstack([self.prototypes, context[None]])
        self.step = 0
        for part in self.parts:
            part.forget()
        for d in self.dendrites:
            d.attend(context)

    def gates(self) -> list[np.ndarray]:
        """Gate of every unit of both layers in the present context."""
        if not self.dendrites:
            return [np.ones(len(b.w), np.float32) for b in (self.b1, self.b2)]
        return [d.gate() for d in self.dendrites]

    def learn(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step on a batch; returns the mean loss."""
        self.step += 1
        gate1, gate2 = self.gates()
        z1 = x @ self.w1.w.T + self.b1.w
        i1, h1 = pick(z1 * gate1, self.k[0])
        z2 = np.empty((len(x), len(gate2)), np.float32)
        volleys.forward_rows(i1, h1, self.w2.w, self.b2.w, z2)
        i2, h2 = pick(z2 * gate2, self.k[1])
        out = np.empty((len(x), len(self.bh.w)), np.float32)
        volleys.forward_rows(i2, h2, self.wh.w, self.bh.w, out)
        loss, g_out = cross_entropy(out, y)
        self.bh.g += g_out.sum(0)
        g2, g1 = np.empty_like(h2), np.empty_like(h1)
        d1, d2 = np.zeros_like(gate1), np.zeros_like(gate2)
        volleys.backward_head(i2, h2, g_out, self.wh.w, self.wh.g, g2)
        volleys.through_gate(i2, g2, z2, gate2, self.b2.g, d2)
        between, below = (part.for_kernels() for part in (self.w2, self.w1))
        volleys.train_between(i1, h1, i2, g2, *between, g1, RATE, self.step)
        volleys.through_gate(i1, g1, z1, gate1, self.b1.g, d1)
        volleys.train_input(i1, g1, x, *below, RATE, self.step)
        for part in (self.wh, self.b1, self.b2, self.bh):
            part.update(self.step)
        for d, g in zip(self.dendrites, (d1, d2), strict=False):
            d.update(g, self.step)
        return loss

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Class of each input; its context is the nearest prototype."""
        near = (
            (x**2).sum(1)[:, None] - 2 * x @ self.prototypes.T + (self.prototypes**2).sum(1)
        ).argmin(1)
        gates = [_gates(d.u, self.prototypes)[near] for d in self.dendrites] or [
            np.float32(1)
        ] * 2
        i1, h1 = pick((x @ self.w1.w.T + self.b1.w) * gates[0], self.k[0])
        z2 = np.empty((len(x), len(self.b2.w)), np.float32)
        volleys.forward_rows(i1, h1, self.w2.w, self.b2.w, z2)
        i2, h2 = pick(z2 * gates[1], self.k[1])
        out = np.empty((len(x), len(self.bh.w)), np.float32)
        volleys.forward_rows(i2, h2, self.wh.w, self.bh.w, out)
        return out.argmax(1)

    def arrays(self) -> dict[str, np.ndarray]:
        """All that a task leaves to the next."""
        named = {f"w{i}": part.w for i, part in enumerate(self.parts)}
        return (
            named
            | {f"u{i}": d.u for i, d in enumerate(self.dendrites)}
            | {"prototypes": self.prototypes}
        )

    def restore(self, arrays: Any) -> None:
        """Take over what `arrays` gave."""
        for i, part in enumerate(self.parts):
            part.w[:] = arrays[f"w{i}"]
        for i, d in enumerate(self.dendrites):
            d.u[:] = arrays[f"u{i}"]
        self.prototypes = arrays["prototypes"]


def _part(weight: torch.Tensor, whole: bool = False) -> Part:
    w = np.ascontiguousarray(weight.detach().numpy()).copy()
    return Part(w, np.ones(w.shape, bool) if whole else w != 0)


def _gates(u: np.ndarray, contexts: np.ndarray) -> np.ndarray:
    d = np.einsum("usk,tk->tus", u, contexts, optimize=True)
    return sigmoid(np.take_along_axis(d, np.abs(d).argmax(2)[..., None], 2)[..., 0])


def cross_entropy(out: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean loss and its gradient [batch, classes]."""
    p = np.exp(out - out.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(-np.log(np.maximum(p[rows, y], 1e-30)).mean())
    p[rows, y] -= 1
    return loss, (p / np.float32(len(y))).astype(np.float32)


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


def run(method: str, seed: int, data: Any, state: Path, enough: Any) -> dict[str, Any] | None:
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
