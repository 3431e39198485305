"""The sweep over thresholds, against the published medians."""

import pytest

from neurosparse import sdr


def test_threshold_sweep_gives_the_published_medians() -> None:
    table = {
        3: (1.73255328e-02, 3.60969659e-02),
        6: (1.20092180e-05, 2.65242645e-04),
        8: (3.33350096e-08, 5.22762667e-06),
        9: (1.35351425e-09, 6.18067326e-07),
        10: (4.79953650e-11, 6.57333408e-08),
        12: (3.40944191e-14, 5.52533744e-10),
        16: (1.43129297e-21, 1.31075468e-14),
        20: (3.89842283e-30, 8.01327807e-20),
    }
    for row in sdr.threshold_sweep(table):
        assert (row.median, row.mean) == pytest.approx(table[row.theta], rel=1e-8)
