"""A population as a reservoir."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    HRSNN,
    Clipped,
    Gamma,
    RidgeReadout,
    filtered_spikes,
    reservoir_states,
)


def test_a_reservoir_remembers_what_its_input_no_longer_says() -> None:
    told = np.random.default_rng(0).normal(0, 1, (2000, 1))
    model = HRSNN(1, 150, 1, tau_mem=Clipped(Gamma(10.0), 2.0), rng=0)
    seen = reservoir_states(model, torch.from_numpy(told[:, None]).float(), tau=10.0)[:, 0]
    target = filtered_spikes(told, 10.0)
    past, future = slice(50, 1500), slice(1500, 2000)
    errors = []
    for features in (seen, told):
        readout = RidgeReadout.fit(features[past], target[past], 1e-4)
        errors.append(np.sqrt(((readout(features[future]) - target[future]) ** 2).mean()))
    assert errors[0] < 0.7 * errors[1]
    whole = filtered_spikes(seen, 5.0)
    first = filtered_spikes(seen[:100], 5.0)
    np.testing.assert_allclose(
        filtered_spikes(seen[100:], 5.0, start=first[-1]), whole[100:]
    )
    with pytest.raises(ValueError, match="targets: got shapes"):
        RidgeReadout.fit(seen, told[:5])
