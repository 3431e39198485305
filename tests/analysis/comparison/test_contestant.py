"""Every contestant is what it says."""

import pytest

from neurosparse.analysis import (
    ComparisonSettings,
    comparison_baselines,
    random_sparse_mlp,
    rewiring_methods,
    smaller_dense_mlp,
)
from neurosparse.analysis.comparison.contestant import equal_flops, parameters
from neurosparse.analysis.comparison.settings import contestant
from neurosparse.models import sparse_layers
from tests.analysis.comparison.helpers import WIDTHS

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_equal_parameters_are_equal():
    for density in (0.1, 0.25, 0.5):
        nets = (make(WIDTHS, density, 0) for make in (random_sparse_mlp, smaller_dense_mlp))
        sparse, dense = (sum(p.numel() for p in net.parameters()) for net in nets)
        assert sparse == parameters(WIDTHS, density)
        assert abs(dense / sparse - 1) < 0.06
    assert (
        sum(x.nnz for x in sparse_layers(random_sparse_mlp(WIDTHS, 0.1, 0)).values()) == 240
    )


def test_a_g2gnet_never_comes_without_its_control():
    names = [c.name for c in ComparisonSettings(methods=("G2GNet mixer",)).contestants()]
    assert names[-2:] == ["G2GNet mixer", "ER control"]
    g2g, control = (
        sparse_layers(contestant(n).build(WIDTHS, 0.3, 0))
        for n in ("G2GNet index", "ER control")
    )
    assert [layer.nnz for layer in g2g.values()] == [
        layer.nnz for layer in control.values()
    ]


def test_the_baselines_are_complete():
    assert len({c.name for c in [*comparison_baselines(), *rewiring_methods()]}) == 10
    assert equal_flops(WIDTHS, 1.0) == 1
