"""Models from equations are the hand-written ones: the same steps, states, classes and errors."""

import copy
import pickle
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest

from neurosparse.neurons import (
    EIF,
    LIF,
    AdaptiveLIF,
    AdEx,
    LIFAlpha,
    LIFCond,
    LIFExp,
    from_equations,
)
from neurosparse.neurons.contract import check_contract
from tests.neurons.equations import written
from tests.neurons.equations.written import MEMBRANE, by_hand

ARRIVALS = [(3, 0, 20.0), (50, 1, -3.0), (51, 0, 60.0), (200, 0, 90.0), (400, 0, 100.0)]
PAIRS = {
    "LIF": (written.lif, LIF(i_ext=20.0, v_reset=-61.0)),
    "LIFExp": (written.lif_exp, LIFExp(i_ext=20.0, tau_inh=19.0)),
    "LIFAlpha": (written.lif_alpha, LIFAlpha(i_ext=20.0, tau_exc=3.0)),
    "AdaptiveLIF": (written.adaptive_lif, AdaptiveLIF(i_ext=20.0, add_lift=0.7)),
    "LIFCond": (written.lif_cond, LIFCond(i_ext=300.0)),
    "EIF": (written.eif, EIF(i_ext=20.0)),
    "AdEx": (written.adex, AdEx(i_ext=800.0)),
}
EXACT = {"LIF", "LIFExp", "LIFAlpha", "AdaptiveLIF", "LIFCond"}


def same_parameters(kind, model):
    """The model of equations with all parameters of the hand-written one."""
    return kind(**{f.name: getattr(model, f.name) for f in fields(model)})


@pytest.mark.parametrize("name", PAIRS)
def test_as_the_hand_written_model(name):
    """The same spikes; voltages to rounding, which an upstroke magnifies."""
    make, model = PAIRS[name]
    twin = same_parameters(make(), model)
    receptors = list(model.receptors)
    sign = abs if name == "LIFCond" else float
    arrivals = [(k, receptors[r % len(receptors)], sign(x)) for k, r, x in ARRIVALS]
    ours, states = by_hand(twin, 3000, arrivals=arrivals)
    theirs, expected = by_hand(model, 3000, arrivals=arrivals)
    assert len(ours) > 5
    assert ours == theirs
    v = type(twin).State._fields.index("v")
    tolerance = 2e-14 if name in EXACT else 1e-11
    np.testing.assert_allclose(states[:, v], expected[:, 0], rtol=tolerance)


def test_it_is_the_same_kind_of_class():
    kind = written.lif_exp()
    model = kind(tau_mem=np.array([10.0, 20.0]))
    check_contract("model", model)
    assert kind.__name__ == "Model"
    assert "dv/dt = (v_rest - v" in kind.__doc__
    assert replace(model, i_ext=3.0).i_ext == 3.0
    assert model.coefficients(0.1).v_own.shape == (2,)
    assert [f.name for f in fields(kind)] == [*MEMBRANE, "tau_exc", "tau_inh"]
    with pytest.raises(ValueError, match="Model.tau_exc: got 0.0, wants a value above 0"):
        kind(tau_exc=0.0)
    with pytest.raises(ValueError, match="Model.v_reset: got -40.0, wants at most"):
        kind(v_reset=-40.0)


def test_equal_texts_give_one_class():
    assert written.lif_exp() is written.lif_exp()
    assert written.lif() is not written.lif(reset="v = v_rest")


@pytest.mark.parametrize("again", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_it_is_copied_and_pickled(again):
    model = written.adex()(b=np.array([1.0, 2.0]))
    twin = again(model)
    assert type(twin) is type(model)
    assert twin.b.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("make", [make for make, _ in PAIRS.values()], ids=list(PAIRS))
def test_its_source_holds_the_same_model(make, tmp_path):
    kind = make()
    path = tmp_path / "mine.py"
    path.write_text(kind.source)
    names = {"__name__": "mine"}
    exec(compile(kind.source, path, "exec"), names)
    twin = names["Model"]
    assert twin.__doc__ == kind.__doc__
    assert tuple(twin().coefficients(0.1)) == tuple(kind().coefficients(0.1))
    model = kind(i_ext=700.0)
    for ours, theirs in zip(
        by_hand(twin(i_ext=700.0), 200), by_hand(model, 200), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_a_start_of_its_own():
    kind = written.izhikevich("euler")
    start = kind(b=np.array([0.2, 0.25])).initial()
    assert float(start.v) == -65.0
    assert start.u.tolist() == [-13.0, -16.25]
    assert start.v_jump == 0.0


def test_without_sympy_it_says_what_to_install():
    code = (
        "import sys; sys.modules['sympy'] = None\n"
        "from neurosparse.neurons import LIF, from_equations\n"
        "try:\n"
        "    from_equations('dv/dt = -v', threshold='v > 1', parameters={}, receptors={})\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    remedy = "pip install 'neurosparse[equations]'"
    assert result.stdout.strip() == f"sympy is not installed; run: {remedy}"


def test_the_neurons_do_without_sympy():
    code = (
        "import sys, neurosparse.neurons as n\n"
        "[getattr(n, name) for name in n.__all__]\n"
        "assert 'sympy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "a b"}, "name: got 'a b', wants a name for the class"),
        ({"name": "class"}, "name: got 'class', wants a name for the class"),
    ],
)
def test_what_cannot_be_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        written.lif(**options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"threshold": None}, "threshold: got None, wants a text"),
        ({"name": 3}, "name: got 3, wants a text"),
        ({"receptors": "v"}, "receptors: got 'v', wants a dict"),
        ({"parameters": [1]}, "parameters: got .*, wants a dict"),
        ({"receptors": {3: "v"}}, "receptors: got 3, wants names that are words"),
        ({"rests": "v"}, "rests: got 'v', wants names of variables"),
    ],
)
def test_other_types_are_refused(options, words):
    with pytest.raises(TypeError, match=words):
        written.lif(**options)


def test_a_neuron_that_never_fires():
    kind = from_equations(
        "dv/dt = -v / tau",
        threshold="False",
        parameters={"tau": 10.0},
        receptors={"exc": "v"},
    )
    fired, states = by_hand(kind(), 100, arrivals=[(0, "exc", 5.0)])
    assert fired == []
    np.testing.assert_allclose(states[:, 0], 5.0 * np.exp(-np.arange(100) / 100.0))


def test_numbers_may_stand_in_the_equations():
    kind = from_equations(
        "dv/dt = (-65 - v) / 20 + i_ext / 20",
        parameters={"i_ext": 0.0},
        initial={"v": -65.0},
        receptors={"delta": "v"},
        threshold="v > -50",
        reset="v = -65",
    )
    expected = by_hand(LIF(i_ext=20.0, t_ref=0.0), 1000)
    ours = by_hand(kind(i_ext=20.0), 1000)
    assert ours[0] == expected[0]
    np.testing.assert_allclose(ours[1], expected[1], rtol=1e-13)


def test_compiled_code_finds_its_tuples_again():
    """Two models of one name stand beside each other, each by a fingerprint of its text."""
    one, other = written.lif(), written.lif(reset="v = v_rest")
    for kind in (one, other):
        assert repr(kind()).startswith("Model(tau_mem=20.0, v_rest=-65.0")
        for part in (kind.State, kind.Coefficients):
            assert pickle.loads(pickle.dumps(part)) is part
            assert part.__name__ in ("ModelState", "ModelCoefficients")
    assert one.State is not other.State
