"""Dictionaries that describe signals and tell two classes apart, with covariates beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import not_negative, positive, truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.sparse_coding.coder import Coder, a_coder, a_dictionary
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.sparse_coding.dictionary import Dictionary
from neurosparse.typing import Array, Float64, Int64

# steps of a block before the next block's turn
INNER = 10


@dataclass(frozen=True)
class SupervisedDictionary:
    """Atoms and a logistic regression on them, learned together.

        Σ_i ℓ(y_i, β_0 + β·h_i + γ·c_i) + ξ ‖X - HD‖²,   ℓ(y, s) = log(1 + e^s) - y s

    with h_i = D x_i (filters), or the code of x_i (features); covariates c_i enter the
    classification only. Blocks take turns: codes by the coder, then some projected gradient steps
    on atoms of length 1, then β, γ by Newton's method with a small ridge. Where h_i is the code,
    the labels pull at it while learning; afterwards it is the coder's, and β, γ are fitted to that.

    Args:
        xi: ξ, the weight of the description, above 0.
        filters: whether classification reads D x, else codes.
        ridge: keeps the regression bounded where classes can be told apart without fault.

    Raises:
        ValueError: labels other than 0 and 1, NaN, lengths that differ.

    Source: Lee, Lyu & Yao 2022, arXiv:2206.06774; blocks with projected steps stand in for theirs.

    >>> from neurosparse.sparse_coding import Ista, Soft
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.integers(2, size=200)
    >>> x = rng.standard_normal((200, 3)) * [5, 5, 0.1] + np.outer(labels - 0.5, [0, 0, 1])
    >>> rule = SupervisedDictionary(xi=1e-3)
    >>> start = Dictionary.random(2, 3, rng=0)
    >>> learned = rule.fit(x, labels, dictionary=start, coder=Ista(Soft(0.1)), epochs=30)
    >>> bool((learned.predict(x) == labels).mean() > 0.95)
    True
    """

    xi: float = 1.0
    filters: bool = True
    ridge: float = 1e-3

    def __post_init__(self) -> None:
        positive("xi", self.xi)
        truth("filters", self.filters)
        not_negative("ridge", self.ridge)

    def fit(
        self,
        x: Any,
        labels: Any,
        *,
        dictionary: Dictionary,
        coder: Coder,
        covariates: Any = None,
        epochs: int = 20,
    ) -> SupervisedModel:
        """Learn from all signals `[n, d]` and their labels `[n]`, 0 or 1.

        Args:
            x: the signals.
            labels: their classes.
            dictionary: to begin with.
            coder: finds codes.
            covariates: `[n, c]`, or none.
            epochs: turns of all blocks.
        """
        signals = a_dictionary(dictionary).signals(x).astype(np.float64)
        y = _labels(labels, len(signals))
        extra = _covariates(covariates, len(signals))
        a_coder(coder)
        whole_number("epochs", epochs, 1)
        weights = np.zeros(1 + dictionary.n + extra.shape[1])
        history: list[float] = []
        for _ in range(epochs):
            codes = coder.encode(signals, dictionary)
            h = codes.to_dense().astype(np.float64)
            beta = weights[1 : 1 + dictionary.n]
            if not self.filters:
                h = self._pulled(signals, y, extra, h, dictionary.atoms, weights, coder)
            atoms = self._atoms(signals, y, extra, h, dictionary.atoms, weights)
            dictionary = Dictionary(atoms, renormalise=True)
            read = signals @ dictionary.atoms.T if self.filters else h
            weights = logistic(np.hstack([read, extra]), y, weights, self.ridge)
            logits = weights[0] + np.hstack([read, extra]) @ weights[1:]
            left = signals - h @ dictionary.atoms
            history.append(float(losses(y, logits).sum() + self.xi * (left**2).sum()))
        if not self.filters:
            # codes that labels pulled at are not those it will read
            own = coder.encode(signals, dictionary).to_dense().astype(np.float64)
            weights = logistic(np.hstack([own, extra]), y, weights, self.ridge)
        beta, gamma = np.split(weights[1:], [dictionary.n])
        return SupervisedModel(
            dictionary, coder, self.filters, weights[0], beta, gamma, history
        )

    def _pulled(
        self,
        x: Float64,
        y: Float64,
        extra: Float64,
        h: Float64,
        atoms: Array,
        weights: Float64,
        coder: Any,
    ) -> Float64:
        """Codes mended by what the labels ask for; the coder's threshold keeps them sparse."""
        beta = weights[1 : 1 + len(atoms)]
        step = 1 / (2 * self.xi * np.linalg.norm(atoms, 2) ** 2 + beta @ beta / 4)
        fixed = weights[0] + extra @ weights[1 + len(atoms) :]
        prox = getattr(getattr(coder, "threshold", None), "prox", None)
        support = h != 0
        for _ in range(INNER):
            off = sigmoid(fixed + h @ beta) - y
            slope = np.outer(off, beta) - 2 * self.xi * (x - h @ atoms) @ atoms.T
            ahead = h - step * slope
            # λ belongs to ½‖x - hD‖²; here that term has the weight 2ξ
            h = prox(ahead, 2 * self.xi * step) if prox else np.where(support, ahead, 0.0)
        return h

    def _atoms(
        self,
        x: Float64,
        y: Float64,
        extra: Float64,
        h: Float64,
        atoms: Array,
        weights: Float64,
    ) -> Float64:
        """Some gradient steps on the atoms, back to length 1 after each."""
        n = len(atoms)
        beta = weights[1 : 1 + n] * self.filters
        curve = 2 * self.xi * float(np.linalg.norm(h, 2)) ** 2
        curve += float(beta @ beta) * float(np.linalg.norm(x, 2)) ** 2 / 4
        fixed = weights[0] + extra @ weights[1 + n :]
        fresh = atoms.astype(np.float64)
        for _ in range(INNER if curve else 0):
            slope = -2 * self.xi * h.T @ (x - h @ fresh)
            if self.filters:
                off = sigmoid(fixed + x @ fresh.T @ beta) - y
                slope += np.outer(beta, off @ x)
            moved = fresh - slope / curve
            length = np.linalg.norm(moved, axis=1, keepdims=True)
            fresh = np.where(length > 0, moved / np.where(length > 0, length, 1.0), fresh)
        return fresh


