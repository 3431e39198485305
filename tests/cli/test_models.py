"""`neurosparse models`: all that a model file can name, with every parameter explained."""

import inspect
import json

import pytest

from neurosparse.cli import status
from neurosparse.cli.models import catalogue, documented, sorts
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import DistanceDependent, FixedInDegree

Captured = pytest.CaptureFixture[str]
ENTRIES = list(catalogue())


def test_it_has_all_that_a_table_can_name_and_the_rules_between_steps() -> None:
    listed = {(entry["sort"], entry["name"]) for entry in ENTRIES}
    assert listed == {(sort, name) for sort, known in sorts().items() for name in known}
    assert {
        ("neurons", "LIF"),
        ("wiring", "Bernoulli"),
        ("plasticity", "PairSTDP"),
        ("stimuli", "PoissonInput"),
        ("parameters", "Gaussian"),
        ("between_steps", "Dopamine"),
        ("wiring", "larva_brain"),
    } <= listed
    names = [entry["name"] for entry in ENTRIES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_each_says_what_it_is_and_what_each_of_its_parameters_means(entry: dict) -> None:
    kind = sorts()[entry["sort"]].find(entry["name"])
    signature = inspect.signature(kind).parameters
    assert [p["name"] for p in entry["parameters"]] == list(signature)
    assert entry["what"][0].isalpha()
    for parameter in entry["parameters"]:
        meaning = parameter["meaning"]
        assert meaning
        assert "\n" not in meaning + parameter["unit"]
        assert not meaning.endswith(".")
        default = signature[parameter["name"]].default
        assert (parameter["default"] is None) == (default is inspect.Parameter.empty)
        if isinstance(default, bool | int | float | str):
            assert parameter["default"] == repr(default)


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (FixedInDegree, "k", "inputs, one number or `[n_post]`"),
        # of a base, of two parameters in one line, over two lines, up to a semicolon
        (
            FixedInDegree,
            "weight",
            "one number, an array `[nnz]` in the order of the rows, or",
        ),
        (
            PoissonSource,
            "rate",
            "in Hz: one number, an array `[n]`, or with `bin` a profile",
        ),
        (DistanceDependent, "post_positions", "`[n_post, d]`"),
    ],
)
def test_docstrings_are_read(kind: type, name: str, text: str) -> None:
    assert documented(kind)[name].startswith(text)
    assert documented(LIF) == documented(PairSTDP) == {}


def test_as_text(capsys: Captured) -> None:
    assert status(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for entry in ENTRIES:
        assert any(line.split()[:1] == [entry["name"]] for line in lines)
    assert status(["models", "LIF", "plasticity"]) == 0
    text = capsys.readouterr().out
    assert "tau_mem      20.0     ms" in text
    assert "w_max      (to be given)" in text
    assert "Bernoulli" not in text


def test_as_json(capsys: Captured) -> None:
    assert status(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == ENTRIES
    assert status(["models", "wiring", "--json"]) == 0
    chosen = json.loads(capsys.readouterr().out)
    assert chosen == [entry for entry in ENTRIES if entry["sort"] == "wiring"]


def test_an_unknown_name_is_refused(capsys: Captured) -> None:
    assert status(["models", "Bernouli"]) == 2
    assert "did you mean 'Bernoulli'?" in capsys.readouterr().err
