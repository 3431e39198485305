"""The README says only true things: its examples run, its links lead somewhere, its targets
exist.
"""

import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_examples_run() -> None:
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted > 5
    assert result.failed == 0


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > 10
    missing = [
        link for link in links if not link.startswith("http") and not (ROOT / link).exists()
    ]
    assert not missing


def test_commands_are_there() -> None:
    from neurosparse.cli import app

    made = re.findall(
        r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(re.findall(r"\bmake ([a-z]+)\b +#", README)) <= set(made)
    names = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    names |= {group.name for group in app.registered_groups if group.name}
    assert set(re.findall(r"`neurosparse ([a-z]+)", README)) <= names
