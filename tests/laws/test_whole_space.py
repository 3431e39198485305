"""Networks from the whole space of what combines, by the dozen: five kinds of models, all
stimuli, values in every step, everything changed on the way, one process or several.
"""

from unittest import mock

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from neurosparse.distributed import rehearse
from neurosparse.engine import modes
from neurosparse.engine.naive import naive_outcome
from tests.engine.networks import spikes_of
from tests.laws.combinations import (
    CARRIED,
    KINDS,
    STEPS,
    STIMULI,
    Drawn,
    drawn_by,
    drawn_network,
)
from tests.laws.combined_changes import check, drawn_edits, run

MANY = settings(max_examples=80, deadline=None, phases=[Phase.generate])
EVERYTHING = drawn_by(sorted(KINDS), STIMULI, sorted(CARRIED))


@MANY
@given(EVERYTHING)
def test_whatever_is_combined_runs_as_the_law_says(drawn):
    check(drawn)


@settings(MANY, max_examples=15)
@given(EVERYTHING, st.sampled_from([2, 3]))
def test_ranks_follow_the_law(drawn, size):
    # values do not go from process to process
    drawn = drawn._replace(values=(), saved=False)
    network = drawn_network(drawn)
    edits = drawn_edits(drawn, network)
    with mock.patch.object(modes, "WINDOW", 20):

        def on(backend):
            return spikes_of(run(network, drawn, edits, backend))

        each = rehearse(size, on, timeout=60)
    law = naive_outcome(network, 0.1, drawn.seed, STEPS, edits)
    assert all(spikes == law.spikes for spikes in each)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_all_kinds_fire_and_what_changes_them_matters(kind):
    drawn = Drawn("pair", True, "clock", 2, False, kind=kind, company=True)
    plain = check(drawn)[1]
    assert min(len(plain.spikes[name]) for name in "EFG") >= 3
    changes = [
        {"silenced": True},
        {"retuned": True},
        {"moved": True},
        {"differ": ("E",)},
        *({"values": (value,)} for value in CARRIED),
        *({"stimuli": ((what, "E"),)} for what in STIMULI),
    ]
    for change in changes:
        law = check(drawn._replace(**change))[1]
        same = np.array_equal(law.states["E"], plain.states["E"])
        assert not same or law.spikes["E"] != plain.spikes["E"], change
