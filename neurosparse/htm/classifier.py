"""Softmax readout of SDRs, and prediction of labels some steps ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument
from neurosparse.estimator import Estimator
from neurosparse.sdr import SDR
from neurosparse.sdr.batch import one_sdr, sdr_rows
from neurosparse.store.arrays import loaded_array
from neurosparse.store.one_file import load_file, save_file
from neurosparse.typing import Array, Float64, Int64, Path


def softmax(x: Any) -> Float64:
    """e^x / Σ e^x along the last axis, safe for large x.

    >>> softmax([0, 1, 1.337, 2.018, 1.1, 0.5, 0.9]).round(8)[3]
    np.float64(0.33947233)
    """
    shifted = np.exp(np.asarray(x, np.float64) - np.max(x, axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


class SDRClassifier(Estimator):
    """Learn the probability of labels from active cells, online.

    p = softmax(Σ rows of active cells of W); learning: W[active] += α·(target − p), the target of k
    labels being 1/k each. W `[n_cells, n_labels]` begins at 0 and widens with the largest label;
    `fit`, or `classes` of `partial_fit`, fixes the labels, which may then be strings.

    Args:
        n_cells: of the codes.
        alpha: learning rate.

    Raises:
        ValueError: codes of another size, or negative labels.

    Source: the SDR classifier of HTM systems: softmax regression on sparse codes (Bishop 2006,
    4.3.4).

    >>> c = SDRClassifier(4, alpha=1.0).learn(SDR([0, 1], 4), 0).learn(SDR([2, 3], 4), 1)
    >>> int(c.infer(SDR([2, 3], 4)).argmax())
    1
    """

    def __init__(self, n_cells: int, alpha: float = 0.001) -> None:
        self.n_cells = checks.whole_number("n_cells", n_cells, 1, 2**31 - 1)
        self.alpha = checks.positive("alpha", alpha)
        self.weights: Float64 = np.zeros((n_cells, 0))
        self._classes: Array | None = None

    @property
    def classes_(self) -> Array:
        """Label of each column of the weights."""
        if self._classes is None:
            return np.arange(self.weights.shape[1])
        return self._classes

    def learn(self, sdr: SDR, labels: Any) -> Self:
        """Learn that a code means a label, or any of several."""
        known = _labels(labels) if self._classes is None else self._columns(labels)
        self._widen(int(known[-1]) + 1)
        error = -self.infer(sdr)
        error[known] += 1 / known.size
        self.weights[sdr.indices] += self.alpha * error
        return self

    def infer(self, sdr: SDR) -> Float64:
        """Return the probability of every label, `[n_labels]`."""
        if one_sdr("sdr", sdr).size != self.n_cells:
            raise bad_argument("sdr", sdr.shape, f"{self.n_cells} cells")
        if not self.weights.shape[1]:
            received = Said("a classifier that knows no label")
            raise bad_argument("sdr", received, "learning first", "call learn")
        return softmax(self.weights[sdr.indices].sum(axis=0))

    def fit(self, X: Any, y: Any) -> Self:  # type: ignore[override]
        """Begin anew and learn rows with labels, numbers or strings, in one pass.

        >>> codes = SDRClassifier(4, alpha=1.0).fit([[1, 1, 0, 0], [0, 0, 1, 1]], ["no", "yes"])
        >>> codes.predict([[0, 0, 1, 0]]).tolist(), codes.classes_.tolist()
        (['yes'], ['no', 'yes'])
        """
        labels = _names(y)
        self._begin(self.get_params())
        return self.partial_fit(X, labels, classes=labels)

    def score(self, X: Any, y: Any) -> float:
        """Share of the rows of X whose most probable label is that of y."""
        return float(np.mean(self.predict(X) == _names(y)))

    def partial_fit(self, X: Any, y: Iterable[Any], classes: Any = None) -> Self:
        """Learn rows with labels, in order.

        Args:
            X: SDRs, a SciPy sparse array or dense rows `[n, n_cells]`.
            y: labels `[n]`.
            classes: all labels there will be, before the first is learned; None for whole numbers
                from 0.
        """
        if classes is not None:
            self._settle(np.unique(_names(classes)))
        rows = list(self._rows(X))
        labels = list(y)
        if len(rows) != len(labels):
            received = Said(f"{len(labels)} labels")
            raise bad_argument("y", received, f"as many as X has rows: {len(rows)}")
        for sdr, label in zip(rows, labels, strict=True):
            self.learn(sdr, label)
        return self

    def predict_proba(self, X: Any) -> Float64:
        """Probability of every label for the rows of X, `[n, n_labels]`."""
        rows = [self.infer(sdr) for sdr in self._rows(X)]
        return np.array(rows).reshape(-1, self.weights.shape[1])

    def predict(self, X: Any) -> Array:
        """Most probable label for the rows of X, `[n]`."""
        columns = np.asarray(self.predict_proba(X).argmax(axis=1), np.int64)
        return columns if self._classes is None else self._classes[columns]

    def save(self, path: Path) -> None:
        """Write everything to an .npz file, whole or not at all."""
        config = {"n_cells": self.n_cells, "alpha": self.alpha}
        names = {} if self._classes is None else {"classes": self._classes}
        save_file(path, "SDRClassifier", config, {"weights": self.weights} | names)

    @classmethod
    def load(cls, path: Path) -> SDRClassifier:
        """Read a classifier that `save` wrote."""
        config, arrays = load_file(path, "SDRClassifier")
        out = cls(**config)
        out.weights = loaded_array(arrays, "weights", np.float64, (out.n_cells, None))
        out._classes = arrays.get("classes")
        if not np.isfinite(out.weights).all():
            raise bad_argument("path", Said("NaN or infinity"), "a file that save wrote")
        return out

    def __sklearn_is_fitted__(self) -> bool:
        """Whether a label is known."""
        return bool(self.weights.shape[1])

    def _settle(self, classes: Array) -> None:
        """Fix the labels, once."""
        if self._classes is None and not self.weights.shape[1]:
            self._classes = classes
            self._widen(len(classes))
        elif not np.array_equal(self.classes_, classes):
            expected = f"the labels it began with, {self.classes_.tolist()}"
            raise bad_argument("classes", Said(f"{classes.tolist()}"), expected, "call fit")

    def _columns(self, labels: Any) -> Int64:
        """Columns of labels that were fixed, ascending, each once."""
        assert self._classes is not None
        names = np.unique(np.atleast_1d(labels))
        known = np.isin(names, self._classes)
        if not known.all():
            received = Said(f"{names[~known].tolist()}")
            raise bad_argument("labels", received, f"some of {self._classes.tolist()}")
        return np.searchsorted(self._classes, names).astype(np.int64)

    def _widen(self, n_labels: int) -> None:
        missing = n_labels - self.weights.shape[1]
        if missing > 0:
            size = f"weights of {self.n_cells:,} cells and {n_labels:,} labels"
            remedy = "fit, or classes=, takes labels of any size"
            refuse_beyond_memory("labels", 16.0 * self.n_cells * n_labels, size, remedy)
            self.weights = np.pad(self.weights, ((0, 0), (0, missing)))

    def _rows(self, X: Any) -> Iterable[SDR]:
        return (
            one_sdr(f"X[{i}]", row) for i, row in enumerate(sdr_rows(X, (self.n_cells,)))
        )


def _names(labels: Any) -> Array:
    """Labels as one array of whole numbers or strings `[n]`; a table's column is one of objects."""
    array = np.asarray(list(labels) if isinstance(labels, Iterator) else labels)
    if array.dtype == object and all(isinstance(label, str) for label in array.flat):
        array = array.astype(str)
    if array.ndim != 1 or array.dtype.kind not in "iubUSf":
        raise bad_argument("y", labels, "labels [n], whole numbers or strings")
    return array


