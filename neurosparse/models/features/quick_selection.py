"""QuickSelection: features that a sparse denoising autoencoder holds on to."""

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse import checks
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.estimator import Transformer
from neurosparse.models.layers.initial import ActiveFanIn
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.training._fit import fit as train
from neurosparse.models.training.data import Data
from neurosparse.models.training.plan import TrainingPlan
from neurosparse.rewiring import set_
from neurosparse.selection import highest
from neurosparse.typing import Array, Bool, Float64, Seed

DROPOUT = 0.2
# of the first weights; with sqrt(2) their size would hide what is learned in few epochs
GAIN = 0.1


def input_strength(layer: SparseLinear) -> Float64:
    """Add up the size of the synapses that leave each input, `[in_features]`.

        s_i = Σ_j |w_ij| over the synapses that exist

    >>> layer = SparseLinear(2, 2, 1.0, rng=0)
    >>> layer.values.data = torch.tensor([1.0, -2.0, 0.5, 0.0])
    >>> input_strength(layer).tolist()
    [3.0, 0.5]
    """
    sizes = layer.values.detach().abs().double().cpu().numpy()
    rows = np.repeat(np.arange(layer.in_features), layer.indptr.diff().cpu().numpy())
    return np.bincount(rows, sizes, minlength=layer.in_features).astype(np.float64)


