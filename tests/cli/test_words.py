"""Words and units of parameters: none is without use, and the glossary says the same."""

import inspect

import pytest

from neurosparse.cli.models import documented, sorts
from neurosparse.cli.words import UNITS, WORDS, word
from neurosparse.quantities import unit_of
from tests.test_house_faces import glossary

KINDS = [known.find(name) for known in sorts().values() for name in known]
TAKEN = {
    (kind.__name__, name, name in documented(kind))
    for kind in KINDS
    for name in inspect.signature(kind).parameters
}


def test_every_word_explains_a_parameter() -> None:
    bare = {
        name for kind, name, listed in TAKEN if not listed and f"{kind}.{name}" not in WORDS
    }
    own = {f"{kind}.{name}" for kind, name, _ in TAKEN}
    listed = {name for _, name, listed in TAKEN if listed}
    assert {key for key in WORDS if "." in key} <= own
    assert {key for key in WORDS if "." not in key} == bare
    assert set(UNITS) <= listed


@pytest.mark.parametrize("name", sorted({name for _, name, _ in TAKEN} & set(glossary())))
def test_units_are_those_of_the_glossary(name: str) -> None:
    unit = glossary()[name][1]
    for kind, other, listed in TAKEN:
        if other == name and unit in ("ms", "mV", "Hz", "steps"):
            text = "text" if listed else ""
            assert word(kind, name, text).unit == unit or f"{kind}.{name}" in WORDS


def test_units_follow_from_names_where_they_can() -> None:
    for key, entry in WORDS.items():
        told = unit_of(key.rpartition(".")[2])
        if told and entry.unit not in ("", told):
            assert key in ("Oja.rate", "BCM.rate"), key
