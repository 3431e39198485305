"""`neurosparse info` shows versions and what is missing."""

import pytest

from neurosparse.cli import status

Captured = pytest.CaptureFixture[str]


def test_info_shows_versions(capsys: Captured) -> None:
    import numpy as np

    assert status(["info"]) == 0
    said = capsys.readouterr().out
    assert np.__version__ in said
    assert "[torch]" in said