class QuickSelection(Transformer):
    """Keep the features whose synapses are strongest after sparse training without labels.

    A denoising autoencoder d-units-d of `epsilon (d + units)` synapses a layer, sigmoid hidden and
    linear output, learns clean rows from noisy ones; SET rewires it after each epoch. The strength
    of a feature is the sum of |w| over the synapses that leave it. Scale features alike first: a
    pipeline with `StandardScaler` does.

    Args:
        n_features_to_select: features that are kept.
        units: hidden ones.
        epsilon: synapses a layer, over its inputs and outputs together.
        epochs: passes over the rows.
        noise: standard deviation that is added to the rows.
        fraction: share of the synapses that SET moves after each epoch.
        learning_rate: of SGD with momentum 0.9 and weight decay 1e-5, batches of 100; the paper has
            0.01.
        rng: seed of everything drawn (SPEC 7).

    Attributes:
        strength_: of each feature, `[n_features]`, once it is fitted.
        n_features_in_: features of the rows that were fitted.

    Raises:
        ValueError: a number out of range.

    Source: Atashgahi et al. 2022, Machine Learning 111, arXiv 2012.00560.

    >>> rng = np.random.default_rng(0)
    >>> shared = rng.standard_normal((300, 1))
    >>> X = np.hstack([shared + 0.1 * rng.standard_normal((300, 3)), np.zeros((300, 3))])
    >>> selector = QuickSelection(3, units=20, epochs=20, learning_rate=0.5, rng=0).fit(X)
    >>> selector.get_support().tolist(), selector.transform(X).shape
    ([True, True, True, False, False, False], (300, 3))
    """

    strength_: Float64
    n_features_in_: int

    def __init__(
        self,
        n_features_to_select: int = 50,
        *,
        units: int = 1000,
        epsilon: float = 13.0,
        epochs: int = 10,
        noise: float = 0.2,
        fraction: float = 0.2,
        learning_rate: float = 0.1,
        rng: Seed = None,
    ) -> None:
        count = checks.whole_number("n_features_to_select", n_features_to_select, 1)
        self.n_features_to_select = count
        self.units = checks.whole_number("units", units, 1)
        self.epsilon = checks.positive("epsilon", epsilon)
        self.epochs = checks.whole_number("epochs", epochs, 1)
        self.noise = checks.not_negative("noise", noise)
        self.fraction = checks.fraction("fraction", fraction)
        self.learning_rate = checks.positive("learning_rate", learning_rate)
        self.rng = rng
        checks.generator(rng)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on rows `[samples, features]`; labels are not looked at.

        Raises:
            TypeError: rows that are no numbers.
            ValueError: rows that are no table, not finite, or of fewer features than are to stay.
        """
        rows = _rows(X)
        if self.n_features_to_select > rows.shape[1]:
            expected = f"at most {rows.shape[1]}, the features of X"
            raise bad_argument("n_features_to_select", self.n_features_to_select, expected)
        names = getattr(X, "columns", None)
        self._begin(self.get_params())
        model = self._trained(torch.from_numpy(rows))
        first = next(iter(sparse_layers(model).values()))
        self.strength_ = input_strength(first)
        self.n_features_in_ = rows.shape[1]
        if names is not None and all(isinstance(name, str) for name in names):
            self.feature_names_in_ = np.asarray(names, dtype=object)
        return self

    def _trained(self, rows: Tensor) -> nn.Module:
        """Train an autoencoder; what torch draws elsewhere stays as it was."""
        draws = checks.generator(self.rng)
        # a Generator was drawn from elsewhere, maybe: what is drawn here comes from it
        seed = int(draws.integers(2**31))
        with torch.random.fork_rng([]):
            torch.manual_seed(seed)
            model = autoencoder(rows.shape[1], self.units, self.epsilon, self.noise, seed)
            optimizer = torch.optim.SGD(
                model.parameters(), self.learning_rate, momentum=0.9, weight_decay=1e-5
            )
            plan = TrainingPlan(self.epochs, seed, loss=nn.functional.mse_loss)
            full = all(layer.density == 1 for layer in sparse_layers(model).values())
            # where every synapse is there, none can move
            rule = None if full or not self.fraction else set_(self.fraction)
            train(model, Data(rows, rows, batch=100), optimizer, plan, rewiring=rule)
        return model

    def get_support(self, indices: bool = False) -> Array:
        """Say which features stay, as a mask `[n_features]` or as ascending indices."""
        self._check_fitted()
        kept = np.sort(highest(self.strength_, self.n_features_to_select))
        if checks.truth("indices", indices):
            return kept
        mask: Bool = np.zeros(self.n_features_in_, bool)
        mask[kept] = True
        return mask

    def transform(self, X: Any) -> Any:
        """Return the features that stay, `[samples, n_features_to_select]`, in their order."""
        support = self.get_support(True)
        rows = X if hasattr(X, "tocsr") else np.asarray(X)
        _check_table(rows)
        if rows.shape[1] != self.n_features_in_:
            kind = type(self).__name__
            raise ValueError(
                f"X has {rows.shape[1]} features, but {kind} is expecting "
                f"{self.n_features_in_} features as input"
            )
        numbers: Any = rows.data if hasattr(rows, "tocsr") else rows
        if numbers.dtype.kind == "f" and not np.isfinite(numbers).all():
            raise bad_argument("X", Said("NaN or infinite values"), "finite numbers")
        return rows.tocsr()[:, support] if hasattr(rows, "tocsr") else rows[:, support]

    def inverse_transform(self, X: Any) -> Array:
        """Put selected features back in their places, 0 elsewhere, `[samples, n_features]`."""
        rows = np.asarray(X)
        support = self.get_support(True)
        if rows.ndim != 2 or rows.shape[1] != len(support):
            shape = Said(f"shape {list(rows.shape)}")
            raise bad_argument("X", shape, f"[samples, {len(support)}], as selected")
        whole: Array = np.zeros((len(rows), self.n_features_in_), rows.dtype)
        whole[:, support] = rows
        return whole

    def get_feature_names_out(self, input_features: Any = None) -> Array:
        """Name the features that stay: as they were fitted, or x0, x1 and so on."""
        support = self.get_support(True)
        own = [f"x{place}" for place in range(self.n_features_in_)]
        if input_features is None:
            input_features = getattr(self, "feature_names_in_", own)
        names = np.asarray(input_features, dtype=object)
        if names.shape != (self.n_features_in_,):
            received = Said(f"{len(names)} names")
            raise bad_argument("input_features", received, f"{self.n_features_in_}")
        return names[support]

    def __sklearn_is_fitted__(self) -> bool:
        """Whether `fit` was called."""
        return hasattr(self, "strength_")

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            remedy = "call fit(X) first"
            raise bad_argument("selector", Said("one that is not fitted"), "a fit", remedy)


class Noise(nn.Module):
    """Add Gaussian noise to rows while training.

    >>> Noise(1.0).eval()(torch.ones(2)).tolist()
    [1.0, 1.0]
    """

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        """Compute the noisy rows, of the shape of `x`."""
        return x + self.deviation * torch.randn_like(x) if self.training else x


def autoencoder(
    features: int, units: int, epsilon: float, noise: float, seed: int
) -> nn.Sequential:
    """Build a sparse denoising autoencoder of `epsilon (features + units)` synapses a layer.

    >>> model = autoencoder(784, 1000, 13, 0.2, 0)
    >>> model[1].nnz, round(model[1].density, 8)
    (23192, 0.02958163)
    """
    density = min(1.0, epsilon * (features + units) / (features * units))
    # weights that stand out are to be learned ones, not those of the start
    start = ActiveFanIn(GAIN)
    first = SparseLinear(features, units, density, initial=start, rng=seed)
    last = SparseLinear(units, features, density, initial=start, rng=seed + 1)
    between = nn.Sigmoid(), nn.Dropout(DROPOUT)
    return nn.Sequential(Noise(noise), first, *between, last)


def _rows(X: Any) -> Array:
    """Rows as float32, once they are known to be a table of finite numbers."""
    dense = X.toarray() if hasattr(X, "toarray") else np.asarray(X)
    if dense.dtype == object:
        # a table of several kinds of columns
        dense = dense.astype(np.float64)
    if dense.dtype.kind not in "biuf":
        remedy = "Complex data not supported" if dense.dtype.kind == "c" else ""
        raise _kind_error(dense)("X", dense, "numbers [samples, features]", remedy)
    _check_table(dense)
    with np.errstate(over="ignore"):
        rows = np.ascontiguousarray(dense, np.float32)
    if not np.isfinite(rows).all():
        raise bad_argument("X", Said("NaN or infinite values"), "finite numbers")
    return rows


def _kind_error(dense: Array) -> Any:
    # scikit-learn wants a ValueError for complex numbers
    return bad_argument if dense.dtype.kind == "c" else bad_type


def _check_table(rows: Any) -> None:
    """Refuse what is no table, or an empty one, in words that scikit-learn looks for, too."""
    shape = Said(f"shape {list(rows.shape)}")
    if rows.ndim != 2:
        remedy = "Reshape your data: X.reshape(1, -1) is one sample"
        raise bad_argument("X", shape, "[samples, features]", remedy)
    for axis, name in enumerate(("sample", "feature")):
        if rows.shape[axis] == 0:
            words = f"0 {name}(s) (shape={rows.shape}) while a minimum of 1 is required"
            raise bad_argument("X", Said(words), "one or more")
