"""`neurosparse info` shows versions and what is missing."""

import json

import pytest

from neurosparse import __version__
from neurosparse.cli import status

Captured = pytest.CaptureFixture[str]


def test_info_shows_versions(capsys: Captured) -> None:
    import numpy as np

    assert status(["info"]) == 0
    said = capsys.readouterr().out
    assert np.__version__ in said
    assert "[torch]" in said


def test_info_as_json_has_the_same_facts(capsys: Captured) -> None:
    assert status(["info", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["versions"]["neurosparse"] == __version__
    assert facts["cores"] >= 1
    assert set(facts["absent"]) >= {"torch", "graph", "io"}


def test_the_version_and_summaries_without_dots(capsys: Captured) -> None:
    assert status(["--version"]) == 0
    assert capsys.readouterr().out == f"neurosparse {__version__}\n"
    assert status(["--help"]) == 0
    said = capsys.readouterr().out
    assert "truly sparse" in " ".join(said.split())
    assert "..." not in said.partition("Commands:")[2]