@dataclass(frozen=True)
class SupervisedModel:
    """What `SupervisedDictionary.fit` learned.

    Attributes:
        dictionary: atoms `[n, d]`.
        coder: finds codes, where classification reads them.
        filters: whether it reads D x instead.
        intercept: β_0.
        beta: a weight an atom, `[n]`.
        gamma: a weight a covariate, `[c]`.
        history: the cost after each epoch.
    """

    dictionary: Dictionary
    coder: Coder
    filters: bool
    intercept: float
    beta: Float64
    gamma: Float64
    history: list[float]

    def encode(self, x: Any) -> SparseCodes:
        """Give the codes of signals `[batch, d]`."""
        return self.coder.encode(x, self.dictionary)

    def logits(self, x: Any, covariates: Any = None) -> Float64:
        """Compute β_0 + β·h + γ·c of signals `[batch, d]`, `[batch]`."""
        signals = self.dictionary.signals(x)
        extra = _covariates(covariates, len(signals))
        if extra.shape[1] != len(self.gamma):
            expected = f"{len(self.gamma)} columns, as it learned from"
            raise bad_argument("covariates", extra, expected)
        if self.filters:
            read = signals @ self.dictionary.atoms.T
        else:
            read = self.encode(signals).to_dense()
        return np.asarray(self.intercept + read @ self.beta + extra @ self.gamma)

    def predict(self, x: Any, covariates: Any = None) -> Int64:
        """Give the likelier class of signals `[batch, d]`."""
        return np.asarray(self.logits(x, covariates) > 0).astype(np.int64)


def losses(y: Float64, logits: Float64) -> Float64:
    """Compute log(1 + e^s) - y s of each sample.

    >>> losses(np.array([1.0, 0.0]), np.array([0.1, -2.4])).sum().round(7).item()
    0.7312328
    """
    return np.asarray(np.logaddexp(0, logits) - y * logits)


def sigmoid(s: Float64) -> Float64:
    """Compute 1/(1 + e^-s) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * s)))


def logistic(columns: Float64, y: Float64, weights: Float64, ridge: float) -> Float64:
    """Fit β_0 and the weights of columns `[n, m]` by Newton's method, from some weights.

    A step that does not lower the cost is halved. β_0 has no ridge.
    """
    whole = np.hstack([np.ones((len(columns), 1)), columns])
    # a little on β_0 as well: one class alone would send it to infinity
    pull = np.append(1e-9, np.full(columns.shape[1], ridge))

    def cost(w: Float64) -> float:
        return float(losses(y, whole @ w).sum() + 0.5 * pull @ w**2)

    for _ in range(INNER):
        share = sigmoid(whole @ weights)
        slope = whole.T @ (share - y) + pull * weights
        curve = (whole.T * (share * (1 - share))) @ whole + np.diag(pull + 1e-9)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while cost(weights - size * step) > cost(weights) and size > 1e-6:
            size /= 2
        if size <= 1e-6:
            break
        weights = weights - size * step
    return weights


def _labels(labels: Any, n: int) -> Float64:
    y = np.asarray(labels)
    if y.shape != (n,):
        raise bad_argument("labels", y, f"[{n}], one a signal")
    if not np.isin(y, (0, 1)).all():
        other = y[~np.isin(y, (0, 1))][0]
        raise bad_argument(
            "labels", Said(f"a label {other}"), "0 and 1", "compare with a class"
        )
    return y.astype(np.float64)


def _covariates(covariates: Any, n: int) -> Float64:
    if covariates is None:
        return np.zeros((n, 0))
    extra = np.asarray(covariates, np.float64)
    if extra.ndim != 2 or len(extra) != n:
        raise bad_argument("covariates", extra, f"[{n}, columns], a row a signal")
    if not np.isfinite(extra).all():
        raise bad_argument("covariates", Said("NaN or infinity"), "finite numbers")
    return extra
