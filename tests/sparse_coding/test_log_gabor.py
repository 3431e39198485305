"""Log-Gabor kernels: how many, of which direction, bandwidth and phase."""

import numpy as np
import pytest

from neurosparse.sparse_coding import ONE_BANDWIDTH, SIX_BANDWIDTHS, LogGabors


@pytest.mark.parametrize(
    "bank", [LogGabors(12, SIX_BANDWIDTHS), LogGabors(72, ONE_BANDWIDTH)]
)
def test_both_banks_of_the_study_have_144_kernels_of_unit_length(bank: LogGabors) -> None:
    kernels = bank.kernels()
    assert kernels.shape == (144, 12, 12)
    assert len(bank) == 144
    np.testing.assert_allclose(np.linalg.norm(kernels, axis=(1, 2)), 1)
    # the corners lie outside the circle
    assert not kernels[:, [0, 0, -1, -1], [0, -1, 0, -1]].any()
    assert len(np.unique(kernels.round(6), axis=0)) == 144


def test_direction_and_bandwidth_are_those_of_the_spectrum() -> None:
    bank = LogGabors(4, (10.0, 40.0), phases=1, size=48, frequency=0.2)
    frequencies = np.fft.fftfreq(48)
    angle = np.arctan2(frequencies[:, None], frequencies)
    spreads = []
    for index, kernel in enumerate(bank.kernels()):
        power = np.abs(np.fft.fft2(kernel)) ** 2
        mean = (power * np.exp(2j * angle)).sum() / power.sum()
        turn = np.pi * (index // 2) / 4
        # axes have no sign: angles are doubled
        assert np.abs(np.exp(2j * turn) - mean / np.abs(mean)) < 1e-2
        spreads.append(1 - np.abs(mean))
    assert (np.array(spreads[1::2]) > 3 * np.array(spreads[::2])).all()


def test_phases_are_even_and_odd() -> None:
    even, odd = LogGabors(1, (20.0,), phases=2, size=13, frequency=0.25).kernels()
    np.testing.assert_allclose(even, even[::-1, ::-1], atol=1e-6)
    np.testing.assert_allclose(odd, -odd[::-1, ::-1], atol=1e-6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bandwidths", ()),
        ("bandwidths", (0.0,)),
        ("orientations", 0),
        ("frequency", -1.0),
        ("size", 1),
    ],
)
def test_bad_banks_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        LogGabors(**{field: value})  # type: ignore[arg-type]
