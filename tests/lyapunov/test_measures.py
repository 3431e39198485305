"""What sums up a spectrum."""

import numpy as np
import pytest

from neurosparse.lyapunov import entropy_rate, kaplan_yorke, participation


def test_summaries():
    assert kaplan_yorke([0.0, -1.0]) == 1.0
    assert kaplan_yorke([1.0, -0.5, -0.5]) == 3.0
    assert entropy_rate([-1.0, -2.0]) == 0.0
    assert participation(np.ones(7)) == pytest.approx(7)
    with pytest.raises(ValueError, match=r"larger k"):
        kaplan_yorke([1.0, 0.5])
    with pytest.raises(ValueError, match="exponents"):
        kaplan_yorke([np.nan])
    with pytest.raises(ValueError, match="not 0"):
        participation([0.0])
