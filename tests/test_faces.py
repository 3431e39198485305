"""A name that a face lacks is looked for on the others."""

import subprocess
import sys

import pytest

import neurosparse
import neurosparse.network
import neurosparse.stimuli
import neurosparse.sweep
from neurosparse import models


@pytest.mark.parametrize(
    ("face", "name", "words"),
    [
        (neurosparse, "KWinners", "; did you mean neurosparse.models.KWinners?"),
        (neurosparse, "KWinner", "; did you mean neurosparse.models.KWinners?"),
        (neurosparse, "Simulatr", "; did you mean neurosparse.Simulator?"),
        (models, "KWinner", "; did you mean neurosparse.models.KWinners?"),
        (models, "Kwinners", "; did you mean neurosparse.models.KWinners?"),
        (models, "HOPFIELD_LAYER", "; did you mean neurosparse.models.HopfieldLayer?"),
        (models, "LIF", "; did you mean neurosparse.neurons.LIF?"),
        (neurosparse, "zzzz", "has no attribute 'zzzz'"),
        (neurosparse, "_zz", "has no attribute '_zz'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_place_of_a_near_one(face, name, words):
    with pytest.raises(AttributeError) as caught:
        getattr(face, name)
    assert str(caught.value).endswith(words)
    assert caught.value.name == name
    assert not hasattr(face, name)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("from neurosparse import KWinners", "; did you mean neurosparse.models.KWinners?"),
        (
            "from neurosparse.models import KWinner",
            "; did you mean neurosparse.models.KWinners?",
        ),
        ("from neurosparse import LIF, Simulatr", "; did you mean neurosparse.Simulator?"),
        ("from neurosparse import OUCurrent", "neurosparse.stimuli.OUCurrent?"),
        ("from neurosparse import Sweep", "neurosparse.sweep.Sweep?"),
        ("from neurosparse.engine import StepCurrent", "neurosparse.stimuli.StepCurrent?"),
        (
            "from neurosparse.stimuli import PoisonInput",
            "neurosparse.stimuli.PoissonInput?",
        ),
        ("from neurosparse.stimuli import LIF", "; did you mean neurosparse.neurons.LIF?"),
        ("from neurosparse.sweep import zzzz", "'zzzz' from 'neurosparse.sweep'"),
        ("from neurosparse.wiring import zzzz", "'zzzz' from 'neurosparse.wiring'"),
    ],
)
def test_an_import_of_an_unknown_name_is_answered_too(statement, words):
    with pytest.raises(ImportError) as caught:
        exec(statement)
    assert str(caught.value).endswith(words)


def test_files_that_no_face_lists_are_imported():
    from neurosparse import checks, wiring
    from neurosparse.wiring import bernoulli

    assert checks.__name__ == "neurosparse.checks"
    assert bernoulli.__name__ == "neurosparse.wiring.bernoulli"
    assert "bernoulli" not in dir(wiring)


def test_nothing_is_looked_up_until_the_words_are_read():
    code = (
        "import sys, neurosparse, neurosparse.models;"
        "assert not hasattr(neurosparse, 'KWinners');"
        "assert 'difflib' not in sys.modules;"
        "assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", [neurosparse.stimuli, neurosparse.sweep])
def test_dir_of_a_single_file_shows_public_names_only(module):
    assert dir(module) == sorted(module.__all__)
    for name in module.__all__:
        value = getattr(module, name)
        assert getattr(value, "__module__", module.__name__) in (module.__name__, "typing")
    assert not {"np", "Any", "dataclass", "bad_argument"} & set(dir(module))


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
from neurosparse.memory import Willshaw
try:
    from neurosparse.models import SparseLinear
except ImportError as error:
    print(error)
"""


def test_a_face_says_how_to_install_torch():
    command = [sys.executable, "-c", WITHOUT_TORCH]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False
    )
    expected = "torch is not installed; run: pip install 'neurosparse[torch]'\n"
    assert ended.stdout == expected, ended.stderr
