"""The conventions of scikit-learn, asked by scikit-learn."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from neurosparse.htm import (
    AnomalyDetector,
    Boosting,
    DetectorSettings,
    GlobalInhibition,
    SDRClassifier,
    SpatialPooler,
    TemporalMemory,
)
from neurosparse.models import CodeSelectionMemory, Fading
from neurosparse.sdr import SDR

SETTINGS = DetectorSettings(columns=64, cells_per_column=4)


def data() -> tuple[Any, Any]:
    """Noisy copies of three patterns, and their names."""
    rng = np.random.default_rng(0)
    patterns = rng.random((3, 40)) < 0.3
    y = rng.integers(0, 3, 90)
    return (patterns[y] ^ (rng.random((90, 40)) < 0.03)).astype(np.int8), y


def estimators() -> list[Any]:
    return [
        SpatialPooler([5, 8], [8, 10], boosting=Boosting(1.0), seed=np.int64(3)),
        SpatialPooler((40,), 80, inhibition=GlobalInhibition(0.1)),
        SDRClassifier(40, alpha=0.5),
        AnomalyDetector(0, 10, SETTINGS),
        CodeSelectionMemory(40, 5, 6, fading=Fading(50), rng=3),
        TemporalMemory([40], 3, seed=5),
    ]


KINDS = pytest.mark.parametrize("estimator", estimators(), ids=lambda e: type(e).__name__)


@KINDS
def test_clone_and_parameters(estimator: Any) -> None:
    twin = clone(estimator)
    assert type(twin) is type(estimator)
    assert twin is not estimator
    assert twin.get_params() == estimator.get_params()
    assert repr(twin) == repr(estimator)
    assert eval(repr(estimator), vars(sys.modules[__name__]) | _words()).get_params()
    assert twin.set_params(**estimator.get_params()) is twin
    with pytest.raises(ValueError, match="nothing: no parameter of"):
        twin.set_params(nothing=3)
    again = pickle.loads(pickle.dumps(twin))
    assert again.get_params() == twin.get_params()
    check_is_fitted(CodeSelectionMemory(4))


def _words() -> dict[str, Any]:
    from neurosparse import htm

    return {name: getattr(htm, name) for name in dir(htm)} | {"np": np}


def learned(estimator: Any) -> Any:
    """What an estimator says after learning some rows."""
    x, y = data()
    match estimator:
        case SDRClassifier():
            return estimator.fit(x, y).predict_proba(x)
        case AnomalyDetector():
            rows = [(datetime(2020, 1, 1, hour), float(hour % 5)) for hour in range(24)]
            estimator.fit(rows)
            return [estimator.step(*row) for row in rows]
        case _:
            return estimator.fit(x).transform(x[:20]).toarray()


@KINDS
def test_fit_begins_anew(estimator: Any) -> None:
    first = learned(estimator)
    np.testing.assert_array_equal(first, learned(estimator))
    np.testing.assert_array_equal(first, learned(clone(estimator)))
    if hasattr(estimator, "fit_transform"):
        x, _ = data()
        codes = clone(estimator).fit_transform(x).toarray()
        np.testing.assert_array_equal(codes, clone(estimator).fit(x).transform(x).toarray())


def test_parameters_follow_set_params_and_refused_ones_change_nothing() -> None:
    pooler = SpatialPooler(40, 80)
    assert pooler.set_params(column_shape=60).transform(data()[0]).shape == (90, 60)
    assert pooler.get_params()["column_shape"] == 60
    with pytest.raises(ValueError, match="seed"):
        pooler.set_params(seed=-1)
    assert pooler.get_params()["seed"] == 1
    assert pooler.transform(data()[0]).shape == (90, 60)


def test_parameters_do_not_follow_the_lists_they_were() -> None:
    shapes = [[5, 8], np.array([8, 10])]
    pooler = SpatialPooler(*shapes)
    for shape in shapes:
        shape[0] = 3
    sizes = {name: pooler.get_params()[name] for name in ("input_shape", "column_shape")}
    assert sizes == {"input_shape": (5, 8), "column_shape": (8, 10)}
    assert clone(pooler).fit(data()[0]).transform(data()[0]).shape == (90, 80)


def test_pipelines_and_searches() -> None:
    x, y = data()
    pooled = make_pipeline(SpatialPooler(40, 100, seed=1), LogisticRegression())
    assert pooled.fit(x, y).score(x, y) > 0.9
    coded = make_pipeline(
        CodeSelectionMemory(40, 8, 6, rng=0), SDRClassifier(48, alpha=0.1)
    )
    assert coded.fit(x, y).score(x, y) > 0.9
    assert coded.predict(x).shape == (90,)
    search = GridSearchCV(
        SDRClassifier(40), {"alpha": [1e-3, 0.1]}, cv=3, scoring="neg_log_loss"
    )
    search.fit(x, y)
    assert search.best_params_ == {"alpha": 0.1}
    assert search.best_estimator_.classes_.tolist() == [0, 1, 2]
    deep = GridSearchCV(pooled, {"spatialpooler__column_shape": [50, 100]}, cv=3).fit(x, y)
    assert deep.best_score_ > 0.9
    proba = cross_val_score(SDRClassifier(40, 0.1), x, y, cv=3, scoring="neg_log_loss")
    assert (proba > -1).all()
    assert is_classifier(SDRClassifier(40))
    assert not is_classifier(SpatialPooler(40, 80))


@pytest.mark.parametrize("names", [np.array(["cat", "dog", "emu"]), np.array([3, 7, 2])])
def test_labels_of_any_name(tmp_path: Path, names: Any) -> None:
    x, y = data()
    labels = names[y]
    by_name = SDRClassifier(40, 0.1).fit(x, labels)
    assert by_name.classes_.tolist() == sorted(names.tolist())
    assert by_name.score(x, labels) > 0.9
    assert set(by_name.predict(x)) <= set(names)
    by_name.save(tmp_path / "c.npz")
    again = SDRClassifier.load(tmp_path / "c.npz")
    np.testing.assert_array_equal(again.predict(x), by_name.predict(x))
    again.partial_fit(x, labels)
    np.testing.assert_array_equal(again.classes_, by_name.classes_)
    with pytest.raises(ValueError, match="labels: got"):
        again.partial_fit(x[:1], ["zebra"] if labels.dtype.kind == "U" else [99])
    in_parts = SDRClassifier(40, 0.1)
    for part in (slice(0, 30), slice(30, 90)):
        in_parts.partial_fit(x[part], list(labels[part]), classes=names)
    np.testing.assert_array_equal(in_parts.weights, by_name.weights)
    with pytest.raises(ValueError, match="classes: got"):
        in_parts.partial_fit(x, labels, classes=names[:2])
    objects = SDRClassifier(40, 0.1).fit(
        x, labels.astype(object) if names.dtype.kind == "U" else labels
    )
    np.testing.assert_array_equal(objects.weights, by_name.weights)


def test_numbers_learn_as_before_without_classes() -> None:
    x, y = data()
    online = SDRClassifier(40, 0.1)
    assert not online.__sklearn_is_fitted__()
    online.partial_fit(x, y)
    assert online.classes_.tolist() == [0, 1, 2]
    assert online.predict(x).dtype == np.int64
    # only the widths of the first steps differ: labels that are not known yet get no share
    assert (SDRClassifier(40, 0.1).fit(x, y).predict(x) == online.predict(x)).mean() > 0.95


def test_a_loaded_pooler_knows_its_parameters(tmp_path: Path) -> None:
    pooler = SpatialPooler(40, 80, seed=7).partial_fit(data()[0])
    pooler.save(tmp_path / "p.npz")
    twin = clone(SpatialPooler.load(tmp_path / "p.npz"))
    np.testing.assert_array_equal(twin.pools.indices, pooler.pools.indices)
    assert twin.state.iteration == 0
    assert len(twin.step(SDR(range(9), 40))) == len(pooler.step(SDR(range(9), 40)))


def test_scikit_learn_is_not_loaded() -> None:
    code = (
        "import sys; from neurosparse.htm import SpatialPooler; "
        "SpatialPooler(9, 60).get_params(); assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
