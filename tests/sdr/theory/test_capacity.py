"""The number of codes, against the tabled values of the papers."""

from math import exp

import pytest

from neurosparse import sdr

REL = 1e-9


@pytest.mark.parametrize(
    ("n", "w", "codes", "same"),
    [
        (64, 3, 41664, 2.40015360983103e-05),
        (512, 5, 287515515392, 3.47807316984823e-12),
        (1024, 2, 523776, 1.90921309872923e-06),
        (1024, 3, 178433024, 5.60434373403883e-09),
        (1024, 5, 9291185992704, 1.07628886213801e-13),
        (1024, 20, 5.479944e41, 1.82483624417666e-42),
        (2048, 40, 2.371779e84, 4.21624529900255e-85),
    ],
)
def test_capacity(n: int, w: int, codes: float, same: float) -> None:
    assert sdr.n_codes(n, w) == pytest.approx(codes, rel=3e-7)
    assert float(sdr.same_code(n, w)) == pytest.approx(same, rel=REL)
    assert exp(-sdr.log_n_codes(n, w)) == pytest.approx(same, rel=REL)
