"""Versions of what a result was made with."""

import numpy as np

from neurosparse import __version__
from neurosparse.cli.versions import extra_of, versions


def test_versions_name_us_and_what_we_stand_on() -> None:
    names = versions()
    assert names["neurosparse"] == __version__
    assert names["numpy"] == np.__version__
    assert "nothing" not in names


def test_a_module_is_brought_by_its_extra() -> None:
    assert extra_of("pynwb.file") == "io"
    assert extra_of("neurosparse.nowhere") is None
    assert extra_of(None) is None
