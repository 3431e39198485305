"""Tune the distribution of time constants by a Lyapunov criterion, without any task."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument, missing_extra
from neurosparse.lyapunov import spectrum
from neurosparse.pruning.field import LifField
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64, Seed


def gamma_tau(net: RecurrentNet, shape: float, mean: float) -> RecurrentNet:
    """Give the neurons time constants from a gamma distribution, the order among them kept.

    The neuron of rank r (by its τ so far) gets the quantile (r + 1/2) / n, so nothing is drawn.

    Args:
        shape: of the distribution; large is homogeneous.
        mean: time constant, in the unit of 1 / leak.

    >>> from neurosparse.connectivity import Connectivity
    >>> net = RecurrentNet.begin(Connectivity.empty(2, 2), [1.0, 0.5])
    >>> gamma_tau(net, 1.0, 10.0).tau.round(2).tolist()
    [2.88, 13.86]
    """
    if not (shape > 0 and mean > 0):
        raise bad_argument("shape, mean", (shape, mean), "numbers above 0")
    from scipy.stats import gamma

    n = len(net.leak)
    quantiles = gamma.ppf((np.arange(n) + 0.5) / n, shape, scale=mean / shape)
    tau = np.empty(n)
    tau[np.argsort(net.tau, kind="stable")] = quantiles
    return net._replace(leak=1.0 / np.maximum(tau, 1e-3 * mean))


@dataclass(frozen=True)
class NearStability:
    """Cost of a network: how far its k largest surrogate exponents are from `target`.

    Mean |λ_i - target_i| over the k exponents, in 1 / time, plus 1 for a network whose mean rate a
    step leaves [least, most]: exponents near and below 0 carry input on without chaos, but a silent
    network has good ones too. A definition of this library; of the paper's fourth step only the
    idea is known.

    Args:
        field: how the network behaves.
        target: wanted exponents, one number for all or `[k]`, such as those of the network before
            pruning.
        k: how many.
        steps: to average over.
        least, most: allowed spikes a neuron and step.
    """

    field: LifField
    target: ArrayLike = 0.0
    k: int = 8
    steps: int = 200
    least: float = 0.005
    most: float = 0.4

    def exponents(self, net: RecurrentNet, rng: Seed) -> Float64:
        """Measure the k largest surrogate exponents; the last is repeated if there are fewer."""
        system = self.field.system(net)
        before = self.field.burn_in
        k = min(self.k, system.width)
        start = np.zeros(system.width)
        lyapunov = spectrum(
            system, start, self.steps, k=k, every=5, transient=before, rng=rng
        )
        return np.maximum(np.pad(lyapunov.exponents, (0, self.k - k), mode="edge"), -1e3)

    def __call__(self, net: RecurrentNet, rng: Generator) -> float:
        """Compute the cost of a network; less is better."""
        rate = self.field.activity(net).spikes.mean()
        dead = 0.0 if self.least <= rate <= self.most else 1.0
        apart = np.abs(self.exponents(net, rng) - np.asarray(self.target))
        return float(np.mean(apart) + dead)


@dataclass(frozen=True)
class TuneTimeScales:
    """Search shape and mean of a gamma distribution of τ by Bayesian optimisation.

    The best network is returned; the one there is takes part, so the result is never worse by the
    criterion. Uses Optuna's TPE: T. Akiba et al., KDD 2019, doi:10.1145/3292500.3330701.

    Args:
        criterion: of (net, rng), less is better; such as `NearStability(field)`.
        trials: networks to judge.
        shape, mean: ranges searched, in logarithms; means in the unit of 1 / leak.

    Raises:
        ImportError: Optuna is not installed (extra `search`).
    """

    criterion: Callable[[RecurrentNet, Generator], float]
    trials: int = 30
    shape: tuple[float, float] = (1.0, 20.0)
    mean: tuple[float, float] = (5.0, 100.0)

    def __post_init__(self) -> None:
        for name in ("shape", "mean"):
            low, high = getattr(self, name)
            if not 0 < low < high:
                raise bad_argument(name, (low, high), "a range (low, high) above 0")
        whole_number("trials", self.trials, 1)

    def __call__(self, net: RecurrentNet, rng: Seed = None) -> RecurrentNet:
        """Search, and give the network of the best trial."""
        try:
            import optuna
        except ImportError:
            raise missing_extra("optuna", "search") from None
        rng = np.random.default_rng(rng)
        seed = int(rng.integers(2**31))
        # its chatter about every trial belongs to a study at the console
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        for _ in range(self.trials):
            trial = study.ask()
            shape = trial.suggest_float("shape", *self.shape, log=True)
            mean = trial.suggest_float("mean", *self.mean, log=True)
            # every network is judged with the same draws
            cost = self.criterion(gamma_tau(net, shape, mean), np.random.default_rng(seed))
            study.tell(trial, cost)
        if self.criterion(net, np.random.default_rng(seed)) <= study.best_value:
            return net
        return gamma_tau(net, study.best_params["shape"], study.best_params["mean"])
