"""The redrawn curves pass through the tabled points."""

import pytest

from neurosparse import sdr


def test_figures_draw_the_tabled_points() -> None:
    """Points of the papers' curves, tabled above, lie on the lines."""

    def point(line: object, x: float) -> float:
        at, y = line.get_data()  # type: ignore[attr-defined]
        return float(dict(zip(at, y, strict=True))[x])

    assert point(sdr.plot_false_positive_curves().lines[1], 500) == pytest.approx(
        7.3678830336e-03
    )
    assert point(sdr.plot_size_curves().lines[1], 24) == pytest.approx(8.37584522709849e-13)
    assert point(sdr.plot_size_curves().lines[2], 8) == pytest.approx(0.113761, rel=1e-5)
    assert point(sdr.plot_noise_curves().lines[1], 64 / 128) == pytest.approx(
        7.1698516040e-02
    )
    assert point(sdr.plot_accuracy_curves().lines[0], 20 / 40) == pytest.approx(
        0.943583112258
    )
    assert point(sdr.plot_union_curves().lines[1], 26) == pytest.approx(5.168180866739e-11)
    assert point(sdr.plot_classification_curves().lines[4], 3) == pytest.approx(
        0.9648392813
    )
    assert point(sdr.plot_classification_curves().lines[5], 3) == pytest.approx(
        3.33664, rel=1e-5
    )
    assert point(sdr.plot_sequence_curve().lines[0], 1000) == pytest.approx(0.9846976836)
    assert point(sdr.plot_threshold_curve(thetas=[10]).lines[0], 10) == pytest.approx(
        4.79953650e-11
    )
