"""Code-selection memory: stores an input in one trial, under a code as similar as the input is familiar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.kernels.overlap import overlap
from neurosparse.sdr import SDR, unpack

Floats = NDArray[np.float64]


class Expansivity(Protocol):
    """Turns normalised sums V [Q, K] and familiarity G into unnormalised chances of winning [Q, K]."""

    def __call__(self, v: Floats, familiarity: float) -> Floats:
        """Return ψ [Q, K], above 0."""


@dataclass(frozen=True)
class PowerExpansivity:
    """ψ = a·G^b / (1 + exp(shift − slope·V)) + 1: flat for the unknown, peaked for the known.

    >>> psi = PowerExpansivity()(np.array([[1.0, 0.0]]), 1.0)
    >>> bool(psi[0, 0] > 4000 * psi[0, 1])
    True
    """

    a: float = 10_000.0
    b: float = 7.0
    slope: float = 26.0
    shift: float = 13.0

    def __call__(self, v: Floats, familiarity: float) -> Floats:
        """Return ψ [Q, K]."""
        return np.asarray(self.a * familiarity**self.b / (1 + np.exp(self.shift - self.slope * v)) + 1)


@dataclass(frozen=True)
class LinearExpansivity:
    """ψ = χ·max(0, (G − G_min)/(1 − G_min)) / (1 + exp(shift − slope·V)) + floor.

    >>> LinearExpansivity()(np.zeros((1, 2)), 0.1).tolist()
    [[1e-06, 1e-06]]
    """

    gain: float = 2.5
    least: float = 0.2
    slope: float = 28.0
    shift: float = 5.0
    floor: float = 1e-6

    def __call__(self, v: Floats, familiarity: float) -> Floats:
        """Return ψ [Q, K]."""
        eta = self.gain * max(0.0, (familiarity - self.least) / (1 - self.least))
        return np.asarray(eta / (1 + np.exp(self.shift - self.slope * v)) + self.floor)


class Chosen(NamedTuple):
    """What one step of a code-selection memory brought."""

    code: SDR  # [Q, K], one unit a module
    familiarity: float  # mean over modules of the best normalised sum, 0 for the unknown, 1 for the stored


class CodeSelectionMemory:
    """Q modules of K binary units; a code has one winner a module and similar inputs share winners.

    u_i = Σ_j w_ij x_j, V_i = u_i / #active, G = mean over modules of max V; a stored input (G = 1) finds
    its code again, a new one (G = 0) draws it at random, and in between they share winners. Learning sets
    weights from active inputs to winners to 1; a unit with more than `saturation` of its weights set
    learns no more. With `temporal`, V is multiplied by that of the previous code (horizontal weights), so
    that an input is stored in its context. Weights are packed bits [Q·K, inputs].

    Raises ValueError for sizes below 1, or inputs of another size.
    Source: Rinkus, "A cortical sparse distributed coding model linking mini- and macrocolumn-scale
    functionality", Front. Neuroanat. 4:17 (2010), doi:10.3389/fnana.2010.00017.

    >>> memory = CodeSelectionMemory(100, modules=10, units=8, rng=0)
    >>> stored = memory.step(SDR(range(20), 100))
    >>> again = memory.step(SDR(range(20), 100), learn=False)
    >>> stored.familiarity, again.familiarity, again.code == stored.code
    (0.0, 1.0, True)
    """

    def __init__(
        self,
        n_inputs: int,
        modules: int = 33,
        units: int = 60,
        *,
        temporal: bool = False,
        expansivity: Expansivity = PowerExpansivity(),
        saturation: float = 0.5,
        rng: Any = None,
    ) -> None:
        if min(n_inputs, modules, units) < 1 or not 0 < saturation <= 1:
            raise bad_argument(
                "n_inputs, modules, units, saturation",
                (n_inputs, modules, units, saturation),
                "counts of at least 1 and a share above 0",
            )
        self.n_inputs, self.modules, self.units = n_inputs, modules, units
        self.temporal, self.expansivity, self.saturation = temporal, expansivity, saturation
        self.rng = np.random.default_rng(rng)
        n_units = modules * units
        self.weights = np.zeros((n_units, (n_inputs + 63) // 64), np.uint64)
        self.horizontal = np.zeros((n_units, (n_units + 63) // 64), np.uint64)
        self.previous: SDR | None = None

    def step(self, sdr: SDR, learn: bool = True) -> Chosen:
        """Choose the code of one input and, unless `learn` is False, store it.

        Learning draws winners by ψ; without learning the largest V wins each module.
        """
        if sdr.size != self.n_inputs:
            raise bad_argument("sdr", sdr.shape, f"{self.n_inputs} input cells")
        v = self._support(sdr)
        familiarity = float(v.max(axis=1).mean())
        winners = self._draw(v, familiarity) if learn else self._largest(v)
        flat = np.arange(self.modules) * self.units + winners
        code = SDR(flat, (self.modules, self.units))
        if learn:
            self._store(self.weights, flat, sdr, self.n_inputs)
            if self.temporal and self.previous is not None:
                self._store(self.horizontal, flat, self.previous, self.previous.size)
        self.previous = code
        return Chosen(code, familiarity)

    def reset(self) -> None:
        """Forget the previous code: the next input begins a sequence."""
        self.previous = None

    @property
    def fill(self) -> float:
        """Share of input weights that are set."""
        return float(np.bitwise_count(self.weights).sum()) / (self.modules * self.units * self.n_inputs)

    def _support(self, sdr: SDR) -> Floats:
        v = self._normalised(self.weights, sdr)
        if self.temporal and self.previous is not None:
            v = v * self._normalised(self.horizontal, self.previous)
        return v

    def _normalised(self, weights: NDArray[np.uint64], sdr: SDR) -> Floats:
        sums = overlap(weights, sdr.packed[None])[:, 0]
        return np.asarray(sums.reshape(self.modules, self.units) / max(1, len(sdr)))

    def _draw(self, v: Floats, familiarity: float) -> NDArray[np.int64]:
        cumulative = self.expansivity(v, familiarity).cumsum(axis=1)
        mark = self.rng.random((self.modules, 1)) * cumulative[:, -1:]
        return np.asarray((mark >= cumulative).sum(axis=1), np.int64)

    def _largest(self, v: Floats) -> NDArray[np.int64]:
        """Best unit of each module, ties at random (an unknown input must not always name unit 0)."""
        return np.asarray((v + 1e-9 * self.rng.random(v.shape)).argmax(axis=1), np.int64)

    def _store(self, weights: NDArray[np.uint64], units: NDArray[np.int64], sdr: SDR, size: int) -> None:
        filled = np.bitwise_count(weights[units]).sum(axis=1)
        open_units = units[filled <= self.saturation * size]
        weights[open_units] |= sdr.packed


class CodeHierarchy:
    """Macs over overlapping fields of an image, and one above them that sees all their codes.

    A mac works only when at least `least` inputs of its field are active; a silent one gives no code.

    >>> net = CodeHierarchy((8, 8), field=4, stride=4, modules=5, units=6, rng=0)
    >>> net.size, len(net.step(SDR(range(64), (8, 8))))
    (120, 20)
    """

    def __init__(
        self,
        shape: tuple[int, int],
        *,
        field: int,
        stride: int,
        modules: int = 20,
        units: int = 20,
        least: int = 1,
        rng: Any = None,
    ) -> None:
        generator = np.random.default_rng(rng)
        self.shape, self.least = shape, least
        self.fields = _fields(shape, field, stride)
        self.macs = [CodeSelectionMemory(field * field, modules, units, rng=generator) for _ in self.fields]

    @property
    def size(self) -> int:
        """Units of all macs."""
        return sum(mac.modules * mac.units for mac in self.macs)

    def step(self, sdr: SDR, learn: bool = True) -> SDR:
        """Return the codes of all macs side by side [size]."""
        pixels, parts, offset = sdr.dense.ravel(), [np.empty(0, np.int64)], 0
        for field, mac in zip(self.fields, self.macs, strict=True):
            seen = SDR.from_dense(pixels[field])
            if len(seen) >= self.least:
                parts.append(mac.step(seen, learn).code.indices.astype(np.int64) + offset)
            offset += mac.modules * mac.units
        return SDR(np.concatenate(parts), offset)


def _fields(shape: tuple[int, int], field: int, stride: int) -> Sequence[NDArray[np.int64]]:
    if not 1 <= field <= min(shape) or stride < 1:
        raise bad_argument("field, stride", (field, stride), f"a field within {shape} and a stride of at least 1")
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    rows, columns = (range(0, n - field + 1, stride) for n in shape)
    return [cells[r : r + field, c : c + field].ravel() for r in rows for c in columns]


def stored_inputs(memory: CodeSelectionMemory, code: SDR) -> NDArray[np.bool_]:
    """Recall top-down: inputs that at least half of a code's units have weights from [n_inputs].

    >>> memory = CodeSelectionMemory(70, modules=9, units=5, rng=0)
    >>> code = memory.step(SDR([3, 5, 69], 70)).code
    >>> np.flatnonzero(stored_inputs(memory, code)).tolist()
    [3, 5, 69]
    """
    votes = unpack(memory.weights[code.indices], memory.n_inputs).sum(axis=0)
    return np.asarray(2 * votes >= memory.modules)
