"""What `test_bad_rooms` spoils an argument of is accepted where nothing is spoilt."""

import pytest

from tests.laws.bad_rooms import CASES


# a simulation, which its own test hands over
@pytest.mark.parametrize("name", [name for name in CASES if name != "rank_report"])
def test_what_is_accepted(name):
    act, good, _ = CASES[name]
    act(**good)
