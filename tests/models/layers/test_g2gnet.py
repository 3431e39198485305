"""Group-to-group networks and their control; that both learn stands in the tests of `fit`."""

import pytest

from neurosparse.models import er_control, g2gnet, sparse_layers


@pytest.mark.parametrize("variant", ["index", "random", "mixer"])
def test_layers_are_as_dense_as_published(variant):
    net = g2gnet([256, 256, 256, 10], variant, rng=0)
    densities = [layer.density for layer in sparse_layers(net).values()]
    assert densities == pytest.approx([0.256, 0.256], abs=0.01)


def test_the_control_has_as_many_synapses_elsewhere():
    net = g2gnet([64, 64, 64, 10], groups=4, rng=0)
    control = er_control(net, rng=1)
    pairs = list(
        zip(*(sparse_layers(model).values() for model in (net, control)), strict=True)
    )
    assert len(pairs) == 2
    for layer, other in pairs:
        assert layer.nnz == other.nnz
        assert layer.topology_hash() != other.topology_hash()


def test_an_unknown_variant_is_named():
    with pytest.raises(ValueError, match="did you mean 'mixer'"):
        g2gnet([8, 8, 2], "mixr")
