"""The conventions of scikit-learn, so that `clone`, `Pipeline` and `GridSearchCV` work."""

import inspect
from typing import Any, Self

import numpy as np


class Estimator:
    """Parameters by name, as they were given to the constructor.

    A class that inherits has `partial_fit`, and keeps nothing but what its constructor makes and
    `partial_fit` learns.

    >>> class Counter(Estimator):
    ...     def __init__(self, step=1):
    ...         self.step = step
    ...         self.count = 0
    ...
    ...     def partial_fit(self, X, y=None):
    ...         self.count += self.step * len(X)
    ...         return self
    >>> counter = Counter(2).fit([0, 0])
    >>> counter, counter.fit([0, 0, 0]).count
    (Counter(step=2), 6)
    >>> counter.set_params(step=5).get_params(), counter.count
    ({'step': 5}, 0)
    """

    _given: dict[str, Any]

    def __new__(cls, *arguments: Any, **named: Any) -> Self:
        self = super().__new__(cls)
        # as they are, for `clone` asks for the same objects again, but for lists, which may change
        self._given = {}
        try:
            bound = inspect.signature(cls.__init__).bind_partial(self, *arguments, **named)
        except TypeError:
            # the constructor says it better
            return self
        named = dict(list(bound.arguments.items())[1:])
        self._given = {name: _kept(value) for name, value in named.items()}
        return self

    @classmethod
    def _parameters(cls) -> dict[str, inspect.Parameter]:
        parameters = dict(inspect.signature(cls.__init__).parameters)
        del parameters["self"]
        return parameters

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the arguments of the constructor by name, those not given as they are by default.

        Args:
            deep: nothing; no parameter has parameters.
        """
        arguments = self._given
        return {
            name: arguments[name]
            if name in arguments
            else getattr(self, name, parameter.default)
            for name, parameter in self._parameters().items()
        }

    def set_params(self, **params: Any) -> Self:
        """Begin anew with other arguments of the constructor; what was learned is lost.

        Raises:
            ValueError: a name that the constructor has not.
        """
        known = self._parameters()
        for name in params:
            if name not in known:
                kind = type(self).__name__
                raise ValueError(
                    f"{name}: no parameter of {kind}, wants one of {', '.join(known)}"
                )
        if params:
            self._begin(self.get_params() | params)
        return self

    def fit(self, X: Any, y: Any = None) -> Self:
        """Begin anew and learn X, and labels where there are some, in one pass."""
        self._begin(self.get_params())
        learned: Self = self.partial_fit(X, y)  # type: ignore[attr-defined]
        return learned

    def _begin(self, params: dict[str, Any]) -> None:
        """Be as new; when the constructor refuses the arguments, as before."""
        # what others put on it stays: scikit-learn leaves notes there
        vars(self).update(vars(type(self)(**params)))

    def __repr__(self) -> str:
        parameters = self._parameters()
        # clones are given what is the default anyway
        arguments = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(parameters[name].default)
        ]
        return f"{type(self).__name__}({', '.join(arguments)})"

    def __sklearn_is_fitted__(self) -> bool:
        """Whether it may be asked: it may be, always, as it learns online."""
        return True

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn, which alone asks, what this is."""
        from sklearn.utils import (
            ClassifierTags,
            InputTags,
            Tags,
            TargetTags,
            TransformerTags,
        )

        classifies = hasattr(self, "predict_proba")
        return Tags(
            estimator_type="classifier" if classifies else None,
            target_tags=TargetTags(required=classifies),
            transformer_tags=TransformerTags() if hasattr(self, "transform") else None,
            classifier_tags=ClassifierTags() if classifies else None,
            input_tags=InputTags(sparse=True),
        )


def _kept(value: Any) -> Any:
    """A list, or a vector of NumPy, as a tuple; anything else as it is."""
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    return tuple(value) if isinstance(value, list) else value


class Transformer(Estimator):
    """An `Estimator` whose `transform` turns rows into codes."""

    def fit_transform(self, X: Any, y: Any = None) -> Any:
        """Begin anew, learn X and return its codes."""
        return self.fit(X, y).transform(X)  # type: ignore[attr-defined]
