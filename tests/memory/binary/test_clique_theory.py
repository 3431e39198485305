"""What theory says of clique networks."""

import numpy as np
import pytest

from neurosparse.memory import (
    clique_density,
    clique_efficiency,
    clique_false_acceptance,
    clique_information,
    clique_least_distance,
    clique_messages_at_density,
    clique_most_messages,
    clique_one_step_error,
)


def test_closed_forms() -> None:
    assert clique_most_messages(8, 256) == pytest.approx(7 * 256**2 / 16)
    assert clique_efficiency(8, 256, round(clique_most_messages(8, 256))) == pytest.approx(
        1, rel=1e-3
    )
    assert clique_information(100, 64, used=12) == pytest.approx(
        72 + np.log2(1050421051106700), rel=1e-9
    )
    assert clique_least_distance(12) == 22
    assert clique_messages_at_density(
        100, 64, clique_density(100, 64, 1234, used=12), used=12
    ) == pytest.approx(1234)
    assert clique_one_step_error(
        8, 256, clique_density(8, 256, 10_000), 4
    ) == pytest.approx(0.336, abs=1e-3)
    assert clique_one_step_error(100, 64, 0.2778, 3, used=12) == pytest.approx(
        0.056, abs=2e-3
    )
    assert clique_one_step_error(8, 256, 0.0, 4) == 0
    assert clique_one_step_error(8, 256, 1.0, 4) == 1


def test_theory_refuses_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="erased: got 8"):
        clique_one_step_error(8, 4, 0.1, 8)
    with pytest.raises(ValueError, match="d: got 2"):
        clique_false_acceptance(3, 2)
    with pytest.raises(ValueError, match="l: got 1, wants two symbols or more"):
        clique_messages_at_density(2, 1, 0.5)
