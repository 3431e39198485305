"""`may_fire` of models from equations: where there is one, and that it keeps its promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.neurons import LIFAlpha, LIFExp, from_equations
from tests.neurons.equations import written
from tests.neurons.equations.written import FIRES, MEMBRANE, by_hand

CHAIN = """
dv/dt = (v_rest - v + r_mem * (i + z + i_ext)) / tau_mem : mV
di/dt = (rise - i) / tau_i : pA
drise/dt = (deep - rise) / tau_rise : pA
ddeep/dt = -deep / tau_deep : pA
dz/dt = (rise - z) / tau_z : pA
"""


def chain(**options):
    """Inputs that reach the voltage through three others, by two ways."""
    taus = dict.fromkeys(("tau_i", "tau_rise", "tau_deep", "tau_z"), 5.0)
    return from_equations(
        CHAIN,
        receptors={"deep": "deep", "i": "i"},
        parameters=MEMBRANE | taus,
        **(FIRES | options),
    )


@pytest.mark.parametrize(
    ("make", "has"),
    [
        (written.lif, True),
        (written.lif_exp, True),
        (written.lif_alpha, True),
        (written.adaptive_lif, True),
        (chain, True),
        (written.lif_cond, False),
        (written.eif, False),
        (lambda: written.izhikevich("euler"), False),
        (lambda: written.lif(threshold="v >= v_threshold"), False),
        (lambda: written.lif(threshold="v > v_threshold and v < 0"), False),
        (lambda: written.lif(threshold="2 * v > v_threshold"), False),
        (lambda: written.lif(threshold="v_threshold > v"), False),
        (lambda: written.lif(threshold="v + r_mem * i_ext > v_threshold"), False),
    ],
)
def test_who_has_a_proof(make, has):
    assert hasattr(make(), "may_fire") == has


@pytest.mark.parametrize(
    ("make", "model"), [(written.lif_exp, LIFExp), (written.lif_alpha, LIFAlpha)]
)
def test_it_is_as_sharp_as_the_hand_written_one(make, model):
    """At random states both say the same, but for those that rounding alone decides."""
    rng = np.random.default_rng(3)
    kind = make()
    p, q = kind().coefficients(0.1), model().coefficients(0.1)
    verdicts = []
    for _ in range(2000):
        values = [rng.uniform(-70.0, -50.0), *rng.uniform(-60.0, 60.0, 4)]
        state = values[: len(kind.State._fields)]
        verdicts.append(
            (kind.may_fire(kind.State(*state), p), model.may_fire(model.State(*state), q))
        )
    ours, theirs = np.array(verdicts).T
    assert 200 < ours.sum() < 1800
    assert (ours != theirs).sum() <= 1


@given(
    values=st.lists(st.floats(-1.0, 1.0), min_size=5, max_size=5),
    taus=st.lists(st.floats(0.5, 60.0), min_size=5, max_size=5),
    scale=st.floats(1.0, 400.0),
)
@settings(max_examples=150, deadline=None)
def test_who_cannot_fire_does_not(values, taus, scale):
    kind = chain()
    names = ("tau_mem", "tau_i", "tau_rise", "tau_deep", "tau_z")
    model = kind(**dict(zip(names, taus, strict=True)))
    p = model.coefficients(0.1)
    start = kind.State(
        min(-65.0 + 20.0 * values[0], -50.0), *(scale * x for x in values[1:])
    )
    if kind.may_fire(start, p):
        return
    many = model.coefficients(0.1 * np.arange(1, 3000))
    highest = np.max(kind.update(start, many, 1)[0].v)
    assert highest <= -50.0


@st.composite
def linear_models(draw):
    """Any linear system of four variables: chains, circles, feeds, what rests and what jumps."""
    names = "vabc"
    gain = st.sampled_from([0.0, 0.0, 0.7, -0.4])
    lines = []
    circles = draw(st.sampled_from([False, False, False, True]))
    for k, name in enumerate(names):
        rate = draw(st.sampled_from([-0.05, -0.3, -1.0]))
        others = names.replace(name, "") if circles else names[k + 1 :]
        gains = {other: draw(gain) for other in others}
        feed = draw(st.sampled_from([0.0, 0.2])) if name == "v" or circles else 0.0
        terms = [f"{x} * {other}" for other, x in gains.items() if x]
        lines.append(f"d{name}/dt = {' + '.join([f'{rate} * {name}', *terms])} + {feed}")
    threshold = draw(
        st.sampled_from(["v > 5", "v > 5 + a", "v - 0.5 * b > 5", "5 < v + c"])
    )
    reset = draw(
        st.sampled_from(["v = 0", "v = 0; a = 0", "v = 0; b += 1; c = 0", "v -= 5"])
    )
    receptors = {name: name for name in draw(st.sampled_from(["v", "vb", "abc", "c"]))}
    return from_equations(
        "\n".join(lines),
        threshold=threshold,
        reset=reset,
        receptors=receptors,
        parameters={},
    )


def lasting(kind, start, steps=2000):
    """Whether it ever crosses when left alone: at the ends of steps of 0.1 ms."""
    many = kind().coefficients(0.1 * np.arange(1, steps))
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.any(kind.update(start, many, 1)[1]))


@given(kind=linear_models(), seed=st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_no_model_breaks_its_promise(kind, seed):
    """Whatever is said to be unable to fire does not; what there is no proof for says nothing."""
    if not hasattr(kind, "may_fire"):
        return
    rng = np.random.default_rng(seed)
    p = kind().coefficients(0.1)
    for scale in (0.5, 2.0, 8.0):
        start = kind.State(*rng.uniform(-scale, scale, len(kind.State._fields)))
        if not kind.may_fire(start, p):
            assert not lasting(kind, start)


def test_random_models_have_proofs_and_fire():
    """The law above meets both: models with a proof that say no, and that say yes and fire."""
    kind = from_equations(
        "dv/dt = -0.05 * v + 0.7 * a\nda/dt = -0.1 * a - 0.4 * b\ndb/dt = -0.8 * b",
        threshold="v > 5",
        reset="v = 0",
        receptors={"a": "a"},
        parameters={},
    )
    p = kind().coefficients(0.1)
    weak, strong = kind.State(1.0, 0.5, -0.5), kind.State(1.0, 1.5, -1.5)
    assert (kind.may_fire(weak, p), lasting(kind, weak)) == (False, False)
    assert (kind.may_fire(strong, p), lasting(kind, strong)) == (True, True)


def test_the_law_is_not_vacuous():
    """Inputs a little above those that are called safe do make it fire."""
    kind = chain()
    model = kind()
    p = model.coefficients(0.1)
    many = model.coefficients(0.1 * np.arange(1, 3000))
    for name in ("i", "rise", "deep", "z"):
        state = model.initial()._replace(v=-65.0)
        strong = [x for x in range(1, 400) if kind.may_fire(state._replace(**{name: x}), p)]
        ratio = strong[0] if name in ("i", "z") else 2.5 * strong[0]
        moved = kind.update(state._replace(**{name: 1.05 * ratio}), many, 1)[0]
        assert np.max(moved.v) > -50.0


def test_what_waits_to_be_added_counts():
    """A current that is set at a spike takes its input before the next step."""
    kind = from_equations(
        "dv/dt = (v_rest - v + r_mem * (i + i_ext)) / tau_mem : mV\ndi/dt = -i / tau_i : pA",
        threshold="v > v_threshold",
        reset="v = v_reset; i = 0",
        receptors={"exc": "i"},
        parameters=MEMBRANE | {"tau_i": "5 ms"},
    )
    model = kind()
    p = model.coefficients(0.1)
    calm = model.initial()
    assert not kind.may_fire(calm, p)
    assert kind.may_fire(calm._replace(i_jump=200.0), p)
    fired, _ = by_hand(model, 200, arrivals=[(0, "exc", 200.0)])
    assert fired


def test_what_grows_is_never_called_safe():
    kind = written.lif_exp()
    with pytest.raises(ValueError, match=r"Model.tau_exc: got -5.0"):
        kind(tau_exc=-5.0)
    growing = from_equations(
        "dv/dt = rate * v",
        threshold="v > 1",
        reset="v = 0",
        receptors={"exc": "v"},
        parameters={"rate": 0.1},
    )
    safe = [
        not growing.may_fire(growing.State(-5.0, 0.0), growing(rate=r).coefficients(0.1))
        for r in (-0.1, 0.0, 0.1)
    ]
    assert safe == [True, False, False]
