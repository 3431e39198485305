"""A two-layer net of winners, with dendrites or without, trained by its winners alone."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from continual_parts import volleys
from neurosparse.models import DendriticNet

RATE = 5e-4


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
        self.b1, self.b2, self.bh = (
            _part(x.bias, whole=True) for x in (first, second, head)
        )
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
