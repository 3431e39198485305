"""What a reconstruction leaves over, over a whole set of samples."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import finite
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import real_numbers
from neurosparse.sparse_coding import SparseCodes
from neurosparse.typing import Array


class ErrorParts(NamedTuple):
    """What of an error a linear function of the samples says, on samples it was not fitted to.

    Attributes:
        vector: R² of the error itself.
        size: R² of its squared length.
    """

    vector: float
    size: float


def unexplained_variance(x: Any, output: Any) -> float:
    """Compute FVU, `Σ‖x − x̂‖² / Σ‖x − mean x‖²`, sums and mean over all samples.

    Raises:
        ValueError: arrays of different shapes.

    >>> unexplained_variance([[0.0], [2.0]], [[0.0], [1.0]])
    0.5
    """
    samples, outputs = _pair(x, output)
    spread = ((samples - samples.mean(0)) ** 2).sum()
    return float(((samples - outputs) ** 2).sum() / spread) if spread > 0 else float("nan")


def shrinkage(x: Any, output: Any) -> float:
    """Compute the mean of `‖x̂‖/‖x‖` over samples of some length.

    >>> shrinkage([[2.0], [4.0]], [[1.0], [4.0]])
    0.75
    """
    samples, outputs = _pair(x, output)
    lengths = np.linalg.norm(samples, axis=1)
    some = lengths > 0
    return float((np.linalg.norm(outputs, axis=1)[some] / lengths[some]).mean())


def dead_share(codes: SparseCodes) -> float:
    """Compute the share of atoms that no sample of these names.

    >>> dead_share(SparseCodes.from_dense([[0.0, 1.0, 0.0, 2.0]]))
    0.5
    """
    if not isinstance(codes, SparseCodes):
        raise bad_type("codes", codes, "SparseCodes", "SparseCodes.from_dense makes them")
    return 1 - len(np.unique(codes.indices)) / max(codes.n, 1)


def loss_recovered(without: float, through: float, model: float) -> float:
    """Compute `(without − through)/(without − model)`, losses of a model.

    Args:
        without: with the activations set to 0.
        through: with the activations reconstructed.
        model: as it is.

    >>> round(loss_recovered(2.3, 0.3, 0.1), 8)
    0.90909091
    """
    for name, loss in (("without", without), ("through", through), ("model", model)):
        finite(name, loss)
    if without == model:
        received = Said(f"{without}, the loss of the model itself")
        raise bad_argument("without", received, "another loss, of activations set to 0")
    return (without - through) / (without - model)


def error_parts(x: Any, output: Any) -> ErrorParts:
    """Say how much of `x − x̂`, and of its squared length, is linear in x.

    A function with an offset is fitted by least squares on the first half of the samples and judged
    on the second.

    Source: Engels et al. 2024, "Decomposing the dark matter of sparse autoencoders",
    arXiv:2410.14670.

    >>> x = np.random.default_rng(0).standard_normal((100, 3))
    >>> round(error_parts(x, 0.5 * x).vector, 6)
    1.0
    """
    samples, outputs = _pair(x, output)
    half = len(samples) // 2
    if half <= samples.shape[1]:
        expected = f"more than {2 * samples.shape[1]}, so that a half says something"
        raise bad_argument("x", Said(f"{len(samples)} samples"), expected)
    error = samples - outputs
    size = (error**2).sum(1, keepdims=True)
    parts = [_judged(samples, target, half) for target in (error, size)]
    return ErrorParts(*parts)


def _judged(x: Array, target: Array, half: int) -> float:
    with_offset = np.concatenate([x, np.ones((len(x), 1))], 1)
    law = np.linalg.lstsq(with_offset[:half], target[:half], rcond=None)[0]
    left = target[half:] - with_offset[half:] @ law
    spread = ((target[half:] - target[half:].mean(0)) ** 2).sum()
    return float(1 - (left**2).sum() / spread) if spread > 0 else float("nan")


def _pair(x: Any, output: Any) -> tuple[Array, Array]:
    samples = real_numbers("x", x, "numbers [samples, d]")
    outputs = real_numbers("output", output, "numbers [samples, d]")
    if samples.ndim != 2 or not len(samples):
        raise bad_argument("x", samples, "[samples, d], one sample or more")
    if samples.shape != outputs.shape:
        expected = f"{list(samples.shape)}, as the samples"
        raise bad_argument("output", outputs, expected)
    for name, table in (("x", samples), ("output", outputs)):
        if not np.isfinite(table).all():
            raise bad_argument(name, Said("NaN or infinity"), "finite numbers")
    return samples, outputs