def _labels(labels: int | Sequence[int]) -> Int64:
    """The labels, ascending, each once."""
    array = np.atleast_1d(np.asarray(labels))
    # infinity is its own floor
    fractions = array.dtype.kind == "f" and not (array % 1 == 0).all()
    if array.dtype.kind not in "iubf" or fractions or not array.size or array.min() < 0:
        raise bad_argument("labels", labels, "one or more whole numbers, 0 or above")
    return np.unique(array.astype(np.int64))


class Record(NamedTuple):
    """A code with the number of the row it came with."""

    number: int
    sdr: SDR


class Predictor:
    """Predict labels several steps ahead: a code is learned against the label that came later.

    Args:
        n_cells: of the codes.
        steps: how many rows ahead, one or more.
        alpha: learning rate.

    >>> p = Predictor(4, [1], alpha=1.0)
    >>> for i in range(8):
    ...     p.learn(i, SDR([i % 2], 4), i % 2)
    >>> int(p.infer(SDR([0], 4))[1].argmax())
    1
    """

    def __init__(self, n_cells: int, steps: Sequence[int], alpha: float = 0.001) -> None:
        if np.ndim(steps) != 1 or not len(steps) or min(steps) < 0:
            expected = "one or more numbers of steps, 0 or above"
            raise bad_argument("steps", steps, expected, "write [1] for one")
        ahead = sorted({checks.whole_number("steps", step) for step in steps})
        self.classifiers = {step: SDRClassifier(n_cells, alpha) for step in ahead}
        self.history: list[Record] = []

    def learn(self, number: int, sdr: SDR, labels: int | Sequence[int]) -> None:
        """Take row `number`: its code, and the label that came with it. Numbers must increase."""
        number = checks.whole_number("number", number)
        if self.history and number <= self.history[-1].number:
            expected = f"a row after {self.history[-1].number}"
            raise bad_argument("number", number, expected, "call reset between streams")
        self.history.append(Record(number, sdr))
        farthest = max(self.classifiers)
        self.history = [r for r in self.history if r.number >= number - farthest]
        for record in self.history:
            classifier = self.classifiers.get(number - record.number)
            if classifier is not None:
                classifier.learn(record.sdr, labels)

    def infer(self, sdr: SDR) -> dict[int, Float64]:
        """Return, for every number of steps ahead, the probability of each label."""
        return {
            step: c.infer(sdr) for step, c in self.classifiers.items() if c.weights.shape[1]
        }

    def reset(self) -> None:
        """Forget past codes: the next row begins a stream."""
        self.history = []

    def save(self, path: Path) -> None:
        """Write everything to an .npz file, whole or not at all."""
        first = next(iter(self.classifiers.values()))
        config = {
            "n_cells": first.n_cells,
            "alpha": first.alpha,
            "steps": list(self.classifiers),
            "numbers": [r.number for r in self.history],
            "shapes": [list(r.sdr.shape) for r in self.history],
        }
        arrays: dict[str, Any] = {
            f"weights{step}": c.weights for step, c in self.classifiers.items()
        }
        arrays |= {f"code{i}": r.sdr.indices for i, r in enumerate(self.history)}
        save_file(path, "Predictor", config, arrays)

    @classmethod
    def load(cls, path: Path) -> Predictor:
        """Read a predictor that `save` wrote; it continues to the bit as the saved one would."""
        config, arrays = load_file(path, "Predictor")
        out = cls(config["n_cells"], config["steps"], config["alpha"])
        for step, classifier in out.classifiers.items():
            shape = (classifier.n_cells, None)
            classifier.weights = loaded_array(arrays, f"weights{step}", np.float64, shape)
        rows = zip(config["numbers"], config["shapes"], strict=True)
        for i, (number, code_shape) in enumerate(rows):
            cells = loaded_array(arrays, f"code{i}", np.int32, (None,))
            out.history.append(Record(number, SDR(cells, tuple(code_shape))))
        return out
