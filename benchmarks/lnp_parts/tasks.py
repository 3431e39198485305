"""Three tasks for one readout each: a chaotic system to go on with, digits, a real series."""

import numpy as np

from lnp_parts.reservoir import ridge
from neurosparse.datasets import digits_8x8, ett_h1, split_series
from neurosparse.lyapunov import Lorenz63

EXPONENT, TOLERANCE = 0.906, 0.4


class LorenzTask:
    """Predict the next sample, then go on alone; valid prediction time in Lyapunov times (NRMSE up
    to 0.4).
    """

    def __init__(self, train=4000, starts=30, warm=150, ahead=120):
        self.warm, self.ahead = warm, ahead
        system = Lorenz63(dt=0.01)
        state = np.array([1.0, 1.0, 20.0])
        need = 500 + train + starts * (warm + ahead)
        path = np.empty((need, 3))
        for t in range(need):
            # a sample every 0.02 time units
            state = system.step(system.step(state, 0), 0)
            path[t] = state
        path = path[500:]
        path = (path - path[:train].mean(0)) / path[:train].std(0)
        self.train = path[:train]
        self.tests = path[train:].reshape(starts, warm + ahead, 3).transpose(1, 0, 2)

    width = 3

    def score(self, reservoir):
        """Train and test one network."""
        x = self.train
        hold = 4
        wash = 100
        # the change is learnt, not the value: that is what differs from one sample to the next
        features, _ = reservoir.run(x[:-1, None], hold=hold)
        readout = ridge(features[wash:, 0], (x[1:] - x[:-1])[wash:])
        features, trace = reservoir.run(self.tests[: self.warm], hold=hold)
        now = self.tests[self.warm - 1]
        one = now + features[-1] @ readout
        wrong = [np.mean((one - self.tests[self.warm]) ** 2)]
        now = one
        alive = np.ones(len(one), bool)
        valid = np.zeros(len(one))
        for t in range(self.warm, self.warm + self.ahead - 1):
            away = np.sqrt(np.mean((now - self.tests[t]) ** 2, axis=1))
            alive &= away < TOLERANCE
            valid += alive
            features, trace = reservoir.run(np.clip(now, -4, 4)[None], trace, hold=hold)
            now = now + features[-1] @ readout
        return {
            "lorenz_vpt": float(valid.mean() * 0.02 * EXPONENT),
            "lorenz_nrmse": float(np.sqrt(np.mean(wrong))),
        }


class DigitsTask:
    """Digits 8 x 8 row by row; classes from the features after each half of the image."""

    width = 8

    def __init__(self):
        digits = digits_8x8()
        self.x = [
            a.astype(np.float32).transpose(1, 0, 2) / 8.0 - 1.0
            for a in (digits.train_x, digits.test_x)
        ]
        self.y = digits.train_y, digits.test_y

    def score(self, reservoir):
        """Train and test one network."""
        seen = [reservoir.run(x, hold=5, every=4)[0] for x in self.x]
        flat = [s.transpose(1, 0, 2).reshape(s.shape[1], -1) for s in seen]
        readout = ridge(flat[0], np.eye(10)[self.y[0]])
        return {
            "digits_accuracy": float(np.mean((flat[1] @ readout).argmax(1) == self.y[1]))
        }


class TransformerTask:
    """Oil temperature of a transformer six hours on (ETTh1) from seven columns; error over that of
    "as now".
    """

    width = 7

    def __init__(self, ahead=6, train=6000, test=2000):
        self.ahead, self.train = ahead, train
        cut = split_series(ett_h1().values, train, 0, test)
        self.x = np.clip(np.concatenate([cut.train, cut.test]), -3, 3)
        self.y = np.concatenate([cut.train, cut.test])[:, -1:]

    def score(self, reservoir):
        """Train and test one network; the readout predicts the change until then."""
        features, _ = reservoir.run(self.x[:, None], hold=3)
        y = self.y[self.ahead :] - self.y[: -self.ahead]
        f = features[: len(y), 0]
        last = self.train - self.ahead
        readout = ridge(f[100:last], y[100:last], (1e-4, 1e-3, 1e-2, 1e-1))
        error = np.mean((f[self.train :] @ readout - y[self.train :]) ** 2)
        return {"transformer_ratio": float(np.sqrt(error / np.mean(y[self.train :] ** 2)))}
