"""The class that is written: its fields, checks and words, and a text that a person can read."""

import ast

import pytest

from neurosparse.neurons import from_equations
from neurosparse.neurons.equations.writing import write_class
from tests.neurons.equations import written
from tests.neurons.equations.test_reading import LEAK, read

MAKERS = {
    "lif": written.lif,
    "lif_exp": written.lif_exp,
    "lif_alpha": written.lif_alpha,
    "adaptive_lif": written.adaptive_lif,
    "lif_cond": written.lif_cond,
    "eif": written.eif,
    "adex": written.adex,
    "izhikevich": lambda: written.izhikevich("rk4"),
    "hodgkin_huxley": lambda: written.hodgkin_huxley("exponential_euler"),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))
def test_the_text_is_a_module_of_readable_lines(make):
    text = make().source
    module = ast.parse(text)
    assert [type(node).__name__ for node in module.body[-3:]] == ["ClassDef"] * 3
    assert max(map(len, text.splitlines())) <= 100
    assert "  \n" not in text
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    imported = {
        alias.name.split(".")[0]
        for node in module.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert imported - {"numpy"} <= used


def test_facts_follow_from_units_and_names():
    cond = written.lif_cond()
    assert cond.conductances == ("exc", "inh")
    assert set(cond.above_zero) == {"tau_exc", "tau_inh", "c_mem"}
    assert cond.ordered == (("v_reset", "v_threshold"),)
    assert cond.receptors == {"exc": "g_exc", "inh": "g_inh"}
    assert cond.drive == ("i_ext", "")
    assert written.lif().receptors == {"delta": "v_jump"}
    assert not hasattr(written.hodgkin_huxley("rk4"), "conductances")
    silent = write_class(
        read(
            "dx/dt = -x / tau_mem",
            threshold="False",
            reset="",
            receptors=(),
            parameters=(("tau_mem", 5.0, ""),),
        )
    )
    assert silent.drive == ""
    assert silent.defaults == {"tau_mem": 5.0, "t_ref": 0.0}
    assert silent.above_zero == ("tau_mem",)


def test_the_docstring_tells_the_model():
    words = " ".join(written.adex().__doc__.split())
    assert "dw/dt = (a * (v - v_rest) - w) / tau_w : pA" in words
    assert "v > v_peak fires, then v = v_reset; w += b." in words
    assert words.endswith("Method: midpoint.")
    assert "Method: exact." in written.lif().__doc__


def test_words_in_texts_do_no_harm():
    """Comments and quotes of the equations stay out of the code."""
    kind = from_equations(
        LEAK + '  # """ quoted \\',
        threshold="v > v_threshold  # fires",
        reset='v = v_rest  # """',
        parameters=written.MEMBRANE,
        receptors={'it\'s "this"': "v"},
    )
    assert '"""' not in kind.__doc__
    assert list(kind.receptors) == ['it\'s "this"']
    names = {"__name__": "mine"}
    exec(kind.source, names)
    assert names["Model"].receptors == kind.receptors
