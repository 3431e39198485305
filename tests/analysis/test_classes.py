"""Ensembles of classes on tables small enough to check by eye."""

import numpy as np
import pytest

from neurosparse.analysis import class_ensembles

ACTIVITY = [[4.0, 0.0, 4.0, 0.0], [4.0, 0.0, 4.0, 0.0], [0.0, 4.0, 4.0, 0.0]]


def test_members_overlap_and_shared_units():
    grouped = class_ensembles(ACTIVITY, [7, 7, 3])
    assert grouped.labels.tolist() == [3, 7]
    assert grouped.members.tolist() == [
        [False, True, True, False],
        [True, False, True, False],
    ]
    assert grouped.sizes.tolist() == [2, 2]
    np.testing.assert_allclose(grouped.overlap, [[1, 1 / 3], [1 / 3, 1]])
    assert grouped.shared == pytest.approx(1 / 3)
    np.testing.assert_allclose(grouped.means[1], [4, 0, 4, 0])


def test_nothing_active_is_no_ensemble():
    grouped = class_ensembles(np.zeros((2, 3)), [0, 1])
    assert not grouped.members.any()
    assert np.isnan(grouped.overlap).all()
    assert grouped.shared == 0


@pytest.mark.parametrize(
    ("activity", "labels", "words"),
    [
        (np.zeros((0, 3)), [], "activity: got shape"),
        ([[1.0, -1.0]], [0], "below 0"),
        ([[1.0, np.nan]], [0], "not finite"),
        ([[1.0, 1.0]], [0, 1], "labels: got"),
        ([[1.0, 1.0]], [0.5], "labels: got"),
    ],
)
def test_refusals(activity, labels, words):
    with pytest.raises(ValueError, match=words):
        class_ensembles(activity, labels)
